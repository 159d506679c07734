package dev.muster.control.artifacts;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.release;
import static dev.muster.control.testing.FleetApi.rollout;
import static dev.muster.control.testing.FleetApi.uploadImage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.config.DataDirectory;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way through a bucket: upload, release, rollout, and a device that fetches over mTLS. */
@QuarkusTest
@TestProfile(S3DownloadsIT.InBucket.class)
@QuarkusTestResource(Servers.class)
@QuarkusTestResource(value = S3DownloadsIT.Bucket.class, restrictToAnnotatedClass = true)
@SuppressWarnings("NullAway.Init")
class S3DownloadsIT {
    private static final TargetName IMAGE = new TargetName.Image();

    /** A server whose artifacts lie in a bucket. */
    public static final class InBucket implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("muster.artifacts.store", "s3", "muster.artifacts.s3.part-size", "5242880");
        }
    }

    /** The bucket. */
    public static final class Bucket implements QuarkusTestResourceLifecycleManager {
        private @Nullable S3Server server;

        @Override
        public Map<String, String> start() {
            try {
                S3Server started = S3Server.start(Files.createTempDirectory("muster-s3-it"), "artifacts");
                server = started;
                return Map.of(
                        "muster.artifacts.s3.endpoint",
                        started.endpoint().toString(),
                        "muster.artifacts.s3.bucket",
                        "artifacts",
                        "muster.artifacts.s3.prefix",
                        "muster",
                        "muster.artifacts.s3.access-key",
                        S3Server.ACCESS_KEY,
                        "muster.artifacts.s3.secret-key",
                        S3Server.SECRET_KEY);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            if (server != null) {
                server.close();
            }
        }
    }

    @Inject
    ArtifactBytes bytes;

    @Inject
    ArtifactService artifacts;

    @Inject
    TenantTransactions transactions;

    @Inject
    DataDirectory data;

    @Inject
    TestFleet fleet;

    @TempDir
    Path directory;

    @Test
    void aDeviceFetchesFromTheBucketThroughTheServerInRanges() throws Exception {
        byte[] image = new byte[(11 << 20) + 3];
        new Random(1).nextBytes(image);
        try (FleetDevice device = fleet.enrol(directory, "bucket", "bucket-1")) {
            String sha256 = uploadImage(image, "1.0.0", 1);
            assertThat(bytes).isInstanceOf(S3ArtifactBytes.class);
            assertThat(bytes.find(sha256).orElseThrow().length()).isEqualTo(image.length);
            assertThat(device.fetch(sha256).statusCode())
                    .as("not its target yet")
                    .isEqualTo(404);
            rollout("bucket", release("bucket", "1", sha256), "bucket");
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                device.refresh();
                assertThat(device.target(IMAGE)).isPresent();
            });

            HttpResponse<byte[]> whole = device.fetch(sha256);
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(whole.body()).isEqualTo(image);
            assertThat(whole.headers().firstValue("ETag")).contains("\"" + sha256 + "\"");

            HttpResponse<byte[]> rest = device.fetch(sha256, "Range", "bytes=5242870-");
            assertThat(rest.statusCode()).isEqualTo(206);
            assertThat(rest.headers().firstValue("Content-Range"))
                    .contains("bytes 5242870-" + (image.length - 1) + "/" + image.length);
            assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(image, 5_242_870, image.length));

            assertThat(device.fetch(sha256, "Range", "bytes=0-0").body()).isEqualTo(new byte[] {image[0]});
            assertThat(device.fetch(sha256, "Range", "bytes=" + image.length + "-")
                            .statusCode())
                    .isEqualTo(416);
            assertThat(device.fetch(sha256, "Range", "bytes=5-", "If-Range", "\"other\"")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(device.fetch(sha256, "If-None-Match", "\"" + sha256 + "\"")
                            .statusCode())
                    .isEqualTo(304);
        }
    }

    @Test
    void whatTheServerMakesIsReadAtOnceAndComesToTheBucketAfterItsTransaction() throws Exception {
        byte[] made = "{\"custom\":\"made here\"}".getBytes(StandardCharsets.UTF_8);

        String sha256 = transactions.in(TenantId.DEFAULT, handle -> {
            Artifact kept = artifacts.keep(handle, TenantId.DEFAULT, Artifact.Kind.SETTINGS, "1", made);
            assertThat(unsent()).as("nothing of an open transaction is sent").contains(kept.sha256());
            return kept.sha256();
        });

        assertThat(bytes.find(sha256).orElseThrow().length()).isEqualTo(made.length);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(unsent()).doesNotContain(sha256));
        try (InputStream in = bytes.find(sha256).orElseThrow().open(0, made.length)) {
            assertThat(in.readAllBytes()).isEqualTo(made);
        }
    }

    @Test
    void whatARolledBackTransactionLeftIsCollectedAndNeverSent() throws Exception {
        byte[] made = "{\"custom\":\"rolled back\"}".getBytes(StandardCharsets.UTF_8);
        List<String> left = new ArrayList<>();
        assertThatThrownBy(() -> transactions.run(TenantId.DEFAULT, handle -> {
                    left.add(artifacts
                            .keep(handle, TenantId.DEFAULT, Artifact.Kind.SETTINGS, "2", made)
                            .sha256());
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        Path file = data.directory("artifacts").resolve("unsent").resolve(left.getFirst());
        assertThat(file).exists();
        collect();
        assertThat(file).as("its transaction might be running yet").exists();
        Files.setLastModifiedTime(
                file, FileTime.from(Clock.systemUTC().instant().minus(Duration.ofDays(2))));

        collect();

        assertThat(file).doesNotExist();
        assertThat(bytes.find(left.getFirst())).isEmpty();
    }

    private static void collect() {
        admin().post("/api/v1/artifacts/gc").then().statusCode(200);
    }

    private List<String> unsent() {
        try {
            return bytes.unsent(Instant.MAX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anUploadInPiecesEndsInTheBucketToo() throws IOException {
        byte[] image = new byte[1000];
        new Random(2).nextBytes(image);
        String id = admin().contentType("application/json")
                .body(Map.of(
                        "kind",
                        "image",
                        "name",
                        "os",
                        "version",
                        "1",
                        "hardware",
                        "b",
                        "releaseCounter",
                        1,
                        "length",
                        1000))
                .post("/api/v1/artifacts/uploads")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        admin().contentType("application/partial-upload")
                .header("Upload-Offset", 0)
                .body(image)
                .patch("/api/v1/artifacts/uploads/" + id)
                .then()
                .statusCode(200);

        String sha256 = admin().post("/api/v1/artifacts/uploads/" + id + "/finish")
                .then()
                .statusCode(200)
                .body("length", equalTo(1000))
                .extract()
                .path("sha256");

        assertThat(bytes.find(sha256)).isPresent();
    }
}
