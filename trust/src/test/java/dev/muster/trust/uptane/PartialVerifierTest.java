package dev.muster.trust.uptane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.MemoryTrustStore;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.repository.Director;
import dev.muster.trust.repository.StarterKeys;
import dev.muster.trust.repository.Validity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A sub-device that sees the director's targets document only, handed over by a gateway that may lie. */
class PartialVerifierTest {
    private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");
    private static final String IMAGE = "images/default/sensor.img";

    private Instant now = START;
    private long committed;
    private final StarterKeys keys = StarterKeys.inMemory();
    private final Director director = Director.create(keys, Validity.DEFAULT, START);
    private final MemoryTrustStore store = new MemoryTrustStore();
    private final PartialVerifier subDevice = new PartialVerifier(store, () -> now, new Rules());

    PartialVerifierTest() {
        subDevice.initialise(director.root());
    }

    private final class Rules implements DeviceRules {
        @Override
        public boolean namesThisDevice(Map<String, ?> documentCustom) {
            return "acme/gw/sensor".equals(documentCustom.get("device"));
        }

        @Override
        public TargetIdentity identity(Map<String, ?> custom) {
            return new TargetIdentity(TargetKind.IMAGE, "image", String.valueOf(custom.get("hardware")), (Long)
                    Objects.requireNonNull(custom.get("counter")));
        }

        @Override
        public boolean fits(String hardware) {
            return hardware.equals("mcu");
        }

        @Override
        public long committedReleaseCounter(String name) {
            return committed;
        }
    }

    private static byte[] document(Director by, long version, String device, Map<String, TargetFile> targets) {
        return Objects.requireNonNull(by.sign(version, targets, Map.of("device", device), START, Duration.ofDays(7))
                .files()
                .get(version + ".targets.json"));
    }

    private byte[] document(long version, TargetFile image) {
        return document(director, version, "acme/gw/sensor", Map.of(IMAGE, image));
    }

    private static TargetFile image(String hardware, long counter) {
        return TargetFile.ofSha256(64, "ab".repeat(32), Map.of("hardware", hardware, "counter", counter));
    }

    @Test
    void aDocumentForThisSubDeviceIsAccepted() {
        VerifiedDesiredState state = subDevice.accept(document(3, image("mcu", 1)));

        assertThat(state.directorVersion()).isEqualTo(3);
        assertThat(state.targets()).extracting(VerifiedTarget::path).containsExactly(IMAGE);
    }

    @Test
    void whatTheDirectorDidNotSignIsRefused() {
        Director stranger = Director.create(StarterKeys.inMemory(), Validity.DEFAULT, START);
        byte[] altered = new String(document(1, image("mcu", 1)), StandardCharsets.UTF_8)
                .replace("abab", "cdcd")
                .getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> subDevice.accept(document(stranger, 1, "acme/gw/sensor", Map.of())))
                .isInstanceOf(TrustException.Threshold.class);
        assertThatThrownBy(() -> subDevice.accept(altered)).isInstanceOf(TrustException.Threshold.class);
        assertThat(store.files).doesNotContainKey("targets");
    }

    @Test
    void anOlderDocumentIsRefused() {
        subDevice.accept(document(3, image("mcu", 1)));

        assertThatThrownBy(() -> subDevice.accept(document(2, image("mcu", 1))))
                .isInstanceOf(TrustException.Rollback.class);
    }

    @Test
    void anExpiredDocumentIsRefused() {
        now = START.plus(Duration.ofDays(7));

        assertThatThrownBy(() -> subDevice.accept(document(1, image("mcu", 1))))
                .isInstanceOf(TrustException.Expired.class);
    }

    @Test
    void anotherSubDevicesDocumentIsRefused() {
        assertThatThrownBy(() -> subDevice.accept(document(director, 1, "acme/gw/pump", Map.of())))
                .isInstanceOf(TrustException.Foreign.class);
    }

    @Test
    void anImageForOtherHardwareOrFromBeforeIsRefused() {
        committed = 5;

        assertThatThrownBy(() -> subDevice.accept(document(1, image("soc", 9))))
                .isInstanceOf(TrustException.Foreign.class);
        assertThatThrownBy(() -> subDevice.accept(document(1, image("mcu", 4))))
                .isInstanceOf(TrustException.Rollback.class);
    }

    @Test
    void itFollowsTheDirectorsRootOneByOne() {
        Director second = director.renewRoot(Validity.DEFAULT, START);
        Director third = second.renewRoot(Validity.DEFAULT, START);
        byte[] forged = Director.create(StarterKeys.inMemory(), Validity.DEFAULT, START)
                .renewRoot(Validity.DEFAULT, START)
                .root();

        assertThatThrownBy(() -> subDevice.follow(third.root())).isInstanceOf(TrustException.VersionMismatch.class);
        assertThatThrownBy(() -> subDevice.follow(forged)).isInstanceOf(TrustException.Threshold.class);
        subDevice.follow(second.root());
        subDevice.follow(third.root());

        assertThat(subDevice
                        .accept(document(third, 1, "acme/gw/sensor", Map.of()))
                        .targets())
                .isEmpty();
    }

    @Test
    void aDamagedStoreCannotBlockANewDocument() {
        store.files.put("targets", new byte[] {'{'});

        assertThat(subDevice.accept(document(1, image("mcu", 1))).directorVersion())
                .isEqualTo(1);
    }
}
