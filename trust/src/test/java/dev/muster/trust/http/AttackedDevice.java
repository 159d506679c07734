package dev.muster.trust.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.Limits;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.metadata.Metadata;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Timestamp;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A device with one good image in force, its two repositories behind real HTTP servers, and every key in the test's hands. For
 * one test and one thread.
 */
final class AttackedDevice implements AutoCloseable {
    static final Instant START = Instant.parse("2026-11-22T08:00:00Z");
    static final String PUBLISHER = KeyNames.publisher("default");
    static final String IMAGE = "images/default/os.img";
    static final String GOOD = "ab".repeat(32);
    static final String EVIL = "ee".repeat(32);

    final StarterKeys keys = StarterKeys.inMemory();
    final MemoryStorage imageFiles = new MemoryStorage();
    final MemoryStorage directorFiles = new MemoryStorage();
    final HostileServer imageServer = new HostileServer(imageFiles::read);
    final HostileServer directorServer = new HostileServer(directorFiles::read);
    final HttpClient client = HttpClient.newHttpClient();
    private final DesiredStateVerifier verifier;
    Instant now = START;
    ImageRepository images = ImageRepository.create(keys, Validity.DEFAULT, START);
    Director director = Director.create(keys, Validity.DEFAULT, START);
    long directorVersion;

    AttackedDevice(Path directory) throws IOException {
        publish(IMAGE, file("image", GOOD, 2));
        direct(keys, Map.of(IMAGE, file("image", GOOD, 2)));
        verifier = new DesiredStateVerifier(
                directory,
                new HttpMetadataFetcher(client, directorServer.uri(), Duration.ofSeconds(30)),
                new HttpMetadataFetcher(client, imageServer.uri(), Duration.ofSeconds(30)),
                () -> now,
                Limits.DEFAULT,
                new Rules());
        verifier.initialise(director.root(), images.root());
        verifier.refresh();
    }

    private static final class Rules implements DeviceRules {
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
            return 0;
        }
    }

    static TargetFile file(String name, String sha256, long counter) {
        return TargetFile.ofSha256(1_000, sha256, Map.of("name", name, "hardware", "rk3568", "counter", counter));
    }

    VerifiedDesiredState refresh() {
        return verifier.refresh();
    }

    /** What the publisher signs. */
    void publish(String path, TargetFile file) {
        images = images.withTarget(PUBLISHER, path, file, keys, now)
                .publish(keys, now)
                .store(imageFiles);
    }

    /** What the director signs for this device. */
    void direct(KeyRing ring, Map<String, TargetFile> targets) {
        directorVersion++;
        Director.of(director.root(), ring)
                .sign(directorVersion, targets, Map.of("device", "acme/dev-1"), now, Duration.ofDays(7))
                .files()
                .forEach(directorFiles.files::put);
    }

    /** Refuses, for this reason, and what was in force stays. */
    void refuses(Class<? extends TrustException> reason) {
        VerifiedDesiredState before = verifier.lastVerified().orElseThrow();
        assertThatThrownBy(verifier::refresh).isInstanceOf(reason);
        assertThat(verifier.lastVerified()).contains(before);
        assertThat(before.targets())
                .extracting(target -> target.file().sha256())
                .containsExactly(GOOD);
    }

    byte[] sign(Metadata metadata, String key) {
        return Signed.sign(metadata, List.of(keys.signer(key))).bytes();
    }

    byte[] imageFile(String name) {
        return Objects.requireNonNull(imageFiles.files.get(name));
    }

    Timestamp imageTimestamp() {
        return Signed.timestamp(imageFile("timestamp.json")).metadata();
    }

    Snapshot imageSnapshot() {
        return Signed.snapshot(imageFile(imageTimestamp().snapshot().version() + ".snapshot.json"))
                .metadata();
    }

    @Override
    public void close() {
        client.shutdownNow();
        imageServer.close();
        directorServer.close();
    }
}
