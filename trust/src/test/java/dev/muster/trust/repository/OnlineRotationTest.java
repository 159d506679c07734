package dev.muster.trust.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.MemoryTrustStore;
import dev.muster.trust.client.Updater;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import dev.muster.trust.signing.Draft;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of the server change while devices go on, each time seen by one that nobody touched. */
class OnlineRotationTest {
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final List<String> IMAGE_ROLES = List.of("timestamp", "snapshot", "policy", "settings", "delta");
    private static final TargetFile POLICY = TargetFile.ofSha256(7, "ab".repeat(32), Map.of());

    private final StarterKeys old = StarterKeys.inMemory();
    private final Map<String, Signer> next = new HashMap<>();
    private final MemoryStorage storage = new MemoryStorage();
    private ImageRepository repository = ImageRepository.create(old, Validity.DEFAULT, NOW)
            .withTarget("policy", "policy/a", POLICY, old, NOW)
            .publish(old, NOW)
            .store(storage);
    private final Updater device = new Updater(storage, new MemoryTrustStore(), () -> NOW, Limits.DEFAULT);

    OnlineRotationTest() {
        StarterKeys.ONLINE.forEach(name -> next.put(name, Ed25519Signer.generate()));
        device.initialise(repository.root());
        device.refresh();
    }

    private Map<String, TrustKey> newKeys(List<String> roles) {
        Map<String, TrustKey> keys = new HashMap<>();
        roles.forEach(
                role -> keys.put(role, Objects.requireNonNull(next.get(role)).publicKey()));
        return keys;
    }

    private void rotate(List<String> roles) {
        KeyRing both = old.withNextInMemory(next);
        Map<String, byte[]> files = new HashMap<>();
        for (Draft draft : Drafts.of(repository, NOW).onlineRotation(newKeys(roles))) {
            files.put(
                    draft.role(), draft.withSignature(old.signer(draft.role())).document());
        }
        repository = repository.withSigned(files, both, NOW).publish(both, NOW).store(storage);
    }

    @Test
    void devicesFollowNewKeysOfEveryOnlineRoleWithoutTouch() {
        rotate(IMAGE_ROLES);

        assertThat(device.refresh().root().version()).isEqualTo(2);
        assertThat(device.target("policy/a").orElseThrow().roleKeys())
                .containsExactly(Objects.requireNonNull(next.get("policy")).publicKey());
        ImageRepository loaded = ImageRepository.load(storage).orElseThrow();
        assertThat(loaded.status().stream()
                        .filter(role -> IMAGE_ROLES.contains(role.role()))
                        .flatMap(role -> role.keys().stream()))
                .doesNotContainAnyElementsOf(IMAGE_ROLES.stream()
                        .map(role -> old.signer(role).publicKey().keyId())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "policy", "settings", "delta"})
    void devicesFollowANewKeyOfOneRoleAlone(String role) {
        rotate(List.of(role));

        device.refresh();
        assertThat(device.target("policy/a")).isPresent();
        assertThat(ImageRepository.load(storage)).isPresent();
    }

    @Test
    void whatTheServerSignsMovesOnWhilePeopleSign() {
        KeyRing both = old.withNextInMemory(next);
        Draft draft = Drafts.of(repository, NOW)
                .onlineRotation(newKeys(List.of("policy")))
                .getFirst();
        // A policy is published while the draft is away: the old key still signs it.
        repository = repository
                .withTarget("policy", "policy/b", POLICY, both, NOW)
                .publish(both, NOW)
                .store(storage);
        device.refresh();
        assertThat(device.target("policy/b").orElseThrow().roleKeys())
                .containsExactly(old.signer("policy").publicKey());

        Map<String, byte[]> files =
                Map.of("targets", draft.withSignature(old.signer("targets")).document());
        repository = repository.withSigned(files, both, NOW).publish(both, NOW).store(storage);

        device.refresh();
        assertThat(device.target("policy/b").orElseThrow().roleKeys())
                .containsExactly(Objects.requireNonNull(next.get("policy")).publicKey());
    }

    @Test
    void aStolenKeyThatWasChangedSignsNothingThatADeviceAcceptsAnyMore() {
        rotate(IMAGE_ROLES);
        device.refresh();
        Instant expires = NOW.plus(Duration.ofDays(7));
        Snapshot snapshot = Signed.snapshot(
                        Objects.requireNonNull(storage.files.get(newestSnapshot() + ".snapshot.json")))
                .metadata();

        byte[] stolenTimestamp = Signed.sign(
                        new Timestamp(99, expires, MetaFile.of(snapshot.version(), new byte[] {1})),
                        List.of(old.signer("timestamp")))
                .bytes();
        byte[] honest = storage.files.put("timestamp.json", stolenTimestamp);
        assertThatThrownBy(device::refresh).isInstanceOf(TrustException.Threshold.class);

        // With the timestamp's new key stolen too, the old snapshot and policy keys still open nothing.
        Map<String, MetaFile> listed = new HashMap<>(snapshot.files());
        byte[] policy = Signed.sign(
                        new Targets(
                                99,
                                expires,
                                Map.of("policy/evil", POLICY),
                                dev.muster.trust.metadata.Delegations.NONE,
                                Map.of()),
                        List.of(old.signer("policy")))
                .bytes();
        listed.put("policy", MetaFile.of(99, policy));
        storage.files.put("99.policy.json", policy);
        serve(99, listed, old.signer("snapshot"), expires);
        assertThatThrownBy(device::refresh).isInstanceOf(TrustException.Threshold.class);
        serve(100, listed, Objects.requireNonNull(next.get("snapshot")), expires);
        device.refresh();
        assertThatThrownBy(() -> device.target("policy/evil")).isInstanceOf(TrustException.Threshold.class);

        assertThat(honest).isNotNull();
    }

    private void serve(long version, Map<String, MetaFile> listed, Signer snapshotKey, Instant expires) {
        byte[] snapshot = Signed.sign(new Snapshot(version, expires, listed), List.of(snapshotKey))
                .bytes();
        storage.files.put(version + ".snapshot.json", snapshot);
        storage.files.put(
                "timestamp.json",
                Signed.sign(
                                new Timestamp(version, expires, MetaFile.of(version, snapshot)),
                                List.of(Objects.requireNonNull(next.get("timestamp"))))
                        .bytes());
    }

    private long newestSnapshot() {
        return Signed.timestamp(Objects.requireNonNull(storage.files.get("timestamp.json")))
                .metadata()
                .snapshot()
                .version();
    }

    @Test
    void directorDocumentsAreSignedByTheKeysOfTheNewRoot() {
        Director director = Director.create(old, Validity.DEFAULT, NOW);
        Draft draft = Drafts.directorOnline(
                director,
                Map.of(
                        "targets",
                                Objects.requireNonNull(next.get(KeyNames.DIRECTOR_TARGETS))
                                        .publicKey(),
                        "timestamp",
                                Objects.requireNonNull(next.get(KeyNames.DIRECTOR_TIMESTAMP))
                                        .publicKey()),
                Validity.DEFAULT,
                NOW);
        byte[] root = draft.withSignature(old.signer(KeyNames.DIRECTOR_ROOT)).document();

        assertThatThrownBy(() -> director.withSignedRoot(root)).isInstanceOf(TrustException.Threshold.class);
        Director changed =
                Director.of(director.root(), old.withNextInMemory(next)).withSignedRoot(root);

        assertThat(changed.documentKeyIds()).isNotEqualTo(director.documentKeyIds());
        Updater follower = new Updater(
                (name, most) -> name.equals("2.root.json")
                        ? java.util.Optional.of(root)
                        : java.util.Optional.ofNullable(changed.sign(1, Map.of(), Map.of(), NOW, Duration.ofDays(1))
                                .files()
                                .get(name)),
                new MemoryTrustStore(),
                () -> NOW,
                Limits.DEFAULT);
        follower.initialise(director.root());
        assertThat(follower.refresh().root().version()).isEqualTo(2);
    }

    @Test
    void onlyWhatTheServerSignsIsRotatedThisWay() {
        Drafts drafts = Drafts.of(repository, NOW);
        TrustKey key = Ed25519Signer.generate().publicKey();

        assertThatThrownBy(() -> drafts.onlineRotation(Map.of("targets", key)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found `targets`");
        assertThatThrownBy(() -> drafts.onlineRotation(Map.of("publisher-default", key)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> drafts.onlineRotation(Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNewKeyLiesBesideTheOldOneUntilItIsInUse(@TempDir Path folder) {
        Path directory = folder.resolve("keys");
        StarterKeys before = StarterKeys.createOrLoad(directory);
        String oldId = before.signer("policy").publicKey().keyId();
        StarterKeys both = before.withNext(directory, List.of("policy", "delta"));
        String newId =
                Objects.requireNonNull(both.next().get("policy")).publicKey().keyId();
        String unused =
                Objects.requireNonNull(both.next().get("delta")).publicKey().keyId();

        StarterKeys loaded = StarterKeys.createOrLoad(directory);
        assertThat(loaded.signer("policy", Set.of(oldId)).publicKey().keyId()).isEqualTo(oldId);
        assertThat(loaded.signer("policy", Set.of(newId)).publicKey().keyId()).isEqualTo(newId);
        assertThat(loaded.settle(directory, Set.of(oldId), Set.of(newId, unused)))
                .isEmpty();

        assertThat(loaded.settle(directory, Set.of(newId), Set.of())).containsExactlyInAnyOrder("policy", "delta");

        StarterKeys after = StarterKeys.createOrLoad(directory);
        assertThat(after.next()).isEmpty();
        assertThat(after.signer("policy").publicKey().keyId()).isEqualTo(newId);
        assertThat(after.signer("delta").publicKey().keyId())
                .isEqualTo(before.signer("delta").publicKey().keyId());
        assertThatThrownBy(() -> after.withNext(directory, List.of("root")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
