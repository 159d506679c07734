package dev.muster.agent.platform;

import dev.muster.agent.config.StateDir;
import java.io.IOException;
import java.time.Instant;

/** The platforms there are, by the name kept at enrolment. */
public final class Platforms {
    private Platforms() {}

    /**
     * Opens a platform; for a simulated one that is switching the device on.
     *
     * @param rebooter asks for the device to be switched off and on; must return at once
     * @throws IllegalArgumentException if there is no platform of this name
     */
    public static Platform open(String name, StateDir state, Instant now, Runnable rebooter) throws IOException {
        return switch (name) {
            case "linux" -> new LinuxPlatform(state);
            case "simulated" -> new SimulatedPlatform(state, now, rebooter);
            default ->
                throw new IllegalArgumentException("expected platform `linux` or `simulated`, found `" + name + "`");
        };
    }
}
