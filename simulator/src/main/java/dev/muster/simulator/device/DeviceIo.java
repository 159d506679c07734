package dev.muster.simulator.device;

import dev.muster.protocol.manifest.VersionManifest;
import java.time.Duration;

/** The outside of one device. Called on the device's thread and returns at once; what comes of it is told there, too. */
public interface DeviceIo {
    /** Begins to connect, when it is its turn; ends in {@link SimulatedDevice#opened} or {@link SimulatedDevice#closed}. */
    void connect();

    /** Ends the session, if there is one; {@link SimulatedDevice#closed} follows. */
    void close(boolean politely);

    /** Sends; {@link SimulatedDevice#acknowledged} follows unless the session ends before. */
    void publish(Outgoing message);

    /** Gets the document; {@link SimulatedDevice#fetched} follows. */
    void fetch(DeviceTrust trust);

    /** Signs and sends; {@link SimulatedDevice#manifestSent} follows. */
    void send(VersionManifest manifest);

    /** Does something later, on the device's thread. */
    void later(Duration delay, Runnable work);
}
