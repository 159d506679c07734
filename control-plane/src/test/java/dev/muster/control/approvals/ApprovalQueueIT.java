package dev.muster.control.approvals;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import dev.muster.control.testing.Tokens;
import dev.muster.control.testing.TurnedClock;
import dev.muster.protocol.enrol.EnrolAnswer;
import dev.muster.protocol.enrol.EnrolPending;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestProfile(TurnedClock.Profile.class)
class ApprovalQueueIT {
    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Inject
    TurnedClock clock;

    @Test
    void aDeviceWaitsUntilAPersonApprovesItsKey() throws Exception {
        String token = token(1);
        try (TestDevice device = device()) {
            HttpResponse<byte[]> first = device.enrol(token, "queue-1");

            assertThat(first.statusCode()).isEqualTo(202);
            assertThat(first.headers().firstValue("Retry-After")).contains("10");
            EnrolPending pending = (EnrolPending) EnrolAnswer.fromJson(first.body());
            assertThat(pending.keyFingerprint()).isEqualTo(fingerprint(device));
            // It is no device yet.
            people().get("/api/v1/devices/queue-1").then().statusCode(404);
            String id = waiting("queue-1");
            people().get("/api/v1/enrolment-requests?state=waiting&limit=500")
                    .then()
                    .statusCode(200)
                    .body("items.find { it.id == '" + id + "' }.keyFingerprint", equalTo(fingerprint(device)))
                    .body("items.find { it.id == '" + id + "' }.facts.'os.api'", equalTo("12"))
                    .body("items.find { it.id == '" + id + "' }.tags", hasItem("queued"))
                    .body("items.find { it.id == '" + id + "' }.takesPlaceOf", nullValue());
            assertThat(device.enrol(token, "queue-1").statusCode()).isEqualTo(202);

            approve(id, "{}").statusCode(200).body("state", equalTo("approved"));

            assertThat(device.enrol(token, "queue-1").statusCode()).isEqualTo(200);
            assertThat(device.identity().device()).isEqualTo(DeviceRef.of("default", "queue-1"));
            people().get("/api/v1/devices/queue-1")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("active"))
                    .body("tags", hasItem("queued"));
            // The answer was lost: the same key gets the same device.
            assertThat(device.enrol(token, "queue-1").statusCode()).isEqualTo(200);
            assertThat(device.identity().device()).isEqualTo(DeviceRef.of("default", "queue-1"));
        }
    }

    @Test
    void anotherKeyNeitherFetchesWhatWasApprovedNorGetsASecondUse() throws Exception {
        String token = token(1);
        try (TestDevice device = device();
                TestDevice thief = device()) {
            device.enrol(token, "queue-2");
            approve(waiting("queue-2"), "{}").statusCode(200);

            assertThat(thief.enrol(token, "queue-2").statusCode()).isEqualTo(401);
            // A request for the approved key that another key signed.
            EnrolRequest forged = new EnrolRequest(
                    token,
                    TestDevice.csr(device.keys(), thief.keys()),
                    Optional.of("queue-2"),
                    "test-board",
                    Optional.empty(),
                    Map.of());
            assertThat(code(thief.post("/device/v1/enrol", forged.toJson()))).isEqualTo("csr-invalid");
            assertThat(device.enrol(token, "queue-2").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theWordsThatWereApprovedCountNotThoseSaidLater() throws Exception {
        String token = token(1);
        try (TestDevice device = device()) {
            device.enrol(token, "queue-3");
            approve(waiting("queue-3"), "{\"device\":\"queue-named\"}").statusCode(200);

            device.enrol(token, "queue-other");

            assertThat(device.identity().device()).isEqualTo(DeviceRef.of("default", "queue-named"));
            people().get("/api/v1/devices/queue-named").then().body("serial", equalTo("sn-queue-3"));
        }
    }

    @Test
    void aRejectedKeyIsToldWhyUntilSomebodyApprovesIt() throws Exception {
        String token = token(1);
        try (TestDevice device = device()) {
            device.enrol(token, "queue-4");
            String id = waiting("queue-4");
            people().contentType("application/json")
                    .body("{\"reason\":\"not ours\"}")
                    .post("/api/v1/enrolment-requests/" + id + "/reject")
                    .then()
                    .statusCode(200)
                    .body("state", equalTo("rejected"));

            HttpResponse<byte[]> refused = device.enrol(token, "queue-4");

            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(code(refused)).isEqualTo("enrolment-rejected");
            assertThat(JsonObject.parse(refused.body()).string("detail")).contains("not ours");
            approve(id, "{}").statusCode(200);
            assertThat(device.enrol(token, "queue-4").statusCode()).isEqualTo(200);
            people().contentType("application/json")
                    .body("{}")
                    .post("/api/v1/enrolment-requests/" + id + "/reject")
                    .then()
                    .statusCode(409)
                    .body("detail", containsString("queue-4"));
        }
    }

    @Test
    void aRequestThatNobodyDecidesExpiresAndADeviceWaitsOnAfterItsTokenEnded() throws Exception {
        String token = token(1);
        try (TestDevice device = device()) {
            device.enrol(token, "queue-5");
            String id = waiting("queue-5");

            // The token lives for a day.
            clock.turn(Duration.ofDays(2));
            HttpResponse<byte[]> later = device.enrol(token, "queue-5");
            assertThat(later.statusCode()).isEqualTo(202);
            assertThat(later.headers().firstValue("Retry-After")).contains("300");

            clock.turn(Duration.ofDays(6));
            assertThat(device.enrol(token, "queue-5").statusCode()).isEqualTo(401);
            approve(id, "{}").statusCode(409).body("detail", containsString("expired"));
        }
    }

    @Test
    void approvedHardwareTakesThePlaceThatWaitsForIt() throws Exception {
        people().contentType("text/csv")
                .body("id,serial\nqueue-awaited,sn-queue-6\n")
                .post("/api/v1/inventory")
                .then()
                .statusCode(200);
        String token = token(1);
        try (TestDevice device = device()) {
            device.enrol(token, "queue-6");
            String id = waiting("queue-6");
            people().get("/api/v1/enrolment-requests?state=waiting&limit=500")
                    .then()
                    .body("items.find { it.id == '" + id + "' }.takesPlaceOf", equalTo("queue-awaited"));
            approve(id, "{}").statusCode(200);

            device.enrol(token, "queue-6");

            assertThat(device.identity().device()).isEqualTo(DeviceRef.of("default", "queue-awaited"));
        }
    }

    @Test
    void aTakenNameIsRefusedAndSaysSo() throws Exception {
        String token = token(2);
        try (TestDevice first = device();
                TestDevice second = device()) {
            first.enrol(token, "queue-7");
            approve(waiting("queue-7"), "{}").statusCode(200);
            first.enrol(token, "queue-7");
            second.enrol(token, "queue-8");

            approve(waiting("queue-8"), "{\"device\":\"queue-7\"}")
                    .statusCode(409)
                    .body("code", equalTo("already-exists"));
            approve(waiting("queue-8"), "{\"device\":\"queue-7/child\"}").statusCode(400);
        }
    }

    private TestDevice device() throws Exception {
        return new TestDevice(URI.create("https://localhost:" + server.port()), authority.root());
    }

    private static RequestSpecification people() {
        return given().auth().oauth2(Tokens.admin());
    }

    private static ValidatableResponse approve(String id, String body) {
        return people().contentType("application/json")
                .body(body)
                .post("/api/v1/enrolment-requests/" + id + "/approve")
                .then();
    }

    private static String waiting(String wished) {
        List<String> ids = people().get("/api/v1/enrolment-requests?state=waiting&limit=500")
                .then()
                .statusCode(200)
                .extract()
                .path("items.findAll { it.device == '" + wished + "' }.id");
        assertThat(ids).hasSize(1);
        return ids.getFirst();
    }

    private static String fingerprint(TestDevice device) throws Exception {
        return "sha256:"
                + HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256")
                                .digest(device.keys().getPublic().getEncoded()));
    }

    private static String token(int uses) {
        return people().contentType("application/json")
                .body("{\"uses\":" + uses + ",\"tags\":[\"queued\"],\"approval\":true}")
                .post("/api/v1/enrolment-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
    }

    private static String code(HttpResponse<byte[]> response) {
        return JsonObject.parse(response.body()).string("code");
    }
}
