package dev.muster.simulator.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.protocol.desired.DirectorCustom;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.trust.TrustException;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.repository.Director;
import dev.muster.trust.repository.StarterKeys;
import dev.muster.trust.repository.Validity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceTrustTest {
    private static final Instant START = Instant.parse("2026-11-27T08:00:00Z");
    private static final DeviceRef REF = DeviceRef.of("default", "simulated-00001");
    private static final String BOARD = "sim-board";

    private final Director director = Director.create(StarterKeys.inMemory(), Validity.DEFAULT, START);
    private Instant now = START;
    private final DeviceTrust trust = new DeviceTrust(REF, BOARD, director.root(), () -> now);

    @Test
    void believesWhatTheDirectorSignedForThisDevice() {
        Document document = trust.accept(document(director, 1, REF, 7, BOARD, 3));

        assertThat(document.generation()).isEqualTo(7);
        assertThat(document.targets()).singleElement().satisfies(target -> {
            assertThat(target.name()).isEqualTo(new TargetName.Image());
            assertThat(target.version()).isEqualTo("2.0.0");
            assertThat(target.releaseCounter()).isEqualTo(3);
        });
    }

    @Test
    void refusesWhatAnotherKeySigned() {
        Director thief = Director.create(StarterKeys.inMemory(), Validity.DEFAULT, START);

        assertThatThrownBy(() -> trust.accept(document(thief, 1, REF, 7, BOARD, 3)))
                .isInstanceOf(TrustException.class);
    }

    @Test
    void refusesWhatIsForAnotherDeviceOrOtherHardware() {
        DeviceRef other = DeviceRef.of("default", "simulated-00002");

        assertThatThrownBy(() -> trust.accept(document(director, 1, other, 7, BOARD, 3)))
                .isInstanceOf(TrustException.Foreign.class);
        assertThatThrownBy(() -> trust.accept(document(director, 1, REF, 7, "pump-board", 3)))
                .isInstanceOf(TrustException.Foreign.class);
    }

    @Test
    void refusesAnOlderDocumentAndAnOlderCounter() {
        Document newest = trust.accept(document(director, 2, REF, 8, BOARD, 3));
        trust.committed(newest.targets().getFirst());

        assertThatThrownBy(() -> trust.accept(document(director, 1, REF, 7, BOARD, 3)))
                .isInstanceOf(TrustException.Rollback.class);
        assertThatThrownBy(() -> trust.accept(document(director, 3, REF, 9, BOARD, 2)))
                .isInstanceOf(TrustException.Rollback.class);
    }

    @Test
    void refusesOneThatIsOverByItsOwnClock() {
        now = START.plus(Duration.ofDays(8));

        assertThatThrownBy(() -> trust.accept(document(director, 1, REF, 7, BOARD, 3)))
                .isInstanceOf(TrustException.class);
    }

    @Test
    void followsTheDirectorsNextRoot() {
        Director next = director.renewRoot(Validity.DEFAULT, START);
        assertThat(trust.rootVersion()).isEqualTo(1);

        trust.follow(next.root());

        assertThat(trust.rootVersion()).isEqualTo(2);
        assertThat(trust.accept(document(next, 1, REF, 7, BOARD, 3)).generation())
                .isEqualTo(7);
    }

    private static byte[] document(
            Director by, long version, DeviceRef device, long generation, String hardware, long counter) {
        TargetFile file = new TargetFile(
                1_000,
                Map.of("sha256", "ab".repeat(32)),
                new TargetCustom(new TargetName.Image(), hardware, "2.0.0", counter, Optional.empty(), Optional.empty())
                        .toCustom());
        Map<String, Object> custom = new DirectorCustom(device, generation, List.of()).toCustom();
        return Objects.requireNonNull(
                by.sign(version, Map.of("images/default/system.img", file), custom, START, Duration.ofDays(7))
                        .files()
                        .get(version + ".targets.json"));
    }
}
