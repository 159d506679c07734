package dev.muster.trust.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.Limits;
import dev.muster.trust.client.MetadataFiles;
import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.KeyRing;
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
import dev.muster.trust.uptane.DesiredStateVerifier;
import dev.muster.trust.uptane.DeviceRules;
import dev.muster.trust.uptane.TargetIdentity;
import dev.muster.trust.uptane.TargetKind;
import dev.muster.trust.uptane.VerifiedDesiredState;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The attacks that TUF and Uptane name, played by servers and mirrors over HTTP against a whole device: both
 * repositories, every signature real. What every attack must leave as it was is the last verified state.
 */
class MaliciousRepositoryIT {
    private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");
    private static final String PUBLISHER = KeyNames.publisher("default");
    private static final String IMAGE = "images/default/os.img";
    private static final String GOOD = "ab".repeat(32);
    private static final String EVIL = "ee".repeat(32);

    @TempDir
    private Path directory;

    private Instant now = START;
    private final StarterKeys keys = StarterKeys.inMemory();
    private final MemoryStorage imageFiles = new MemoryStorage();
    private final MemoryStorage directorFiles = new MemoryStorage();
    private final HostileServer imageServer = new HostileServer(imageFiles::read);
    private final HostileServer directorServer = new HostileServer(directorFiles::read);
    private final HttpClient client = HttpClient.newHttpClient();
    private ImageRepository images = ImageRepository.create(keys, Validity.DEFAULT, START);
    private final Director director = Director.create(keys, Validity.DEFAULT, START);
    private long directorVersion;
    private long committed;

    MaliciousRepositoryIT() throws IOException {}

    @AfterEach
    void stop() {
        client.shutdownNow();
        imageServer.close();
        directorServer.close();
    }

    private DesiredStateVerifier device() {
        DesiredStateVerifier verifier = new DesiredStateVerifier(
                directory,
                new HttpMetadataFetcher(client, directorServer.uri(), Duration.ofSeconds(30)),
                new HttpMetadataFetcher(client, imageServer.uri(), Duration.ofSeconds(30)),
                () -> now,
                Limits.DEFAULT,
                new Rules());
        verifier.initialise(director.root(), images.root());
        return verifier;
    }

    private final class Rules implements DeviceRules {
        @Override
        public boolean namesThisDevice(Map<String, ?> documentCustom) {
            return "acme/dev-1".equals(documentCustom.get("device"));
        }

        @Override
        public TargetIdentity identity(Map<String, ?> custom) {
            String name = String.valueOf(custom.get("name"));
            TargetKind kind =
                    name.startsWith("app/") ? TargetKind.APP : TargetKind.valueOf(name.toUpperCase(Locale.ROOT));
            return new TargetIdentity(kind, name, String.valueOf(custom.get("hardware")), (Long)
                    Objects.requireNonNull(custom.get("counter")));
        }

        @Override
        public boolean fits(String hardware) {
            return hardware.equals("rk3568");
        }

        @Override
        public long committedReleaseCounter(String name) {
            return committed;
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

    private void direct(KeyRing ring, String device, Map<String, TargetFile> targets) {
        directorVersion++;
        Director.of(director.root(), ring)
                .sign(directorVersion, targets, Map.of("device", device), now, Duration.ofDays(7))
                .files()
                .forEach(directorFiles.files::put);
    }

    private void direct(Map<String, TargetFile> targets) {
        direct(keys, "acme/dev-1", targets);
    }

    private DesiredStateVerifier deviceInForce() {
        publish(PUBLISHER, IMAGE, file("image", GOOD, 2));
        direct(Map.of(IMAGE, file("image", GOOD, 2)));
        DesiredStateVerifier device = device();
        device.refresh();
        return device;
    }

    private void refuses(DesiredStateVerifier device, Class<? extends TrustException> reason) {
        VerifiedDesiredState before = device.lastVerified().orElseThrow();

        assertThatThrownBy(device::refresh).isInstanceOf(reason);

        assertThat(device.lastVerified()).contains(before);
        assertThat(before.targets())
                .extracting(target -> target.file().sha256())
                .containsExactly(GOOD);
    }

    private byte[] sign(Metadata metadata, String key) {
        return Signed.sign(metadata, List.of(keys.signer(key))).bytes();
    }

    // ---- arbitrary installation, wrong software, extraneous dependencies

    @Test
    void arbitraryInstallationWithoutAnyKeyIsRefused() {
        DesiredStateVerifier device = deviceInForce();
        StarterKeys attacker = StarterKeys.inMemory();
        directorVersion++;
        Director.create(attacker, Validity.DEFAULT, now)
                .sign(
                        directorVersion,
                        Map.of(IMAGE, file("image", EVIL, 9)),
                        Map.of("device", "acme/dev-1"),
                        now,
                        Duration.ofDays(7))
                .files()
                .forEach(directorFiles.files::put);

        refuses(device, TrustException.Threshold.class);
    }

    @Test
    void wrongSoftwareForTheHardwareIsRefusedThoughItsPublisherSignedIt() {
        DesiredStateVerifier device = deviceInForce();
        TargetFile other =
                TargetFile.ofSha256(1_000, EVIL, Map.of("name", "image", "hardware", "camera", "counter", 3L));
        publish(PUBLISHER, "images/default/camera.img", other);
        direct(Map.of("images/default/camera.img", other));

        refuses(device, TrustException.Foreign.class);
    }

    @Test
    void anExtraneousTargetThatNoPublisherSignedRefusesTheWholeDocument() {
        DesiredStateVerifier device = deviceInForce();
        direct(Map.of(IMAGE, file("image", GOOD, 2), "apps/default/miner.hap", file("app/miner", EVIL, 1)));

        refuses(device, TrustException.Mismatch.class);
    }

    // ---- key compromise

    /** Every key that a server holds, all at once, in the attacker's hands: still no code. */
    @ParameterizedTest
    @ValueSource(strings = {"images/default/os.img", "images/default/evil.img", "apps/default/evil.hap", "policy/evil"})
    void allStolenOnlineKeysTogetherCannotDeliverCode(String path) {
        DesiredStateVerifier device = deviceInForce();
        String name = path.startsWith("apps/") ? "app/evil" : "image";
        TargetFile evil = file(name, EVIL, 9);
        Instant expires = now.plus(Duration.ofDays(7));
        Map<String, MetaFile> listed =
                new HashMap<>(Signed.snapshot(Objects.requireNonNull(imageFiles.files.get("2.snapshot.json")))
                        .metadata()
                        .files());
        for (String role : StarterKeys.ONLINE_ROLES) {
            byte[] greedy = sign(new Targets(9, expires, Map.of(path, evil), Delegations.NONE, Map.of()), role);
            imageFiles.files.put(MetadataFiles.name(role, OptionalLong.of(9)), greedy);
            listed.put(role, MetaFile.of(9, greedy));
        }
        byte[] snapshot = sign(new Snapshot(9, expires, listed), KeyNames.SNAPSHOT);
        imageFiles.files.put("9.snapshot.json", snapshot);
        imageFiles.files.put(
                "timestamp.json", sign(new Timestamp(9, expires, MetaFile.of(9, snapshot)), KeyNames.TIMESTAMP));
        direct(Map.of(path, evil));

        assertThatThrownBy(device::refresh)
                .isInstanceOfAny(TrustException.Mismatch.class, TrustException.NotAllowed.class);
        assertThat(device.lastVerified().orElseThrow().targets())
                .extracting(target -> target.file().sha256())
                .containsExactly(GOOD);
    }

    @Test
    void stolenOnlineKeysCannotMakeThemselvesAPublisher() {
        DesiredStateVerifier device = deviceInForce();
        Instant expires = now.plus(Duration.ofDays(7));
        Targets targets = Signed.targets("targets", Objects.requireNonNull(imageFiles.files.get("1.targets.json")))
                .metadata();
        // The delegations, signed by a key that is online.
        byte[] forged = sign(
                new Targets(2, expires, Map.of(IMAGE, file("image", EVIL, 9)), targets.delegations(), Map.of()),
                KeyNames.SNAPSHOT);
        Map<String, MetaFile> listed =
                new HashMap<>(Signed.snapshot(Objects.requireNonNull(imageFiles.files.get("2.snapshot.json")))
                        .metadata()
                        .files());
        listed.put("targets", MetaFile.of(2, forged));
        byte[] snapshot = sign(new Snapshot(3, expires, listed), KeyNames.SNAPSHOT);
        imageFiles.files.put("2.targets.json", forged);
        imageFiles.files.put("3.snapshot.json", snapshot);
        imageFiles.files.put(
                "timestamp.json", sign(new Timestamp(9, expires, MetaFile.of(3, snapshot)), KeyNames.TIMESTAMP));
        direct(Map.of(IMAGE, file("image", EVIL, 9)));

        refuses(device, TrustException.Threshold.class);
    }

    @Test
    void aStolenPublisherKeyCannotAddressADevice() {
        DesiredStateVerifier device = deviceInForce();
        publish(PUBLISHER, "images/default/evil.img", file("image", EVIL, 9));
        KeyRing attacker = name -> Ed25519Signer.generate();

        // Without the director's keys nobody is told to install it, and who tells so is not believed.
        assertThat(device.refresh().targets()).hasSize(1);
        assertThatThrownBy(() -> direct(attacker, "acme/dev-1", Map.of())).isInstanceOf(TrustException.class);
    }

    @Test
    void aPublisherThatWasRevokedIsNotHeardThoughItsFilesAreStillServed() {
        DesiredStateVerifier device = deviceInForce();
        byte[] role = Objects.requireNonNull(imageFiles.files.get("2." + PUBLISHER + ".json"));
        Instant expires = now.plus(Duration.ofDays(7));
        byte[] without = sign(new Targets(2, expires, Map.of(), Delegations.NONE, Map.of()), KeyNames.TARGETS);
        Map<String, MetaFile> listed =
                new HashMap<>(Signed.snapshot(Objects.requireNonNull(imageFiles.files.get("2.snapshot.json")))
                        .metadata()
                        .files());
        listed.put("targets", MetaFile.of(2, without));
        byte[] snapshot = sign(new Snapshot(3, expires, listed), KeyNames.SNAPSHOT);
        imageFiles.files.put("2.targets.json", without);
        imageFiles.files.put("3.snapshot.json", snapshot);
        imageFiles.files.put(
                "timestamp.json", sign(new Timestamp(9, expires, MetaFile.of(3, snapshot)), KeyNames.TIMESTAMP));
        assertThat(role).isNotEmpty();

        refuses(device, TrustException.Mismatch.class);
    }

    // ---- rollback, freeze, fast forward

    @Test
    void anOldDirectorDocumentIsRefusedAsRollback() {
        publish(PUBLISHER, IMAGE, file("image", GOOD, 2));
        direct(Map.of());
        Map<String, byte[]> old = new HashMap<>(directorFiles.files);
        direct(Map.of(IMAGE, file("image", GOOD, 2)));
        DesiredStateVerifier device = device();
        device.refresh();
        directorFiles.files.putAll(old);

        refuses(device, TrustException.Rollback.class);
    }

    @Test
    void anOldImageWithEverySignatureRightIsRefusedByItsReleaseCounter() {
        DesiredStateVerifier device = deviceInForce();
        committed = 2;
        publish(PUBLISHER, "images/default/old.img", file("image", EVIL, 1));
        direct(Map.of("images/default/old.img", file("image", EVIL, 1)));

        refuses(device, TrustException.Rollback.class);
    }

    @Test
    void aFrozenRepositoryIsNoticedWhenItsTimeIsOver() {
        DesiredStateVerifier device = deviceInForce();
        now = now.plus(Duration.ofDays(8));

        refuses(device, TrustException.Expired.class);
    }

    @Test
    void aFastForwardEndsWhenTheKeyIsTakenAway() {
        DesiredStateVerifier device = deviceInForce();
        Instant expires = now.plus(Duration.ofDays(7));
        MetaFile snapshot = Signed.timestamp(Objects.requireNonNull(imageFiles.files.get("timestamp.json")))
                .metadata()
                .snapshot();
        byte[] honest = Objects.requireNonNull(imageFiles.files.get("timestamp.json"));
        imageFiles.files.put(
                "timestamp.json", sign(new Timestamp(Long.MAX_VALUE, expires, snapshot), KeyNames.TIMESTAMP));
        device.refresh();
        imageFiles.files.put("timestamp.json", honest);
        refuses(device, TrustException.Rollback.class);

        Ed25519Signer fresh = Ed25519Signer.generate();
        var root = Signed.root(images.root()).metadata();
        var roles = new HashMap<>(root.roles());
        var listed = new HashMap<>(root.keys());
        listed.put(fresh.publicKey().keyId(), fresh.publicKey());
        roles.put(
                Timestamp.TYPE,
                new dev.muster.trust.metadata.RoleKeys(List.of(fresh.publicKey().keyId()), 1));
        imageFiles.files.put(
                "2.root.json",
                sign(new dev.muster.trust.metadata.Root(2, root.expires(), true, listed, roles), KeyNames.ROOT));
        imageFiles.files.put(
                "timestamp.json",
                Signed.sign(new Timestamp(3, expires, snapshot), List.of(fresh)).bytes());

        assertThat(device.refresh().targets()).hasSize(1);
    }

    // ---- mix and match, other devices' documents, partial bundles, drops

    @Test
    void filesOfTwoPublicationsDoNotMix() {
        publish(PUBLISHER, IMAGE, file("image", GOOD, 2));
        byte[] oldRole = Objects.requireNonNull(imageFiles.files.get("2." + PUBLISHER + ".json"));
        direct(Map.of(IMAGE, file("image", GOOD, 2)));
        DesiredStateVerifier device = device();
        device.refresh();
        publish(PUBLISHER, "images/default/os-3.img", file("image", EVIL, 3));
        imageFiles.files.put("3." + PUBLISHER + ".json", oldRole);
        direct(Map.of("images/default/os-3.img", file("image", EVIL, 3)));

        assertThatThrownBy(device::refresh)
                .isInstanceOfAny(TrustException.HashMismatch.class, TrustException.Length.class);
        assertThat(device.lastVerified()).isPresent();
    }

    @Test
    void anotherDevicesDocumentIsRefused() {
        DesiredStateVerifier device = deviceInForce();
        direct(keys, "acme/dev-2", Map.of(IMAGE, file("image", GOOD, 2)));

        refuses(device, TrustException.Foreign.class);
    }

    @Test
    void aBundleOfWhichOnePartIsMissingIsNotInstalledInPart() {
        DesiredStateVerifier device = deviceInForce();
        publish(PUBLISHER, "images/default/os-3.img", file("image", EVIL, 3));
        direct(Map.of(
                "images/default/os-3.img",
                file("image", EVIL, 3),
                "apps/default/part.hap",
                file("app/part", "cc".repeat(32), 1)));

        refuses(device, TrustException.Mismatch.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp.json", "2.snapshot.json", "2.targets.json"})
    void aDroppedRequestLeavesWhatIsInForce(String file) {
        DesiredStateVerifier device = deviceInForce();
        direct(Map.of());
        directorServer.attacks.put(file, exchange -> {
            throw new IOException("the connection is cut");
        });

        refuses(device, TrustException.Unreachable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp.json", "2.snapshot.json", "2.targets.json"})
    void aMirrorThatDeniesAFileLeavesWhatIsInForce(String file) {
        DesiredStateVerifier device = deviceInForce();
        direct(Map.of());
        directorServer.attacks.put(file, exchange -> exchange.sendResponseHeaders(404, -1));

        refuses(device, TrustException.NotFound.class);
    }

    @Test
    void aMirrorThatServesAnOldTimestampIsRefused() {
        DesiredStateVerifier device = deviceInForce();
        byte[] old = Objects.requireNonNull(imageFiles.files.get("timestamp.json"));
        publish(PUBLISHER, "images/default/os-3.img", file("image", EVIL, 3));
        direct(Map.of(IMAGE, file("image", GOOD, 2)));
        device.refresh();
        imageServer.attacks.put("timestamp.json", exchange -> {
            exchange.sendResponseHeaders(200, old.length);
            exchange.getResponseBody().write(old);
        });

        refuses(device, TrustException.Rollback.class);
    }

    // ---- denial: endless, oversized, deep, long chains

    @ParameterizedTest
    @ValueSource(strings = {"timestamp.json", "2.snapshot.json", "2.targets.json", "2.root.json"})
    void endlessDataFromTheDirectorIsCutOff(String file) {
        DesiredStateVerifier device = deviceInForce();
        direct(Map.of());
        directorServer.attacks.put(file, HostileServer::endless);

        refuses(device, TrustException.Length.class);
    }

    @Test
    void deepNestingIsRefusedWithoutExhaustingTheStack() {
        DesiredStateVerifier device = deviceInForce();
        directorFiles.files.put("timestamp.json", ("{\"a\":" + "[".repeat(8_000)).getBytes(StandardCharsets.UTF_8));

        refuses(device, TrustException.Malformed.class);
    }

    @Test
    void theSameVersionWithOtherContentIsNoNews() {
        DesiredStateVerifier device = deviceInForce();
        directorVersion--;
        direct(Map.of());

        assertThat(device.refresh().targets()).hasSize(1);
    }

    @Test
    void fiftyRootRotationsAreFollowedOverHttp() {
        DesiredStateVerifier device = deviceInForce();
        ImageRepository rotated = images;
        for (int i = 0; i < 50; i++) {
            rotated = rotated.renewRoot(keys, now.plusSeconds(i));
            imageFiles.files.put((i + 2) + ".root.json", rotated.root());
        }

        assertThat(device.refresh().targets()).hasSize(1);
        assertThat(directory.resolve("images/root.json")).hasBinaryContent(rotated.root());
    }

    @Test
    void aRootChainWithAForgedLinkEndsBeforeIt() {
        DesiredStateVerifier device = deviceInForce();
        for (int i = 0; i < 3; i++) {
            images = images.renewRoot(keys, now.plusSeconds(i));
            imageFiles.files.put((i + 2) + ".root.json", images.root());
        }
        ImageRepository forged =
                ImageRepository.create(StarterKeys.inMemory(), DelegationRule.STANDARD, Validity.DEFAULT, now);
        imageFiles.files.put("4.root.json", forged.root());

        refuses(device, TrustException.Threshold.class);
        assertThat(Signed.root(read("images/root.json")).version()).isEqualTo(3);
    }

    private byte[] read(String file) {
        try {
            return java.nio.file.Files.readAllBytes(directory.resolve(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
