package dev.muster.agent.platform;

import dev.muster.agent.apps.AppStore;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the agent needs of the device it runs on. Methods may block on disk, never on the network. */
public interface Platform {
    /** {@code linux}, {@code simulated}; kept with the identity. */
    String name();

    /** Hardware id; a target made for another one is refused. */
    String hardware();

    Optional<String> serial();

    /** Attributes of the device, such as {@code os.version}. */
    Map<String, String> facts();

    /** The two system slots, or empty where this board has none. */
    Optional<Slots> slots();

    AppStore apps();

    /** Values of this moment. */
    List<Sample> sample(Instant now);

    /**
     * Puts decisions into the operating system's own table, where it has one that an agent may write.
     *
     * @param decisions bundle name to permission to granted
     */
    void applyPermissions(Map<String, Map<String, Boolean>> decisions) throws IOException;

    /** Asks for a restart; false where the agent may not. Returns at once; the restart comes soon after. */
    boolean reboot(String why);
}
