package dev.muster.trust.http;

import static dev.muster.trust.http.AttackedDevice.EVIL;
import static dev.muster.trust.http.AttackedDevice.GOOD;
import static dev.muster.trust.http.AttackedDevice.IMAGE;
import static dev.muster.trust.http.AttackedDevice.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.MemoryTrustStore;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.Delegations;
import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import dev.muster.trust.repository.Director;
import dev.muster.trust.repository.Drafts;
import dev.muster.trust.repository.KeyNames;
import dev.muster.trust.repository.StarterKeys;
import dev.muster.trust.repository.Validity;
import dev.muster.trust.signing.Draft;
import dev.muster.trust.uptane.DeviceRules;
import dev.muster.trust.uptane.PartialVerifier;
import dev.muster.trust.uptane.TargetIdentity;
import dev.muster.trust.uptane.TargetKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Further attacks over HTTP: keys that were stolen, taken away or are too few, clocks, paths, and what two repositories say. */
class StolenKeysIT {
    @TempDir
    private Path directory;

    private AttackedDevice device;

    @BeforeEach
    void start() throws IOException {
        device = new AttackedDevice(directory);
    }

    @AfterEach
    void stop() {
        device.close();
    }

    private static Instant soon() {
        return AttackedDevice.START.plus(Duration.ofDays(7));
    }

    // ---- one stolen online key, and one that was changed since

    static Stream<String> onlineKeys() {
        return StarterKeys.ONLINE.stream();
    }

    /** Whoever steals one key, whichever it is, and owns both servers besides: no code, and what is in force stays. */
    @ParameterizedTest
    @MethodSource("onlineKeys")
    void aStolenOnlineKeyCannotDeliverCode(String stolen) {
        Ed25519Signer own = Ed25519Signer.generate();
        KeyRing thief = name -> name.equals(stolen) ? device.keys.signer(name) : own;
        TargetFile evil = file("image", EVIL, 9);
        Map<String, MetaFile> listed = new HashMap<>(device.imageSnapshot().files());
        for (String role : Stream.concat(StarterKeys.ONLINE_ROLES.stream(), Stream.of(AttackedDevice.PUBLISHER))
                .toList()) {
            byte[] forged = Signed.sign(
                            new Targets(9, soon(), Map.of(IMAGE, evil), Delegations.NONE, Map.of()),
                            List.of(thief.signer(role)))
                    .bytes();
            device.imageFiles.files.put("9." + role + ".json", forged);
            listed.put(role, MetaFile.of(9, forged));
        }
        byte[] snapshot = Signed.sign(new Snapshot(9, soon(), listed), List.of(thief.signer(KeyNames.SNAPSHOT)))
                .bytes();
        device.imageFiles.files.put("9.snapshot.json", snapshot);
        device.imageFiles.files.put(
                "timestamp.json",
                Signed.sign(
                                new Timestamp(9, soon(), MetaFile.of(9, snapshot)),
                                List.of(thief.signer(KeyNames.TIMESTAMP)))
                        .bytes());
        forgeDirector(thief, evil);

        device.refuses(TrustException.class);
    }

    private void forgeDirector(KeyRing thief, TargetFile evil) {
        byte[] targets = Signed.sign(
                        new Targets(9, soon(), Map.of(IMAGE, evil), Delegations.NONE, Map.of("device", "acme/dev-1")),
                        List.of(thief.signer(KeyNames.DIRECTOR_TARGETS)))
                .bytes();
        byte[] snapshot = Signed.sign(
                        new Snapshot(9, soon(), Map.of("targets", MetaFile.of(9, targets))),
                        List.of(thief.signer(KeyNames.DIRECTOR_SNAPSHOT)))
                .bytes();
        device.directorFiles.files.put("9.targets.json", targets);
        device.directorFiles.files.put("9.snapshot.json", snapshot);
        device.directorFiles.files.put(
                "timestamp.json",
                Signed.sign(
                                new Timestamp(9, soon(), MetaFile.of(9, snapshot)),
                                List.of(thief.signer(KeyNames.DIRECTOR_TIMESTAMP)))
                        .bytes());
    }

    @Test
    void directorKeysThatWereChangedSignNothingThatCountsAnyMore() {
        Map<String, Signer> next = new HashMap<>();
        List.of(KeyNames.DIRECTOR_TARGETS, KeyNames.DIRECTOR_SNAPSHOT, KeyNames.DIRECTOR_TIMESTAMP)
                .forEach(name -> next.put(name, Ed25519Signer.generate()));
        Map<String, TrustKey> roles = new HashMap<>();
        next.forEach((name, signer) -> roles.put(name.substring("director-".length()), signer.publicKey()));
        Draft draft = Drafts.directorOnline(device.director, roles, Validity.DEFAULT, device.now);
        byte[] root =
                draft.withSignature(device.keys.signer(KeyNames.DIRECTOR_ROOT)).document();
        KeyRing changed = name -> Objects.requireNonNullElseGet(next.get(name), () -> device.keys.signer(name));
        device.directorFiles.files.put("2.root.json", root);
        Director old = device.director;
        device.director = Director.of(root, changed);
        device.direct(changed, Map.of(IMAGE, file("image", GOOD, 2)));
        assertThat(device.refresh().targets()).hasSize(1);

        // The thief has the old keys and the server; the policy that it would take away stays in force.
        old.sign(99, Map.of(), Map.of("device", "acme/dev-1"), device.now, Duration.ofDays(7))
                .files()
                .forEach(device.directorFiles.files::put);

        device.refuses(TrustException.Threshold.class);
    }

    // ---- too few signatures

    @Test
    void oneSignatureUnderTwoKeyIdsIsBelowTheThreshold() {
        Root root = Signed.root(device.images.root()).metadata();
        TrustKey one = device.keys.signer(KeyNames.TIMESTAMP).publicKey();
        Map<String, TrustKey> listed = new HashMap<>(root.keys());
        String second = "ff".repeat(32);
        listed.put(second, one);
        Map<String, RoleKeys> roles = new HashMap<>(root.roles());
        roles.put("timestamp", new RoleKeys(List.of(one.keyId(), second), 2));
        device.imageFiles.files.put(
                "2.root.json", device.sign(new Root(2, root.expires(), true, listed, roles), KeyNames.ROOT));
        String once = new String(
                device.sign(new Timestamp(9, soon(), device.imageTimestamp().snapshot()), KeyNames.TIMESTAMP),
                StandardCharsets.UTF_8);
        String signature = once.replaceFirst("(?s).*\"sig\":\"([0-9a-f]+)\".*", "$1");
        String twice = once.replaceFirst(
                "\"signatures\":\\[", "\"signatures\":[{\"keyid\":\"" + second + "\",\"sig\":\"" + signature + "\"},");
        device.imageFiles.files.put("timestamp.json", twice.getBytes(StandardCharsets.UTF_8));

        device.refuses(TrustException.Threshold.class);
    }

    @Test
    void aRootThatTooFewOfItsHoldersSignedIsNotFollowed() {
        Root root = Signed.root(device.images.root()).metadata();
        TrustKey own = Ed25519Signer.generate().publicKey();
        Map<String, TrustKey> listed = new HashMap<>(root.keys());
        listed.put(own.keyId(), own);
        Map<String, RoleKeys> roles = new HashMap<>(root.roles());
        roles.put(
                Root.TYPE,
                new RoleKeys(
                        List.of(device.keys.signer(KeyNames.ROOT).publicKey().keyId(), own.keyId()), 2));
        device.imageFiles.files.put(
                "2.root.json", device.sign(new Root(2, root.expires(), true, listed, roles), KeyNames.ROOT));

        device.refuses(TrustException.Threshold.class);
    }

    // ---- what the two repositories say

    @Test
    void directorAndImageRepositoryMustAgreeOnEveryByte() {
        device.direct(device.keys, Map.of(IMAGE, file("image", EVIL, 2)));
        device.refuses(TrustException.Mismatch.class);

        device.direct(
                device.keys,
                Map.of(
                        IMAGE,
                        TargetFile.ofSha256(999, GOOD, Map.of("name", "image", "hardware", "rk3568", "counter", 2L))));
        device.refuses(TrustException.Mismatch.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"images/default/../../../etc/passwd", "images/../policy/p", "/etc/passwd", "images//os.img"})
    void aPathThatLeadsElsewhereIsRefused(String path) {
        device.direct(device.keys, Map.of(path, file("image", EVIL, 9)));

        device.refuses(TrustException.class);
    }

    // ---- time

    @Test
    void aClockSetBackDoesNotMakeOldMetadataNewAgain() {
        byte[] old = device.imageFile("timestamp.json");
        device.publish("images/default/os-3.img", file("image", EVIL, 3));
        device.direct(device.keys, Map.of(IMAGE, file("image", GOOD, 2)));
        device.refresh();
        device.now = AttackedDevice.START.minus(Duration.ofDays(3_000));
        device.imageFiles.files.put("timestamp.json", old);

        device.refuses(TrustException.Rollback.class);
    }

    @Test
    void aRootChainWithoutAnEndIsCutOff() throws IOException {
        // Each link is rightly signed, as only the holders of the root can: even they cannot keep a device busy for
        // ever.
        Signed<Root> link = Signed.root(device.images.root());
        for (int version = 2; version < 300; version++) {
            Root root = link.metadata();
            byte[] next =
                    device.sign(new Root(version, root.expires(), true, root.keys(), root.roles()), KeyNames.ROOT);
            device.imageFiles.files.put(version + ".root.json", next);
            link = Signed.root(next);
        }

        assertThat(device.refresh().targets()).hasSize(1);

        assertThat(Signed.root(Files.readAllBytes(directory.resolve("images/root.json")))
                        .version())
                .isEqualTo(1 + Limits.DEFAULT.maxRootRotations());
    }

    // ---- a gateway between a sub-device and the director

    @Test
    void aGatewayThatLiesToItsSubDeviceIsNotBelieved() throws IOException {
        PartialVerifier subDevice =
                new PartialVerifier(new MemoryTrustStore(), () -> AttackedDevice.START, new SubDevice());
        subDevice.initialise(device.director.root());
        HttpMetadataFetcher gateway =
                new HttpMetadataFetcher(device.client, device.directorServer.uri(), Duration.ofSeconds(30));
        TargetFile good = TargetFile.ofSha256(64, GOOD, Map.of("hardware", "mcu", "counter", 2L));
        serve(device.director, 2, "acme/gw/sensor", good);
        assertThat(subDevice.accept(fetched(gateway, 2)).targets()).hasSize(1);

        serve(
                Director.create(StarterKeys.inMemory(), Validity.DEFAULT, AttackedDevice.START),
                3,
                "acme/gw/sensor",
                good);
        assertThatThrownBy(() -> subDevice.accept(fetched(gateway, 3))).isInstanceOf(TrustException.Threshold.class);
        serve(device.director, 4, "acme/gw/other", good);
        assertThatThrownBy(() -> subDevice.accept(fetched(gateway, 4))).isInstanceOf(TrustException.Foreign.class);
        serve(device.director, 1, "acme/gw/sensor", good);
        assertThatThrownBy(() -> subDevice.accept(fetched(gateway, 1))).isInstanceOf(TrustException.Rollback.class);
        byte[] honest = fetched(gateway, 2);
        device.directorFiles.files.put(
                "2.targets.json",
                new String(honest, StandardCharsets.UTF_8).replace(GOOD, EVIL).getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> subDevice.accept(fetched(gateway, 2))).isInstanceOf(TrustException.Threshold.class);
    }

    private void serve(Director by, long version, String to, TargetFile image) {
        by.sign(
                        version,
                        Map.of("images/default/mcu.img", image),
                        Map.of("device", to),
                        AttackedDevice.START,
                        Duration.ofDays(7))
                .files()
                .forEach(device.directorFiles.files::put);
    }

    private static byte[] fetched(HttpMetadataFetcher gateway, long version) {
        try {
            return gateway.fetch(version + ".targets.json", 100_000).orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static final class SubDevice implements DeviceRules {
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
            return 0;
        }
    }
}
