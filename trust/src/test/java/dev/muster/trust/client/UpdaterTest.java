package dev.muster.trust.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The attacks that TUF names, one by one, against the client workflow. Signatures are real. */
class UpdaterTest {
    private final SimulatedRepository repository = new SimulatedRepository();
    private final MemoryTrustStore store = new MemoryTrustStore();
    private Instant now = SimulatedRepository.NOW;
    private final Updater updater = new Updater(repository, store, () -> now, Limits.DEFAULT);

    UpdaterTest() {
        updater.initialise(repository.root(1));
    }

    @Test
    void refreshFetchesEachRoleOnceAndKeepsItsExactBytes() {
        TrustedMetadata trusted = updater.refresh();

        assertThat(repository.requests)
                .containsExactly("2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json");
        assertThat(store.files.get("targets")).isEqualTo(repository.files.get("1.targets.json"));
        assertThat(trusted.targets().version()).isEqualTo(1);
    }

    @Test
    void anUnchangedRepositoryCostsTwoRequests() {
        updater.refresh();
        repository.requests.clear();

        updater.refresh();

        assertThat(repository.requests).containsExactly("2.root.json", "timestamp.json");
    }

    @Test
    void withoutConsistentSnapshotsFilesAreFetchedByRole() {
        repository.consistent = false;
        repository.bump(Root.TYPE);
        repository.publishRoot();
        repository.publish();

        updater.refresh();

        assertThat(repository.requests).endsWith("timestamp.json", "snapshot.json", "targets.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp.json", "1.snapshot.json", "1.targets.json"})
    void unsignedMetadataIsRefused(String file) {
        repository.withHashes = false;
        repository.publish();
        repository.tamper(file, text -> text.replaceFirst("\\[\\{\"keyid.*?}]", "[]"));

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Threshold.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp.json", "1.snapshot.json", "1.targets.json"})
    void anAlteredByteIsRefused(String file) {
        repository.withHashes = false;
        repository.publish();
        repository.tamper(file, text -> text.replace("2026-12-02", "2036-12-02"));

        assertThatThrownBy(updater::refresh)
                .isInstanceOfSatisfying(TrustException.Threshold.class, e -> assertThat(e.found())
                        .isZero());
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void aKeyThatTheRootDoesNotNameSignsNothing(String role) {
        repository.signers.put(role, List.of(Ed25519Signer.generate()));
        repository.publish();

        assertThatThrownBy(updater::refresh)
                .isInstanceOfSatisfying(TrustException.Threshold.class, e -> assertThat(e.role())
                        .isEqualTo(role));
        assertThat(store.files).doesNotContainKey(role);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void anotherRolesFileIsRefusedInItsPlace(String role) {
        String file = role.equals("timestamp") ? "timestamp.json" : "1." + role + ".json";
        repository.withHashes = false;
        repository.publish();
        repository.files.put(file, repository.root(1));

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Malformed.class);
    }

    @Test
    void oneKeyUnderTwoIdsCountsOnce() {
        Ed25519Signer signer = (Ed25519Signer) repository.of(Timestamp.TYPE).get(0);
        TrustKey alias = new TrustKey(
                "alias",
                "ed25519",
                "ed25519",
                signer.publicKey().publicKey(),
                signer.publicKey().tree());
        Signer aliased = new Signer() {
            @Override
            public TrustKey publicKey() {
                return alias;
            }

            @Override
            public byte[] sign(byte[] message) {
                return signer.sign(message);
            }
        };
        repository.signers.put(Timestamp.TYPE, List.of(signer, aliased));
        repository.thresholds.put(Timestamp.TYPE, 2);
        repository.bump(Root.TYPE);
        repository.publishRoot();
        repository.publish();

        assertThatThrownBy(updater::refresh)
                .isInstanceOfSatisfying(TrustException.Threshold.class, e -> assertThat(e.found())
                        .isEqualTo(1));
    }

    @Test
    void twoSignaturesOfOneKeyIdAreRefused() {
        repository.tamper("timestamp.json", text -> text.replaceFirst("\\[(\\{\"keyid.*?})]", "[$1,$1]"));

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Malformed.class);
    }

    @Test
    void unknownMembersAndKeyTypesAreTolerated() {
        TrustKey foreign = new TrustKey(
                "ff",
                "dilithium",
                "dilithium3",
                "00",
                Map.of("keytype", "dilithium", "scheme", "dilithium3", "keyval", Map.of("public", "00"), "x", 1L));
        Root root = Signed.root(repository.root(1)).metadata();
        Map<String, TrustKey> keys = new HashMap<>(root.keys());
        keys.put("ff", foreign);
        Map<String, RoleKeys> roles = new HashMap<>(root.roles());
        roles.put(
                Timestamp.TYPE,
                new RoleKeys(
                        List.of(
                                "ff",
                                "no-such-key",
                                root.role(Timestamp.TYPE).keyIds().get(0)),
                        1));
        repository.put(Root.TYPE, new Root(2, root.expires(), true, keys, roles));

        assertThat(updater.refresh().root().version()).isEqualTo(2);
    }

    // ---- freeze

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void expiredMetadataStopsChangesAndKeepsWhatWasVerified(String role) {
        updater.refresh();
        byte[] kept = Objects.requireNonNull(store.files.get(role));
        repository.expiry.put(role, now.minusSeconds(1));
        repository.publishNext(Targets.TYPE);

        assertThatThrownBy(updater::refresh)
                .isInstanceOfSatisfying(
                        TrustException.Expired.class, e -> assertThat(e.role()).isEqualTo(role));
        assertThat(store.files.get(role)).isEqualTo(kept);
    }

    @Test
    void aFrozenRepositoryIsNoticedByTheClockAlone() {
        updater.refresh();
        now = now.plus(Duration.ofDays(11));

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Expired.class);
        assertThat(updater.loadTrusted()).isPresent();
    }

    @Test
    void metadataIsExpiredFromTheVeryInstantOfItsExpiry() {
        repository.expiry.put(Timestamp.TYPE, now);
        repository.publish();

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Expired.class);
    }

    @Test
    void anExpiredLocalTimestampDoesNotBlockANewOne() {
        updater.refresh();
        now = now.plus(Duration.ofDays(11));
        for (String role : List.of(Root.TYPE, Timestamp.TYPE, Snapshot.TYPE, Targets.TYPE)) {
            repository.expiry.put(role, now.plusSeconds(60));
        }
        repository.bump(Root.TYPE);
        repository.publishRoot();
        repository.publishNext(Targets.TYPE);

        assertThat(updater.refresh().targets().version()).isEqualTo(2);
    }

    @Test
    void anExpiredLastRootStopsTheUpdateButIsKept() {
        repository.expiry.put(Root.TYPE, now.minusSeconds(1));
        repository.bump(Root.TYPE);
        repository.publishRoot();

        assertThatThrownBy(updater::refresh)
                .isInstanceOfSatisfying(
                        TrustException.Expired.class, e -> assertThat(e.role()).isEqualTo(Root.TYPE));
        assertThat(Signed.root(Objects.requireNonNull(store.files.get("root"))).version())
                .isEqualTo(2);
        assertThat(repository.requests).doesNotContain("timestamp.json");
    }

    // ---- rollback

    @Test
    void anOlderTimestampIsRefused() {
        repository.bump(Timestamp.TYPE);
        repository.publish();
        updater.refresh();
        repository.versions.put(Timestamp.TYPE, 1L);
        repository.publish();

        assertThatThrownBy(updater::refresh)
                .isInstanceOfSatisfying(TrustException.Rollback.class, e -> assertThat(e.trusted())
                        .isEqualTo(2));
    }

    @Test
    void aNewTimestampThatLeadsToAnOlderSnapshotIsRefused() {
        repository.publishNext(Targets.TYPE);
        updater.refresh();
        repository.versions.put(Snapshot.TYPE, 1L);
        repository.bump(Timestamp.TYPE);
        repository.publish();

        assertThatThrownBy(updater::refresh)
                .isInstanceOfSatisfying(
                        TrustException.Rollback.class, e -> assertThat(e.what()).isEqualTo("snapshot"));
        assertThat(Signed.timestamp(Objects.requireNonNull(store.files.get("timestamp")))
                        .version())
                .isEqualTo(2);
    }

    @Test
    void aNewSnapshotThatLeadsToOlderTargetsIsRefused() {
        repository.publishNext(Targets.TYPE);
        updater.refresh();
        repository.versions.put(Targets.TYPE, 1L);
        repository.publishNext();

        assertThatThrownBy(updater::refresh)
                .isInstanceOfSatisfying(
                        TrustException.Rollback.class, e -> assertThat(e.what()).isEqualTo("targets"));
        assertThat(Signed.snapshot(Objects.requireNonNull(store.files.get("snapshot")))
                        .version())
                .isEqualTo(2);
    }

    @Test
    void aRoleThatDisappearsFromTheSnapshotIsRefused() {
        repository.delegate(Targets.TYPE, "a", false, "*");
        repository.publishNext(Targets.TYPE);
        updater.refresh();
        repository.bump(Snapshot.TYPE, Timestamp.TYPE);
        repository.publish(new Snapshot(
                repository.version(Snapshot.TYPE),
                now.plusSeconds(60),
                Map.of(Targets.TYPE, MetaFile.of(2, Objects.requireNonNull(repository.files.get("2.targets.json"))))));

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.NotFound.class);
    }

    @Test
    void theSameVersionWithOtherContentIsNoNews() {
        updater.refresh();
        byte[] kept = Objects.requireNonNull(store.files.get("timestamp"));
        repository.versions.put(Snapshot.TYPE, 100L);
        repository.publish();

        updater.refresh();

        assertThat(store.files.get("timestamp")).isEqualTo(kept);
    }

    @Test
    void rotatedKeysRecoverFromAFastForwardAttack() {
        repository.versions.put(Timestamp.TYPE, 99_999L);
        repository.versions.put(Snapshot.TYPE, 99_999L);
        repository.publish();
        updater.refresh();
        repository.rotate(Timestamp.TYPE);
        repository.rotate(Snapshot.TYPE);
        repository.versions.put(Timestamp.TYPE, 2L);
        repository.versions.put(Snapshot.TYPE, 2L);
        repository.publish();

        assertThat(updater.refresh().snapshot().version()).isEqualTo(2);
    }

    @Test
    void aKeyTakenAwayRecoversEvenIfAnotherSignedToo() {
        repository.of(Timestamp.TYPE).add(Ed25519Signer.generate());
        repository.bump(Root.TYPE);
        repository.publishRoot();
        repository.versions.put(Timestamp.TYPE, 99_999L);
        repository.publish();
        updater.refresh();
        repository.of(Timestamp.TYPE).remove(0);
        repository.bump(Root.TYPE);
        repository.publishRoot();
        repository.versions.put(Timestamp.TYPE, 2L);
        repository.publish();

        assertThat(updater.refresh().timestamp().version()).isEqualTo(2);
    }

    @Test
    void aKeyThatIsOnlyAddedKeepsTheRollbackProtection() {
        repository.versions.put(Timestamp.TYPE, 9L);
        repository.publish();
        updater.refresh();
        repository.of(Timestamp.TYPE).add(Ed25519Signer.generate());
        repository.bump(Root.TYPE);
        repository.publishRoot();
        repository.versions.put(Timestamp.TYPE, 8L);
        repository.publish();

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Rollback.class);
    }

    // ---- mix and match, endless data, mirrors

    @Test
    void filesOfDifferentPublicationsDoNotMix() {
        byte[] oldTargets = Objects.requireNonNull(repository.files.get("1.targets.json"));
        repository.publishNext(Targets.TYPE);
        repository.files.put("2.targets.json", oldTargets);

        assertThatThrownBy(updater::refresh)
                .isInstanceOfAny(TrustException.HashMismatch.class, TrustException.Length.class);
    }

    @Test
    void withoutHashesTheVersionStillTellsPublicationsApart() {
        repository.withHashes = false;
        byte[] oldSnapshot = Objects.requireNonNull(repository.files.get("1.snapshot.json"));
        repository.publishNext(Targets.TYPE);
        repository.files.put("2.snapshot.json", oldSnapshot);

        assertThatThrownBy(updater::refresh).isInstanceOfSatisfying(TrustException.VersionMismatch.class, e -> {
            assertThat(e.expected()).isEqualTo(2);
            assertThat(e.found()).isEqualTo(1);
        });
    }

    @Test
    void moreBytesThanSignedAreRefused() {
        repository.tamper("1.targets.json", text -> text + " ".repeat(10_000));

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Length.class);
    }

    @Test
    void aMissingFileIsNamed() {
        repository.files.remove("1.snapshot.json");

        assertThatThrownBy(updater::refresh)
                .isInstanceOfSatisfying(
                        TrustException.NotFound.class, e -> assertThat(e.what()).isEqualTo("1.snapshot.json"));
    }

    @Test
    void aBrokenConnectionIsNoStatementAboutTheRepository() {
        Updater broken = new Updater(
                (file, most) -> {
                    throw new IOException("connection reset");
                },
                store,
                () -> now,
                Limits.DEFAULT);

        assertThatThrownBy(broken::refresh).isInstanceOf(TrustException.Unreachable.class);
    }

    // ---- root chain

    @Test
    void fiftyRotationsAreFollowedOneByOne() {
        for (int i = 0; i < 50; i++) {
            repository.rotate(Root.TYPE);
        }

        assertThat(updater.refresh().root().version()).isEqualTo(51);
        assertThat(store.files.get("root")).isEqualTo(repository.root(51));
    }

    @Test
    void aRootThatTheOldKeysDidNotSignIsRefused() {
        repository.signers.put(Root.TYPE, List.of(Ed25519Signer.generate()));
        repository.bump(Root.TYPE);
        repository.publishRoot();

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Threshold.class);
        assertThat(store.files.get("root")).isEqualTo(repository.root(1));
    }

    @Test
    void aRootThatItsOwnKeysDidNotSignIsRefused() {
        List<Signer> old = new ArrayList<>(repository.of(Root.TYPE));
        repository.signers.put(Root.TYPE, List.of(Ed25519Signer.generate()));
        repository.bump(Root.TYPE);
        repository.publishRoot();
        Root root = Signed.root(repository.root(2)).metadata();
        repository.files.put("2.root.json", Signed.sign(root, old).bytes());

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Threshold.class);
    }

    @Test
    void aRootThatSkipsAVersionIsRefused() {
        repository.versions.put(Root.TYPE, 3L);
        repository.publishRoot();
        repository.files.put("2.root.json", repository.root(3));

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.VersionMismatch.class);
    }

    @Test
    void theSameRootAgainIsRefusedAsRollback() {
        repository.files.put("2.root.json", repository.root(1));

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Rollback.class);
    }

    @Test
    void anEndlessRootChainIsCutOff() {
        for (int i = 0; i < 5; i++) {
            repository.rotate(Root.TYPE);
        }
        Limits few = new Limits(3, 32, 512_000, 16_384, 2_000_000, 5_000_000);

        assertThat(new Updater(repository, store, () -> now, few)
                        .refresh()
                        .root()
                        .version())
                .isEqualTo(4);
    }

    @Test
    void anUnsignedAnchorIsRefused() {
        repository.tamper("1.root.json", text -> text.replace("2026-12-02", "2036-12-02"));
        Updater fresh = new Updater(repository, new MemoryTrustStore(), () -> now, Limits.DEFAULT);

        assertThatThrownBy(() -> fresh.initialise(repository.root(1))).isInstanceOf(TrustException.Threshold.class);
        assertThatThrownBy(fresh::refresh).isInstanceOf(TrustException.NotFound.class);
    }

    // ---- the store

    @ParameterizedTest
    @ValueSource(strings = {"root", "timestamp", "snapshot", "targets"})
    void aDamagedStoreCostsADownloadAndNeverTrust(String role) {
        repository.publishNext(Targets.TYPE);
        updater.refresh();
        store.files.put(role, new byte[] {'{', 0, 1});

        updater.initialise(repository.root(1));

        assertThat(updater.refresh().targets().version()).isEqualTo(2);
    }

    @Test
    void theLastVerifiedStateIsReadableOffline() {
        updater.refresh();
        now = now.plus(Duration.ofDays(400));
        Updater restarted = new Updater(
                (file, most) -> {
                    throw new IOException("offline");
                },
                store,
                () -> now,
                Limits.DEFAULT);

        assertThat(restarted.loadTrusted().orElseThrow().targets().version()).isEqualTo(1);
    }

    @Test
    void aStoreThatSomebodyAlteredIsNotTrustedOffline() {
        updater.refresh();
        store.files.put(
                "targets",
                new String(Objects.requireNonNull(store.files.get("targets")), java.nio.charset.StandardCharsets.UTF_8)
                        .replace("2026-12-02", "2036-12-02")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(updater.loadTrusted()).isEmpty();
    }
}
