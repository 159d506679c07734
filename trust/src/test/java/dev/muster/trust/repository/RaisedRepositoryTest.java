package dev.muster.trust.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.MemoryTrustStore;
import dev.muster.trust.client.Updater;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.keys.PemSigner;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.signing.Draft;
import dev.muster.trust.signing.Holders;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A repository that came out of a backup, seen by a device that has seen more. */
class RaisedRepositoryTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final long FLOOR = NOW.getEpochSecond();
    private static final String DEFAULT = KeyNames.publisher("default");
    private static final TargetFile APP = TargetFile.ofSha256(7, "ab".repeat(32), Map.of());
    private static final TargetFile POLICY = TargetFile.ofSha256(9, "cd".repeat(32), Map.of());

    private final StarterKeys keys = StarterKeys.inMemory();
    private MemoryStorage storage = new MemoryStorage();
    private ImageRepository repository = ImageRepository.create(keys, Validity.DEFAULT, NOW)
            .withTarget(DEFAULT, "apps/default/a.hap", APP, keys, NOW)
            .publish(keys, NOW)
            .store(storage);
    private final Updater device =
            new Updater((name, most) -> storage.fetch(name, most), new MemoryTrustStore(), () -> NOW, Limits.DEFAULT);

    RaisedRepositoryTest() {
        device.initialise(repository.root());
        device.refresh();
    }

    private MemoryStorage copy() {
        MemoryStorage copy = new MemoryStorage();
        copy.files.putAll(storage.files);
        return copy;
    }

    private void change(KeyRing ring, String path, TargetFile file) {
        repository = repository
                .withTarget(repository.roleOf(path).orElseThrow(), path, file, ring, NOW)
                .publish(ring, NOW)
                .store(storage);
    }

    private void restore(MemoryStorage backup) {
        storage = backup;
        repository = ImageRepository.load(storage).orElseThrow();
    }

    @Test
    void isRefusedAsItWasAndAcceptedOnceItIsRaised() {
        MemoryStorage backup = copy();
        for (int i = 0; i < 5; i++) {
            change(keys, "policy/p" + i + ".bin", POLICY);
        }
        device.refresh();

        restore(backup);
        assertThatThrownBy(device::refresh).isInstanceOf(TrustException.Rollback.class);
        repository = repository.raised(FLOOR, keys, NOW).store(storage);
        device.refresh();

        assertThat(device.target("policy/p1.bin")).as("as the backup says").isEmpty();
        assertThat(device.target("apps/default/a.hap")).isPresent();
        change(keys, "policy/later.bin", POLICY);
        device.refresh();
        assertThat(device.target("policy/later.bin")).isPresent();
    }

    @Test
    void isRaisedAgainByALaterRestoreOfTheSameBackup() {
        MemoryStorage backup = copy();
        restore(backup);
        MemoryStorage again = copy();
        repository = repository.raised(FLOOR, keys, NOW).store(storage);
        for (int i = 0; i < 5; i++) {
            change(keys, "policy/p" + i + ".bin", POLICY);
        }
        device.refresh();

        restore(again);
        repository = repository.raised(FLOOR + 3_600, keys, NOW).store(storage);

        device.refresh();
    }

    @Test
    void aRoleThatOnlyPeopleSignWaitsForThemAndIsNumberedAboveWhatDevicesHave() {
        Signer pump = PemSigner.generate(PemSigner.Kind.ED25519);
        List<Draft> handedOver = drafts().rotation(
                        Optional.empty(),
                        Optional.empty(),
                        Map.of("default", new Holders(List.of(pump.publicKey()), 1)));
        publish(
                handedOver.get(0).withSignature(keys.signer(KeyNames.TARGETS)),
                handedOver.get(1).withSignature(pump));
        MemoryStorage backup = copy();
        for (int i = 0; i < 3; i++) {
            publish(drafts().release(DEFAULT, Map.of("apps/default/" + i + ".hap", APP))
                    .withSignature(pump));
        }
        device.refresh();

        restore(backup);
        repository = repository.raised(FLOOR, online(), NOW).store(storage);
        assertThatThrownBy(device::refresh)
                .as("the publisher's older word")
                .isInstanceOf(TrustException.Rollback.class);
        Draft draft = drafts().renewal(DEFAULT);
        change(online(), "policy/meanwhile.bin", POLICY);
        publish(draft.withSignature(pump));

        device.refresh();
        assertThat(device.target("apps/default/a.hap")).isPresent();
        assertThat(device.target("policy/meanwhile.bin")).isPresent();
    }

    private KeyRing online() {
        return name -> {
            if (name.equals(DEFAULT)) {
                throw new TrustException.NotFound(name, "the server's keys");
            }
            return keys.signer(name);
        };
    }

    private Drafts drafts() {
        return Drafts.of(repository, NOW);
    }

    private void publish(Draft... drafts) {
        Map<String, byte[]> files = new HashMap<>();
        for (Draft draft : drafts) {
            files.put(draft.role(), draft.document());
        }
        repository = repository.withSigned(files).publish(keys, NOW).store(storage);
    }
}
