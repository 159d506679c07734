package dev.muster.trust.uptane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.Limits;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.metadata.Delegations;
import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.Metadata;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import dev.muster.trust.repository.DelegationRule;
import dev.muster.trust.repository.Director;
import dev.muster.trust.repository.ImageRepository;
import dev.muster.trust.repository.KeyNames;
import dev.muster.trust.repository.MemoryStorage;
import dev.muster.trust.repository.StarterKeys;
import dev.muster.trust.repository.Validity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two repositories, one device: what an attacker who holds some of the keys can and cannot do. */
class DesiredStateVerifierTest {
    private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");
    private static final String PUBLISHER = KeyNames.publisher("default");
    private static final String IMAGE = "images/default/os-2.img";
    private static final String SHA = "ab".repeat(32);

    @TempDir
    private Path directory;

    private Instant now = START;
    private final StarterKeys keys = StarterKeys.inMemory();
    private final MemoryStorage imageFiles = new MemoryStorage();
    private final MemoryStorage directorFiles = new MemoryStorage();
    private ImageRepository images = ImageRepository.create(keys, Validity.DEFAULT, START);
    private final Director director = Director.create(keys, Validity.DEFAULT, START);
    private final Map<String, Long> committed = new HashMap<>();
    private long directorVersion;

    private DesiredStateVerifier verifier() {
        DesiredStateVerifier verifier =
                new DesiredStateVerifier(directory, directorFiles, imageFiles, () -> now, Limits.DEFAULT, new Rules());
        verifier.initialise(director.root(), images.root());
        return verifier;
    }

    private final class Rules implements DeviceRules {
        @Override
        public boolean namesThisDevice(Map<String, ?> documentCustom) {
            return "acme/dev-1".equals(documentCustom.get("device"));
        }

        @Override
        public TargetIdentity identity(Map<String, ?> targetCustom) {
            String name = String.valueOf(targetCustom.get("name"));
            TargetKind kind = name.startsWith("app/")
                    ? TargetKind.APP
                    : TargetKind.valueOf(name.toUpperCase(java.util.Locale.ROOT));
            return new TargetIdentity(kind, name, String.valueOf(targetCustom.get("hardware")), (Long)
                    Objects.requireNonNull(targetCustom.get("counter")));
        }

        @Override
        public boolean knows(Map<String, ?> targetCustom) {
            return !"licences".equals(targetCustom.get("name"));
        }

        @Override
        public boolean fits(String hardware) {
            return hardware.equals("rk3568");
        }

        @Override
        public long committedReleaseCounter(String name) {
            return committed.getOrDefault(name, 0L);
        }
    }

    private static TargetFile file(String name, String sha256, long counter) {
        return TargetFile.ofSha256(1_000, sha256, Map.of("name", name, "hardware", "rk3568", "counter", counter));
    }

    private void publish(String role, String path, TargetFile file) {
        images = images.withTarget(role, path, file, keys, now)
                .publish(keys, now)
                .store(imageFiles);
    }

    private void direct(String device, Map<String, TargetFile> targets) {
        directorVersion++;
        director.sign(directorVersion, targets, Map.of("device", device), now, Duration.ofDays(7))
                .files()
                .forEach(directorFiles::write);
    }

    @Test
    void aDeviceGetsWhatBothRepositoriesSay() {
        publish(PUBLISHER, IMAGE, file("image", SHA, 2));
        publish(KeyNames.POLICY, "policy/p1.bin", file("policy", "cd".repeat(32), 0));
        direct("acme/dev-1", Map.of(IMAGE, file("image", SHA, 2), "policy/p1.bin", file("policy", "cd".repeat(32), 0)));

        VerifiedDesiredState state = verifier().refresh();

        assertThat(state.directorVersion()).isEqualTo(1);
        assertThat(state.targets())
                .extracting(target -> target.path() + " by " + target.role())
                .containsExactly(IMAGE + " by publisher-default", "policy/p1.bin by policy");
    }

    @Test
    void anEmptyDocumentIsAStateToo() {
        images.store(imageFiles);
        direct("acme/dev-1", Map.of());

        assertThat(verifier().refresh().targets()).isEmpty();
        assertThat(verifier().lastVerified()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme/dev-2", "other/dev-1", "", "null"})
    void aDocumentForAnotherDeviceIsRefusedEvenIfItIsEmpty(String device) {
        images.store(imageFiles);
        direct(device, Map.of());

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.Foreign.class);
    }

    @Test
    void aStolenDirectorKeyCannotInventSoftware() {
        publish(PUBLISHER, IMAGE, file("image", SHA, 2));
        direct("acme/dev-1", Map.of("images/default/evil.img", file("image", "ee".repeat(32), 9)));

        assertThatThrownBy(() -> verifier().refresh())
                .isInstanceOfSatisfying(
                        TrustException.Mismatch.class, e -> assertThat(e.path()).isEqualTo("images/default/evil.img"));
    }

    @Test
    void otherBytesUnderAKnownPathAreRefused() {
        publish(PUBLISHER, IMAGE, file("image", SHA, 2));
        direct("acme/dev-1", Map.of(IMAGE, file("image", "ee".repeat(32), 2)));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.Mismatch.class);
    }

    @Test
    void anotherLengthIsRefused() {
        publish(PUBLISHER, IMAGE, file("image", SHA, 2));
        direct(
                "acme/dev-1",
                Map.of(
                        IMAGE,
                        TargetFile.ofSha256(1_001, SHA, Map.of("name", "image", "hardware", "rk3568", "counter", 2L))));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.Mismatch.class);
    }

    @Test
    void theDirectorCannotRenameWhatAPublisherSigned() {
        publish(PUBLISHER, "apps/default/pump.hap", file("app/com.acme.pump", SHA, 1));
        direct("acme/dev-1", Map.of("apps/default/pump.hap", file("app/com.acme.valve", SHA, 1)));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.Mismatch.class);
    }

    @Test
    void theDirectorCannotRaiseAReleaseCounter() {
        publish(PUBLISHER, IMAGE, file("image", SHA, 2));
        committed.put("image", 5L);
        direct("acme/dev-1", Map.of(IMAGE, file("image", SHA, 6)));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.Mismatch.class);
    }

    @Test
    void anOldImageIsRefusedThoughEverySignatureIsRight() {
        publish(PUBLISHER, IMAGE, file("image", SHA, 2));
        committed.put("image", 3L);
        direct("acme/dev-1", Map.of(IMAGE, file("image", SHA, 2)));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOfSatisfying(TrustException.Rollback.class, e -> {
            assertThat(e.trusted()).isEqualTo(3);
            assertThat(e.offered()).isEqualTo(2);
        });
    }

    @Test
    void anImageForOtherHardwareIsRefused() {
        TargetFile other = TargetFile.ofSha256(1, SHA, Map.of("name", "image", "hardware", "hi3516", "counter", 1L));
        publish(PUBLISHER, IMAGE, other);
        direct("acme/dev-1", Map.of(IMAGE, other));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.Foreign.class);
    }

    @Test
    void twoTargetsOfOneNameAreRefused() {
        publish(PUBLISHER, IMAGE, file("image", SHA, 2));
        publish(PUBLISHER, "images/default/os-3.img", file("image", "cd".repeat(32), 3));
        direct(
                "acme/dev-1",
                Map.of(IMAGE, file("image", SHA, 2), "images/default/os-3.img", file("image", "cd".repeat(32), 3)));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.Malformed.class);
    }

    @Test
    void aTargetOfAKindAddedLaterIsLeftOutAndTheRestStands() {
        publish(PUBLISHER, IMAGE, file("image", SHA, 2));
        direct(
                "acme/dev-1",
                Map.of(IMAGE, file("image", SHA, 2), "licences/pump", file("licences", "cd".repeat(32), 1)));

        VerifiedDesiredState state = verifier().refresh();

        assertThat(state.targets()).extracting(VerifiedTarget::path).containsExactly(IMAGE);
        assertThat(verifier().lastVerified().orElseThrow().targets()).hasSize(1);
    }

    // ---- nothing executable from an online key

    @Test
    void allOnlineKeysTogetherCannotDeliverAnImageAsPolicy() {
        publish(KeyNames.POLICY, "policy/evil.img", file("image", SHA, 9));
        direct("acme/dev-1", Map.of("policy/evil.img", file("image", SHA, 9)));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.NotAllowed.class);
    }

    @Test
    void allOnlineKeysTogetherAreNotHeardOnAPublishersPath() {
        images = images.store(imageFiles);
        Instant expires = START.plus(Duration.ofDays(7));
        Targets greedy = new Targets(2, expires, Map.of(IMAGE, file("image", SHA, 9)), Delegations.NONE, Map.of());
        byte[] policy = sign(greedy, KeyNames.POLICY);
        Map<String, MetaFile> listed =
                new HashMap<>(Signed.snapshot(Objects.requireNonNull(imageFiles.files.get("1.snapshot.json")))
                        .metadata()
                        .files());
        listed.put("policy", MetaFile.of(2, policy));
        byte[] snapshot = sign(new Snapshot(2, expires, listed), KeyNames.SNAPSHOT);
        imageFiles.write("2.policy.json", policy);
        imageFiles.write("2.snapshot.json", snapshot);
        imageFiles.write(
                "timestamp.json", sign(new Timestamp(2, expires, MetaFile.of(2, snapshot)), KeyNames.TIMESTAMP));
        direct("acme/dev-1", Map.of(IMAGE, file("image", SHA, 9)));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.Mismatch.class);
    }

    private byte[] sign(Metadata metadata, String key) {
        return Signed.sign(metadata, List.of(keys.signer(key))).bytes();
    }

    @Test
    void codeIsRefusedFromAnOnlineKeyEvenIfADelegationAllowsIt() {
        images = ImageRepository.create(
                keys,
                List.of(new DelegationRule(KeyNames.POLICY, List.of("policy/*", "images/default/*"))),
                Validity.DEFAULT,
                START);
        publish(KeyNames.POLICY, IMAGE, file("image", SHA, 9));
        direct("acme/dev-1", Map.of(IMAGE, file("image", SHA, 9)));

        assertThatThrownBy(() -> verifier().refresh())
                .isInstanceOfSatisfying(TrustException.NotAllowed.class, e -> assertThat(e.role())
                        .isEqualTo("policy"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                KeyNames.DIRECTOR_TARGETS,
                KeyNames.DIRECTOR_SNAPSHOT,
                KeyNames.DIRECTOR_TIMESTAMP,
                KeyNames.SNAPSHOT,
                KeyNames.TIMESTAMP,
                KeyNames.DELTA
            })
    void codeIsRefusedFromAPublisherWhoseKeyIsOnline(String onlineKey) {
        KeyRing careless = name -> name.equals(PUBLISHER) ? signer(onlineKey) : signer(name);
        images = ImageRepository.create(careless, Validity.DEFAULT, START)
                .withTarget(PUBLISHER, IMAGE, file("image", SHA, 2), careless, now)
                .publish(careless, now)
                .store(imageFiles);
        direct("acme/dev-1", Map.of(IMAGE, file("image", SHA, 2)));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.NotAllowed.class);
    }

    private Signer signer(String name) {
        return keys.signer(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "images/default/../../etc/passwd",
                "images/default/..",
                "/images/default/x",
                "images//x",
                "images/default/x/y",
                "images/default",
                "images/default/\u0000x",
                "images/default/x\\y",
                "images/default/.hidden",
                "apps/default/x"
            })
    void aPathThatIsNotPlainOrNotOfItsKindIsRefused(String path) {
        images.store(imageFiles);
        direct("acme/dev-1", Map.of(path, file("image", SHA, 2)));

        assertThatThrownBy(() -> verifier().refresh())
                .isInstanceOfAny(TrustException.Malformed.class, TrustException.NotAllowed.class);
    }

    @Test
    void customThatTheCallerCannotReadRefusesTheDocument() {
        images.store(imageFiles);
        direct("acme/dev-1", Map.of(IMAGE, TargetFile.ofSha256(1, SHA, Map.of("name", "nonsense"))));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.Malformed.class);
    }

    // ---- what is in force stays in force

    @Test
    void aRefusedDocumentDoesNotTakeAwayTheLastVerifiedState() {
        publish(PUBLISHER, IMAGE, file("image", SHA, 2));
        direct("acme/dev-1", Map.of(IMAGE, file("image", SHA, 2)));
        VerifiedDesiredState first = verifier().refresh();
        direct("acme/dev-1", Map.of(IMAGE, file("image", "ee".repeat(32), 2)));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.Mismatch.class);
        assertThat(verifier().lastVerified()).hasValue(first);
    }

    @Test
    void expiryStopsChangesOnly() {
        publish(PUBLISHER, IMAGE, file("image", SHA, 2));
        direct("acme/dev-1", Map.of(IMAGE, file("image", SHA, 2)));
        VerifiedDesiredState first = verifier().refresh();
        now = START.plus(Duration.ofDays(8));

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.Expired.class);
        assertThat(verifier().lastVerified()).hasValue(first);
    }

    @Test
    void anOlderDirectorDocumentIsRefused() {
        images.store(imageFiles);
        direct("acme/dev-1", Map.of());
        Map<String, byte[]> old = new HashMap<>(directorFiles.files);
        direct("acme/dev-1", Map.of());
        verifier().refresh();
        directorFiles.files.putAll(old);

        assertThatThrownBy(() -> verifier().refresh()).isInstanceOf(TrustException.Rollback.class);
    }

    @Test
    void anotherDevicesDocumentCannotBeReplayed() {
        images.store(imageFiles);
        direct("acme/dev-2", Map.of());
        Map<String, byte[]> others = new HashMap<>(directorFiles.files);
        directorVersion = 0;
        directorFiles.files.clear();
        direct("acme/dev-1", Map.of());
        VerifiedDesiredState mine = verifier().refresh();
        directorFiles.files.putAll(others);
        // Same versions, so the kept files go on being the newest.
        assertThat(verifier().refresh()).isEqualTo(mine);
    }

    @Test
    void aDamagedStateFileIsAsGoodAsNone() throws Exception {
        images.store(imageFiles);
        direct("acme/dev-1", Map.of());
        VerifiedDesiredState state = verifier().refresh();
        Files.writeString(directory.resolve("accepted.json"), "{\"torn");

        assertThat(verifier().lastVerified()).isEmpty();
        assertThat(verifier().refresh()).isEqualTo(state);
        assertThat(verifier().lastVerified()).hasValue(state);
    }
}
