package dev.muster.control.incoming;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.muster.control.access.Caller;
import dev.muster.control.artifacts.ArtifactConfig;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.config.DataDirectory;
import dev.muster.control.packages.HapFiles;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class ResumableUploadsIT {
    @TestHTTPResource("/")
    @Nullable URI server;

    @Inject
    @Nullable OpenUploadStore store;

    @Inject
    @Nullable ArtifactService artifacts;

    @Inject
    @Nullable AuditStore audit;

    @Inject
    @Nullable TenantTransactions transactions;

    @Inject
    @Nullable ArtifactConfig config;

    @Inject
    @Nullable DataDirectory data;

    @Inject
    @Nullable Clock clock;

    @Test
    void anUploadInPiecesBecomesTheSameArtifactAsInOne() throws Exception {
        byte[] hap = HapFiles.hap("com.example.pieces", 3, "3.0", List.of("ohos.permission.CAMERA"));
        String id = announce(Map.of("kind", "app", "fileName", "pieces.hap"), hap, true);

        append(id, 0, hap, 0, 100).header("Upload-Offset", "100").body("received", equalTo(100));
        admin().head("/api/v1/artifacts/uploads/" + id)
                .then()
                .statusCode(200)
                .header("Upload-Offset", "100")
                .header("Upload-Length", Integer.toString(hap.length))
                .header("Upload-Complete", "?0");
        get("/artifacts/uploads").body("items.fileName", hasItem("pieces.hap"));
        append(id, 100, hap, 100, hap.length).header("Upload-Offset", Integer.toString(hap.length));
        finish(id).statusCode(200).body("sha256", equalTo(sha256(hap))).body("name", equalTo("com.example.pieces"));

        // The answer was lost on its way: asked again, it is the same.
        finish(id).statusCode(200).body("sha256", equalTo(sha256(hap)));
        get("/artifacts/uploads").body("items.fileName", not(hasItem("pieces.hap")));
        get("/artifacts/" + sha256(hap)).statusCode(200).body("app.permissions", hasItem("ohos.permission.CAMERA"));
        assertThat(partial(id)).doesNotExist();
    }

    @Test
    void whatArrivedBeforeAConnectionBrokeIsNotSentAgain() throws Exception {
        byte[] image = bytes(300_000, 1);
        String id = announce(image("broken", "1"), image, true);

        breakOff(id, 0, image, 200_000);
        await().atMost(ONE_MINUTE).until(() -> offset(id) > 0);
        int offset = offset(id);

        assertThat(offset).isLessThanOrEqualTo(200_000);
        append(id, offset, image, offset, image.length).statusCode(200);
        finish(id).statusCode(200).body("sha256", equalTo(sha256(image)));
    }

    @Test
    void aServerThatWasStartedAnewGoesOnFromWhatIsOnDisk() throws Exception {
        byte[] image = bytes(100_000, 2);
        IncomingService before = service();
        Caller caller = new Caller.Login(TenantId.DEFAULT, Tokens.ISSUER, "restarted", "restarted", Set.of());
        UUID id = before.announce(
                        caller,
                        new IncomingService.Announcement(
                                dev.muster.control.artifacts.Upload.of(
                                        java.util.Optional.of("image"),
                                        java.util.Optional.of("os"),
                                        java.util.Optional.of("restarted"),
                                        java.util.Optional.of("restarted"),
                                        java.util.Optional.of(1L)),
                                "restarted.img",
                                image.length,
                                java.util.Optional.empty()))
                .id();
        before.append(caller, id, 0, new ByteArrayInputStream(image, 0, 40_000));
        // Bytes that were written and not yet counted when the power went: they are not trusted.
        Files.write(partial(id.toString()), new byte[5_000], java.nio.file.StandardOpenOption.APPEND);

        IncomingService after = service();
        assertThat(after.get(caller, id).received()).isEqualTo(40_000);
        after.append(caller, id, 40_000, new ByteArrayInputStream(image, 40_000, 60_000));

        assertThat(after.finish(caller, id).sha256()).isEqualTo(sha256(image));
    }

    @Test
    void aNewRequestTakesOverFromAConnectionThatOnlyLooksAlive() throws Exception {
        byte[] image = bytes(50_000, 3);
        IncomingService service = service();
        Caller caller = new Caller.Login(TenantId.DEFAULT, Tokens.ISSUER, "over", "over", Set.of());
        UUID id = service.announce(
                        caller,
                        new IncomingService.Announcement(
                                dev.muster.control.artifacts.Upload.of(
                                        java.util.Optional.of("image"),
                                        java.util.Optional.of("os"),
                                        java.util.Optional.of("over"),
                                        java.util.Optional.of("over"),
                                        java.util.Optional.of(1L)),
                                "over.img",
                                image.length,
                                java.util.Optional.of(sha256(image))))
                .id();
        // The old connection delivers its second half only after the new one has sent everything.
        InputStream late = new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                service.append(caller, id, 0, new ByteArrayInputStream(image));
                buffer[offset] = 0;
                return 1;
            }
        };

        assertThatThrownBy(() -> service.append(
                        caller, id, 0, new SequenceInputStream(new ByteArrayInputStream(new byte[0]), late)))
                .hasMessageContaining("another request");

        assertThat(service.get(caller, id).received()).isEqualTo(image.length);
        assertThat(service.finish(caller, id).sha256()).isEqualTo(sha256(image));
    }

    @Test
    void bytesGoOnWhereTheServerSaysAndNowhereElse() throws Exception {
        byte[] image = bytes(1_000, 4);
        String id = announce(image("offset", "1"), image, true);
        append(id, 0, image, 0, 400).statusCode(200);

        append(id, 300, image, 300, 500)
                .statusCode(409)
                .body("code", equalTo("upload-offset"))
                .body("offset", equalTo(400));
        append(id, 500, image, 500, 600).statusCode(409).body("offset", equalTo(400));
        admin().contentType("application/partial-upload")
                .body(image)
                .patch("/api/v1/artifacts/uploads/" + id)
                .then()
                .statusCode(400)
                .body("detail", containsString("Upload-Offset"));
        finish(id).statusCode(409).body("code", equalTo("upload-offset")).body("offset", equalTo(400));
        assertThat(offset(id)).isEqualTo(400);
    }

    @Test
    void moreBytesThanAnnouncedAreRefused() throws Exception {
        byte[] image = bytes(1_000, 5);
        String id = announce(image("more", "1"), Arrays.copyOf(image, 900), false);

        append(id, 0, image, 0, 1_000).statusCode(413).body("code", equalTo("too-large"));

        assertThat(offset(id)).isLessThanOrEqualTo(900);
    }

    @Test
    void otherBytesThanAnnouncedAreForgotten() throws Exception {
        byte[] image = bytes(1_000, 6);
        Map<String, Object> announcement = new HashMap<>(image("hash", "1"));
        announcement.put("length", image.length);
        announcement.put("sha256", "0".repeat(64));
        String id = post("/artifacts/uploads", announcement)
                .statusCode(201)
                .extract()
                .path("id");
        append(id, 0, image, 0, image.length).statusCode(200);

        finish(id)
                .statusCode(400)
                .body("code", equalTo("upload-invalid"))
                .body("detail", containsString(sha256(image)));

        assertThat(offset(id)).isZero();
        get("/artifacts/" + sha256(image)).statusCode(404);
    }

    @Test
    void aPackageThatIsRefusedLeavesNothing() throws Exception {
        byte[] broken = "not a zip".getBytes(StandardCharsets.UTF_8);
        String id = announce(Map.of("kind", "app"), broken, true);
        append(id, 0, broken, 0, broken.length).statusCode(200);

        finish(id).statusCode(400).body("rule", equalTo("package-not-a-zip")).body("installerCode", equalTo(9568262));

        get("/artifacts/uploads/" + id).statusCode(404).body("code", equalTo("upload-not-found"));
        assertThat(partial(id)).doesNotExist();
    }

    @Test
    void anAbandonedUploadIsGoneWithItsBytes() throws Exception {
        byte[] image = bytes(1_000, 7);
        String id = announce(image("gone", "1"), image, true);
        append(id, 0, image, 0, 500).statusCode(200);

        admin().delete("/api/v1/artifacts/uploads/" + id).then().statusCode(204);

        append(id, 500, image, 500, 1_000).statusCode(404);
        assertThat(partial(id)).doesNotExist();
        get("/audit?object=artifact-upload/" + id)
                .body("items.verb", equalTo(List.of("artifact.upload.abandon", "artifact.upload.begin")));
    }

    @Test
    void onlyWhoBeganAnUploadSendsIt() throws Exception {
        byte[] image = bytes(1_000, 8);
        String id = announce(image("mine", "1"), image, true);

        given().auth()
                .oauth2(Tokens.of("somebody-else", Tokens.ADMINS))
                .contentType("application/partial-upload")
                .header("Upload-Offset", 0)
                .body(image)
                .patch("/api/v1/artifacts/uploads/" + id)
                .then()
                .statusCode(403);
    }

    @Test
    void anAnnouncementThatCannotWorkIsRefusedAtOnce() {
        post("/artifacts/uploads", Map.of("kind", "app")).statusCode(400).body("detail", containsString("`length`"));
        post("/artifacts/uploads", Map.of("kind", "app", "length", 0)).statusCode(400);
        post("/artifacts/uploads", Map.of("kind", "app", "length", Long.MAX_VALUE))
                .statusCode(413)
                .body("code", equalTo("too-large"));
        post("/artifacts/uploads", Map.of("kind", "app", "length", 5, "sha256", "../x"))
                .statusCode(400);
        post("/artifacts/uploads", Map.of("kind", "image", "length", 5))
                .statusCode(400)
                .body("detail", containsString("releaseCounter"));
    }

    private IncomingService service() {
        assertThat(store).isNotNull();
        return new IncomingService(
                java.util.Objects.requireNonNull(store),
                new PartialFiles(java.util.Objects.requireNonNull(data)),
                java.util.Objects.requireNonNull(artifacts),
                java.util.Objects.requireNonNull(audit),
                java.util.Objects.requireNonNull(transactions),
                java.util.Objects.requireNonNull(config),
                java.util.Objects.requireNonNull(clock));
    }

    private static String announce(Map<String, ?> what, byte[] content, boolean withHash) throws Exception {
        Map<String, Object> body = new HashMap<>(what);
        body.put("length", content.length);
        if (withHash) {
            body.put("sha256", sha256(content));
        }
        return post("/artifacts/uploads", body)
                .statusCode(201)
                .header("Location", containsString("/api/v1/artifacts/uploads/"))
                .header("Upload-Offset", "0")
                .extract()
                .path("id");
    }

    private static Map<String, Object> image(String hardware, String version) {
        return Map.of("kind", "image", "name", "os", "version", version, "hardware", hardware, "releaseCounter", 1);
    }

    private static ValidatableResponse append(String id, int offset, byte[] all, int from, int to) {
        return admin().contentType("application/partial-upload")
                .header("Upload-Offset", offset)
                .body(Arrays.copyOfRange(all, from, to))
                .patch("/api/v1/artifacts/uploads/" + id)
                .then();
    }

    private static ValidatableResponse finish(String id) {
        return admin().post("/api/v1/artifacts/uploads/" + id + "/finish").then();
    }

    private static int offset(String id) {
        return get("/artifacts/uploads/" + id).statusCode(200).extract().path("received");
    }

    /** A request that promises everything, and a connection that is reset after {@code count} bytes. */
    private void breakOff(String id, int offset, byte[] all, int count) throws IOException {
        URI to = java.util.Objects.requireNonNull(server);
        try (Socket socket = new Socket(to.getHost(), to.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("PATCH /api/v1/artifacts/uploads/" + id + " HTTP/1.1\r\nHost: " + to.getAuthority()
                            + "\r\nAuthorization: Bearer " + Tokens.admin()
                            + "\r\nContent-Type: application/partial-upload\r\nUpload-Offset: " + offset
                            + "\r\nContent-Length: " + (all.length - offset) + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(all, offset, count);
            out.flush();
        }
    }

    private Path partial(String id) {
        return java.util.Objects.requireNonNull(data)
                .directory("artifacts/partial/default")
                .resolve(id);
    }

    private static byte[] bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
