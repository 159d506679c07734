package dev.muster.benchmarks.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every part of the path is killed once while devices send, and their network fails: each message is accounted for. */
class TelemetryFaultsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DEVICES = 10;
    private static final int RATE = 200;
    private static final int CYCLES = 300;
    private static final long OUTAGE_MILLIS = 4_000;

    @TempDir
    Path directory;

    @Test
    void losesNothingAndInvertsNothingWhateverIsKilled() throws Exception {
        Path home = Path.of(System.getProperty("muster.home", ".."))
                .toAbsolutePath()
                .normalize();
        try (FaultRig rig = new FaultRig(home, directory, System.getProperty("java.class.path"), DEVICES)) {
            rig.startSending(RATE);
            for (FaultRig.Part part : FaultRig.Part.values()) {
                rig.kill(part);
                rig.awaitConnected();
            }
            rig.cutNetwork(OUTAGE_MILLIS);
            rig.awaitConnected();
            rig.freezeNetwork(OUTAGE_MILLIS);
            rig.awaitConnected();
            FaultRig.Sent sent = rig.stopSending();

            assertThat(FaultVerdict.of(rig, sent).complaints()).isEmpty();
            assertThat(sent.sent()).isGreaterThan(RATE);

            rig.connectAndGo(CYCLES);
            long descriptors = rig.gatewayDescriptors();
            rig.connectAndGo(CYCLES);
            // Those that went last may still be on their way out.
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(rig.gatewayDescriptors()).isLessThan(descriptors + DEVICES));
        }
    }
}
