package dev.muster.trust.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.PemSigner;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may sign, and how it changes: rotations of every role, key types, keys and signatures named twice. */
class RotationTest {
    private static final List<String> ROLES = List.of(Root.TYPE, Timestamp.TYPE, Snapshot.TYPE, Targets.TYPE);

    private final List<Signer> keys = IntStream.range(0, 10)
            .<Signer>mapToObj(i -> Ed25519Signer.generate())
            .toList();
    private final SimulatedRepository repository = new SimulatedRepository();
    private final MemoryTrustStore store = new MemoryTrustStore();
    private final Updater updater = new Updater(repository, store, () -> SimulatedRepository.NOW, Limits.DEFAULT);

    private List<Signer> some(String digits) {
        return digits.chars().mapToObj(digit -> keys.get(digit - '0')).toList();
    }

    /**
     * The root's next version, as {@code keys/threshold/signatures}: digits name keys, such as {@code 012/2/01}.
     */
    private void publishRoot(String version) {
        String[] parts = version.split("/", -1);
        repository.signers.put(Root.TYPE, new ArrayList<>(some(parts[0])));
        repository.thresholds.put(Root.TYPE, Integer.parseInt(parts[1]));
        repository.publishRoot();
        String file = repository.version(Root.TYPE) + ".root.json";
        Root root =
                Signed.root(Objects.requireNonNull(repository.files.get(file))).metadata();
        repository.files.put(file, Signed.sign(root, some(parts[2])).bytes());
    }

    private void publishRoots(String versions) {
        boolean first = true;
        for (String version : versions.split(" ", -1)) {
            if (!first) {
                repository.bump(Root.TYPE);
            }
            first = false;
            publishRoot(version);
        }
        updater.initialise(repository.root(1));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "one key for another,1/1/1 2/1/21 2/1/2",
        "signatures of strangers do no harm,1/1/314 2/1/3214 2/1/324",
        "three of five in any combination,01234/3/024 01234/3/041 01234/3/013 01234/3/013",
        "one of five replaced,01234/3/024 01345/3/041",
        "one of five replaced over a step between,01234/3/024 01345/3/0245 01345/3/045",
        "all five replaced,01234/3/024 56789/3/024567 56789/3/567",
        "threshold up,123/1/1 123/2/12",
        "threshold down,123/2/12 123/1/12 123/1/1",
        "a second key and both needed,1/1/1 12/2/12",
    })
    void aRootFollowsWhenOldAndNewKeysSigned(String rotation, String versions) {
        publishRoots(versions);

        updater.refresh();

        assertThat(store.files.get("root")).isEqualTo(repository.root(versions.split(" ", -1).length));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "the old key is missing,1/1/1 2/1/234",
        "the new key is missing,1/1/1 2/1/134",
        "too few new ones of five,01234/3/024 01345/3/024",
        "too few old ones of five,01234/3/024 01345/3/045",
        "threshold up but not reached,123/1/1 123/2/2",
        "threshold down but the old one not reached,123/2/12 123/1/1",
    })
    void aRootThatOldOrNewKeysDidNotSignIsNotFollowed(String rotation, String versions) {
        publishRoots(versions);

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Threshold.class);
        assertThat(store.files.get("root")).isEqualTo(repository.root(1));
    }

    // The same table for each role below the root, which the root's next version redefines.
    private void redefine(String role, String version) {
        String[] parts = version.split("/", -1);
        repository.signers.put(role, new ArrayList<>(some(parts[0])));
        repository.thresholds.put(role, Integer.parseInt(parts[1]));
        repository.bump(Root.TYPE);
        repository.publishRoot();
        repository.signers.put(role, new ArrayList<>(some(parts[2])));
        repository.publishNext(Targets.TYPE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2/1/2", "1/1/314", "01234/3/024", "01234/3/041", "01234/3/013", "01234/3/123", "01234/3/234"})
    void everyRoleIsSignedByTheKeysOfTheNewRoot(String version) {
        updater.initialise(repository.root(1));
        for (String role : List.of(Timestamp.TYPE, Snapshot.TYPE, Targets.TYPE)) {
            redefine(role, version);

            updater.refresh();

            long published = repository.version(role);
            String file = role.equals(Timestamp.TYPE) ? "timestamp.json" : published + "." + role + ".json";
            assertThat(store.files.get(role)).isEqualTo(repository.files.get(file));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "timestamp,2/1/134", "timestamp,01345/3/024", "timestamp,01345/3/04",
        "snapshot,2/1/134", "snapshot,01345/3/024", "snapshot,01345/3/04",
        "targets,2/1/134", "targets,01345/3/024", "targets,01345/3/04",
    })
    void aRoleThatTooFewKeysOfTheNewRootSignedIsRefused(String role, String version) {
        updater.initialise(repository.root(1));
        redefine(role, version);

        assertThatThrownBy(updater::refresh)
                .isInstanceOfSatisfying(TrustException.Threshold.class, e -> assertThat(e.role())
                        .isEqualTo(role));
        assertThat(store.files).doesNotContainKey(role);
    }

    @Test
    void aThresholdThatNobodyCanReachIsNeverMet() {
        updater.initialise(repository.root(1));
        redefine(Snapshot.TYPE, "01234/6/01234");

        assertThatThrownBy(updater::refresh)
                .isInstanceOfSatisfying(TrustException.Threshold.class, e -> assertThat(e.expected())
                        .isEqualTo(6));
    }

    // ---- key types

    @ParameterizedTest
    @CsvSource({
        "ED25519,ed25519,ed25519",
        "ECDSA,ecdsa,ecdsa-sha2-nistp256",
        "ECDSA,ecdsa-sha2-nistp256,ecdsa-sha2-nistp256",
        "RSA,rsa,rsassa-pss-sha256",
    })
    void eachKeyTypeCountsAndAFalseSignatureOfItDoesNot(PemSigner.Kind kind, String keyType, String scheme) {
        PemSigner signer = PemSigner.generate(kind);
        Signer named =
                named(signer, TrustKey.of(keyType, scheme, signer.publicKey().publicKey()));
        Signer liar = new Signer() {
            @Override
            public TrustKey publicKey() {
                return named.publicKey();
            }

            @Override
            public byte[] sign(byte[] message) {
                return named.sign("something else".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        };
        updater.initialise(repository.root(1));
        Signer first = repository.of(Root.TYPE).get(0);
        repository.signers.put(Root.TYPE, new ArrayList<>(List.of(first, named)));
        repository.thresholds.put(Root.TYPE, 2);
        repository.bump(Root.TYPE);
        repository.publishRoot();

        assertThat(updater.refresh().root().version()).isEqualTo(2);

        repository.signers.put(Root.TYPE, new ArrayList<>(List.of(first, liar)));
        repository.bump(Root.TYPE);
        repository.publishRoot();

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Threshold.class);
        assertThat(store.files.get("root")).isEqualTo(repository.root(2));
    }

    private static Signer named(Signer signer, TrustKey key) {
        return new Signer() {
            @Override
            public TrustKey publicKey() {
                return key;
            }

            @Override
            public byte[] sign(byte[] message) {
                return signer.sign(message);
            }
        };
    }

    // ---- the same key or signature twice

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void aKeyIdListedTwiceMakesTheRootUnreadable(String role) {
        updater.initialise(repository.root(1));
        repository.bump(Root.TYPE);
        repository.publishRoot();
        String id = repository.of(role).get(0).publicKey().keyId();
        Root root = Signed.root(repository.root(2)).metadata();
        Map<String, RoleKeys> roles = new HashMap<>(root.roles());
        roles.put(role, new RoleKeys(List.of(id), 2));
        repository.put(Root.TYPE, new Root(2, root.expires(), true, root.keys(), roles));
        repository.tamper(
                "2.root.json", text -> text.replaceFirst("\"" + role + "\":\\{\"keyids\":\\[", "$0\"" + id + "\","));

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Malformed.class);
        assertThat(store.files.get("root")).isEqualTo(repository.root(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp.json", "1.snapshot.json", "1.targets.json"})
    void twoSignaturesOfOneKeyIdAreRefusedThoughOneWouldDo(String file) {
        repository.withHashes = false;
        repository.publish();
        updater.initialise(repository.root(1));
        repository.tamper(file, text -> text.replaceFirst("\\[(\\{\"keyid.*?})]", "[$1,$1]"));

        assertThatThrownBy(updater::refresh).isInstanceOf(TrustException.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "not hexadecimal"})
    void aBadSignatureBesideEnoughGoodOnesDoesNoHarm(String bad) {
        updater.initialise(repository.root(1));
        repository.of(Timestamp.TYPE).add(Ed25519Signer.generate());
        repository.bump(Root.TYPE);
        repository.publishRoot();
        repository.publish();
        String second = repository.of(Timestamp.TYPE).get(1).publicKey().keyId();
        repository.tamper(
                "timestamp.json",
                text -> text.replaceFirst("(\"keyid\":\"" + second + "\",\"sig\":\")[0-9a-f]+", "$1" + bad));

        assertThat(updater.refresh().timestamp().version()).isEqualTo(1);
    }

    @Test
    void unknownMembersOfRootKeysAndRolesAreSignedAndKept() {
        updater.initialise(repository.root(1));
        Signer signer = repository.of(Root.TYPE).get(0);
        Map<String, Object> tree = new HashMap<>(signer.publicKey().tree());
        tree.put("keyid_hash_algorithms", List.of("md5"));
        TrustKey odd = new TrustKey(
                signer.publicKey().keyId(),
                "ed25519",
                "ed25519",
                signer.publicKey().publicKey(),
                tree);
        repository.signers.put(Root.TYPE, new ArrayList<>(List.of(named(signer, odd))));
        repository.bump(Root.TYPE);
        repository.publishRoot();

        updater.refresh();

        assertThat(new String(Objects.requireNonNull(store.files.get("root")), java.nio.charset.StandardCharsets.UTF_8))
                .contains("keyid_hash_algorithms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "timestamp", "snapshot", "targets"})
    void aFileUnderAnotherVersionThanItsOwnIsRefused(String role) {
        repository.withHashes = false;
        updater.initialise(repository.root(1));
        for (String each : ROLES) {
            repository.bump(each);
        }
        repository.publishRoot();
        repository.publish();
        switch (role) {
            case "root" -> repository.files.put("3.root.json", repository.root(2));
            case "timestamp" -> {
                updater.refresh();
                repository.versions.put(Timestamp.TYPE, 1L);
                repository.publish();
            }
            default -> {
                repository.versions.put(role, 7L);
                byte[] other = repository.put(
                        role,
                        role.equals(Snapshot.TYPE)
                                ? new Snapshot(
                                        7,
                                        SimulatedRepository.NOW.plusSeconds(60),
                                        Map.of(Targets.TYPE, dev.muster.trust.metadata.MetaFile.ofVersion(2)))
                                : repository.targetsOf(role));
                repository.files.put("2." + role + ".json", other);
            }
        }

        assertThatThrownBy(updater::refresh)
                .isInstanceOfAny(TrustException.VersionMismatch.class, TrustException.Rollback.class);
    }
}
