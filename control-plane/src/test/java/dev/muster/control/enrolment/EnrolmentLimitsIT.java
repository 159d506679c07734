package dev.muster.control.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.audit.AuditStore;
import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import dev.muster.control.testing.Tokens;
import dev.muster.control.testing.TurnedClock;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestProfile(TurnedClock.Profile.class)
class EnrolmentLimitsIT {
    private static final int MANY = 3_000;

    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Inject
    TurnedClock clock;

    @Inject
    AuditStore audit;

    @Inject
    TenantTransactions transactions;

    @AfterEach
    void theMinuteIsOver() {
        clock.turn(Duration.ofMinutes(11));
    }

    @Test
    void anAddressThatAsksTooOftenIsToldWhenToComeBackAndIsLetInThen() throws Exception {
        String token = token(1);
        try (TestDevice device = device()) {
            HttpResponse<byte[]> refused = untilBusy(device);

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(code(refused)).isEqualTo("too-many-requests");
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                    .isBetween(1L, 60L);

            clock.turn(Duration.ofSeconds(5));

            assertThat(device.enrol(token, "limits-busy").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theBoundIsForThoseWithoutACertificateOnly() throws Exception {
        try (TestDevice member = device();
                TestDevice stranger = device()) {
            member.enrol(token(1), "limits-member");
            untilBusy(stranger);

            assertThat(member.renew().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void afterTooManyWrongSecretsAGuessIsRefusedAndTheRightSecretStillEnrols() throws Exception {
        String token = token(1);
        String wrong = token.substring(0, token.length() - 4) + "AAAA";
        try (TestDevice guesser = device();
                TestDevice device = device()) {
            for (int i = 0; i < 10; i++) {
                assertThat(guesser.enrol(wrong, "limits-guesser").statusCode()).isEqualTo(401);
            }

            HttpResponse<byte[]> refused = guesser.enrol(wrong, "limits-guesser");

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).contains("60");
            // The same address, as behind one NAT.
            assertThat(device.enrol(token, "limits-right").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void refusalsAreInTheTrailWithoutFillingIt() throws Exception {
        String token = token(1);
        String id = token.split("\\.", -1)[1];
        try (TestDevice device = device()) {
            for (int i = 0; i < 5; i++) {
                device.enrol(token + "x", "limits-audited");
            }
        }

        List<Long> rows =
                transactions.in(TenantId.DEFAULT, handle -> audit.newest(handle, List.of("enrolment-token/" + id), 10));

        // One of its making, one of the refusals.
        assertThat(rows).hasSize(2);
    }

    @Test
    void whatNoRowCanHoldIsRefusedBeforeItReachesTheDatabase() throws Exception {
        String token = token(1);
        try (TestDevice device = device()) {
            EnrolRequest nul = new EnrolRequest(
                    token,
                    TestDevice.csr(device.keys(), device.keys()),
                    Optional.of("limits-nul"),
                    "board\0",
                    Optional.of("s\0"),
                    Map.of("a", "b\0"));

            assertThat(code(device.post("/device/v1/enrol", nul.toJson()))).isEqualTo("invalid-request");
            assertThat(code(device.enrol("default.aaaa\0aaaaaaa.x", "limits-nul")))
                    .isEqualTo("enrolment-token-refused");
            assertThat(code(device.enrol("nobody.aaaaaaaaaaaa.x", "limits-nul")))
                    .isEqualTo("enrolment-token-refused");
        }
    }

    private static HttpResponse<byte[]> untilBusy(TestDevice device) throws Exception {
        byte[] cheap = new EnrolRequest("none", "", Optional.empty(), "b", Optional.empty(), Map.of()).toJson();
        HttpResponse<byte[]> answer = device.post("/device/v1/enrol", cheap);
        for (int i = 0; i < MANY && answer.statusCode() != 429; i++) {
            answer = device.post("/device/v1/enrol", cheap);
        }
        return answer;
    }

    private TestDevice device() throws Exception {
        return new TestDevice(URI.create("https://localhost:" + server.port()), authority.root());
    }

    private static String token(int uses) {
        return RestAssured.given()
                .auth()
                .oauth2(Tokens.admin())
                .contentType("application/json")
                .body("{\"uses\":" + uses + "}")
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
