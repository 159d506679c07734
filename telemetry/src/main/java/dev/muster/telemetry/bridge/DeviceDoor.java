package dev.muster.telemetry.bridge;

import dev.muster.protocol.identity.DeviceId;
import java.util.Collection;
import java.util.Map;

/** Which devices a connection may speak for. May take its time; called by threads that can wait. Thread-safe. */
public interface DeviceDoor {
    /** The answer for one device. */
    sealed interface Verdict {
        /** Its measurements are taken. */
        record Admitted() implements Verdict {}

        /** They are not, and why. */
        record Refused(String reason) implements Verdict {}
    }

    /**
     * The answer for each of the devices, which may make some of them known.
     *
     * @throws RuntimeException if it cannot tell now; it is asked again, and until then nothing is taken
     */
    Map<DeviceId, Verdict> admit(Collection<DeviceId> devices);
}
