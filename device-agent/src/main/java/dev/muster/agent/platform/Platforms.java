package dev.muster.agent.platform;

import dev.muster.agent.config.StateDir;
import java.io.IOException;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The platforms there are, by the name kept at enrolment. */
public final class Platforms {
    private Platforms() {}

    /**
     * Opens a platform; for a simulated one that is switching the device on.
     *
     * @param nanos a clock that never goes back
     * @param rebooter asks for the device to be switched off and on; must return at once
     * @throws IllegalArgumentException if there is no platform of this name
     */
    public static Platform open(String name, StateDir state, InstantSource clock, LongSupplier nanos, Runnable rebooter)
            throws IOException {
        return switch (name) {
            case "linux" -> new LinuxPlatform(state, clock, nanos);
            case "openharmony" -> new OpenHarmonyPlatform(state, clock, nanos);
            case "simulated" -> new SimulatedPlatform(state, clock.instant(), nanos, rebooter);
            default ->
                throw new IllegalArgumentException(
                        "expected platform `linux`, `openharmony` or `simulated`, found `" + name + "`");
        };
    }
}
