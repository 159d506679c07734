package dev.muster.control.enrolment;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.deviceapi.DeviceAnswer;
import dev.muster.control.deviceapi.DeviceRouter;
import dev.muster.control.deviceapi.DeviceRoutes;
import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.testing.DatabaseOwner;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class EnrolmentIT {
    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    /** A route like those of other features. */
    @Singleton
    static class Echo implements DeviceRoutes {
        @Override
        public void register(DeviceRouter router) {
            router.get(
                    "/test/echo/:word",
                    request -> DeviceAnswer.json(JsonObject.write(Map.of(
                            "device", request.device().key(),
                            "word", request.parameter("word"),
                            "virtual", Thread.currentThread().isVirtual()))));
            router.put("/test/small", 10, request -> DeviceAnswer.bytes("text/plain", request.body()));
            router.get("/test/file", request -> {
                Path file = Files.writeString(Files.createTempFile("muster", ".bin"), "0123456789");
                file.toFile().deleteOnExit();
                return DeviceAnswer.file(file, "application/octet-stream", "abc");
            });
        }
    }

    @Test
    void aDeviceEnrolsByTokenAndIsKnownByItsCertificate() throws Exception {
        try (TestDevice device = device()) {
            assertThat(device.get("/device/v1/test/echo/x").statusCode()).isEqualTo(401);

            assertThat(device.enrol(token(1), "pump-1").statusCode()).isEqualTo(200);

            assertThat(device.identity().device()).isEqualTo(DeviceRef.of("default", "pump-1"));
            JsonObject echo =
                    JsonObject.parse(device.get("/device/v1/test/echo/hello").body());
            assertThat(echo.string("device")).isEqualTo("default/pump-1");
            assertThat(echo.string("word")).isEqualTo("hello");
            assertThat(echo.optionalFlag("virtual")).contains(true);
            given().auth()
                    .oauth2(Tokens.admin())
                    .get("/api/v1/devices/pump-1")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("active"))
                    .body("hardware", equalTo("test-board"))
                    .body("facts.'os.api'", equalTo("12"));
        }
    }

    @Test
    void theTokenAnswerHasTheLineToPaste() throws Exception {
        String fingerprint = authority.fingerprint();

        given().auth()
                .oauth2(Tokens.admin())
                .contentType("application/json")
                .body("{}")
                .post("/api/v1/enrolment-tokens")
                .then()
                .statusCode(201)
                .body("command", containsString("--ca-fingerprint " + fingerprint));
    }

    @Test
    void aTokenIsGoodForItsUsesOnlyAndARepeatWithTheSameKeyIsNoUse() throws Exception {
        String token = token(1);
        try (TestDevice first = device();
                TestDevice second = device()) {
            assertThat(first.enrol(token, "once").statusCode()).isEqualTo(200);
            assertThat(first.enrol(token, "once").statusCode()).isEqualTo(200);
            assertThat(first.identity().device()).isEqualTo(DeviceRef.of("default", "once"));

            HttpResponse<byte[]> refused = second.enrol(token, "twice");

            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(code(refused)).isEqualTo("enrolment-token-refused");
        }
    }

    @Test
    void aTakenNameGetsANumber() throws Exception {
        String token = token(2);
        try (TestDevice first = device();
                TestDevice second = device()) {
            first.enrol(token, "twin");
            second.enrol(token, "twin");

            assertThat(second.identity().device()).isEqualTo(DeviceRef.of("default", "twin-2"));
        }
    }

    @Test
    void aRequestSignedByAnotherKeyIsRefused() throws Exception {
        KeyPair foreign = TestDevice.newKeys();
        try (TestDevice device = device()) {
            EnrolRequest request = new EnrolRequest(
                    token(1),
                    TestDevice.csr(foreign, device.keys()),
                    Optional.of("thief"),
                    "board",
                    Optional.empty(),
                    Map.of());

            HttpResponse<byte[]> answer = device.post("/device/v1/enrol", request.toJson());

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(code(answer)).isEqualTo("csr-invalid");
        }
    }

    @Test
    void aSuspendedDeviceIsRefusedUntilItIsResumed() throws Exception {
        try (TestDevice device = device()) {
            device.enrol(token(1), "naughty");
            assertThat(device.get("/device/v1/test/echo/a").statusCode()).isEqualTo(200);

            change("naughty", "suspend");

            HttpResponse<byte[]> refused = device.get("/device/v1/test/echo/a");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(code(refused)).isEqualTo("device-not-active");
            assertThat(device.renew().statusCode()).isEqualTo(403);

            change("naughty", "resume");

            assertThat(device.get("/device/v1/test/echo/a").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whatWasIssuedBetweenBackupAndRestoreCountsWithoutARow() throws Exception {
        try (TestDevice device = device()) {
            device.enrol(token(1), "from-a-backup");
            String lost = "delete from muster.device_certificate where device = 'from-a-backup'";
            DatabaseOwner.asOwnerOf("default", lost);
            assertThat(device.renew().statusCode())
                    .as("nobody restored anything")
                    .isEqualTo(401);

            DatabaseOwner.asOwnerOf(
                    "default",
                    "insert into muster.restored (at, backup_at, floor, by_whom, done_at)"
                            + " values (now() + interval '1 minute', now() - interval '1 day', 1, 'test', now())");
            assertThat(device.renew().statusCode())
                    .as("the device enrolled after the backup")
                    .isEqualTo(401);

            DatabaseOwner.asOwnerOf(
                    "default",
                    "update muster.device set enrolled_at = now() - interval '2 days' where id = 'from-a-backup'");
            assertThat(device.renew().statusCode()).isEqualTo(200);

            DatabaseOwner.asOwnerOf("default", "delete from muster.restored");
            assertThat(device.renew().statusCode()).isEqualTo(401);
        }
    }

    @Test
    void aDeviceRenewsWithANewKey() throws Exception {
        try (TestDevice device = device()) {
            device.enrol(token(1), "renewing");

            HttpResponse<byte[]> answer = device.renew();

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(EnrolResponse.fromJson(answer.body()).device()).isEqualTo(DeviceRef.of("default", "renewing"));
            assertThat(EnrolResponse.fromJson(answer.body()).chainPem())
                    .isNotEqualTo(device.identity().chainPem());
        }
    }

    @Test
    void aFileIsSentInRanges() throws Exception {
        try (TestDevice device = device()) {
            device.enrol(token(1), "ranger");

            assertThat(text(device.get("/device/v1/test/file"))).isEqualTo("0123456789");
            HttpResponse<byte[]> part = device.get("/device/v1/test/file", "Range", "bytes=3-5");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(text(part)).isEqualTo("345");
            assertThat(part.headers().firstValue("Content-Range")).contains("bytes 3-5/10");
            assertThat(device.get("/device/v1/test/file", "Range", "bytes=10-").statusCode())
                    .isEqualTo(416);
            assertThat(device.get("/device/v1/test/file", "If-None-Match", "\"abc\"")
                            .statusCode())
                    .isEqualTo(304);
        }
    }

    @Test
    void aBodyBeyondTheLimitIsRefused() throws Exception {
        try (TestDevice device = device()) {
            device.enrol(token(1), "talker");

            HttpResponse<byte[]> answer = device.send("PUT", "/device/v1/test/small", new byte[11]);

            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(code(answer)).isEqualTo("too-large");
        }
    }

    private TestDevice device() throws Exception {
        return new TestDevice(URI.create("https://localhost:" + server.port()), authority.root());
    }

    private static String token(int uses) {
        return given().auth()
                .oauth2(Tokens.admin())
                .contentType("application/json")
                .body("{\"uses\":" + uses + "}")
                .post("/api/v1/enrolment-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
    }

    private static void change(String device, String verb) {
        given().auth()
                .oauth2(Tokens.admin())
                .post("/api/v1/devices/" + device + "/" + verb)
                .then()
                .statusCode(200);
    }

    private static String code(HttpResponse<byte[]> response) {
        return JsonObject.parse(response.body()).string("code");
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
