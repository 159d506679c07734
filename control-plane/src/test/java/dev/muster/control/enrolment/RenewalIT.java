package dev.muster.control.enrolment;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestDevice;
import dev.muster.control.testing.Tokens;
import dev.muster.control.testing.TurnedClock;
import dev.muster.protocol.enrol.EnrolResponse;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Certificates that live for a minute here, and can be renewed for an hour after. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestProfile(RenewalIT.ShortLives.class)
class RenewalIT {
    public static final class ShortLives implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("muster.enrolment.certificate-life", "PT1M", "muster.device.renew-grace", "PT1H");
        }

        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(TurnedClock.class);
        }
    }

    private static final String GUARDED = "/device/v1/director/1.root.json";

    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Inject
    TenantTransactions transactions;

    @Inject
    TurnedClock clock;

    @Test
    void aCertificateThatEndedRenewsWithinItsGraceAndOpensNothingElse() throws Exception {
        try (TestDevice device = enrolled("renewal-grace")) {
            assertThat(device.get(GUARDED).statusCode()).isEqualTo(200);

            clock.turn(Duration.ofMinutes(30));

            assertThat(device.get(GUARDED).statusCode()).isEqualTo(401);
            HttpResponse<byte[]> answer = device.renew();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(EnrolResponse.fromJson(answer.body()).device())
                    .isEqualTo(DeviceRef.of("default", "renewal-grace"));
        }
    }

    @Test
    void afterItsGraceItEnrolsAnew() throws Exception {
        try (TestDevice device = enrolled("renewal-late")) {
            clock.turn(Duration.ofMinutes(62));

            assertThat(device.renew().statusCode()).isEqualTo(401);
        }
    }

    @Test
    void aRevokedCertificateRenewsNeitherBeforeItsEndNorAfter() throws Exception {
        try (TestDevice device = enrolled("renewal-revoked")) {
            transactions.run(
                    TenantId.DEFAULT,
                    handle -> handle.execute(
                            "update device_certificate set revoked_at = now() where device = 'renewal-revoked'"));

            assertThat(code(device.renew())).isEqualTo("certificate-required");
            clock.turn(Duration.ofMinutes(30));
            assertThat(code(device.renew())).isEqualTo("certificate-required");
        }
    }

    @Test
    void whoIsSuspendedInItsGraceRenewsOnlyOnceResumed() throws Exception {
        try (TestDevice device = enrolled("renewal-suspended")) {
            clock.turn(Duration.ofMinutes(30));
            change("renewal-suspended", "suspend");
            assertThat(code(device.renew())).isEqualTo("device-not-active");

            change("renewal-suspended", "resume");

            assertThat(device.renew().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whoIsRetiredOrReplacedNeverRenews() throws Exception {
        try (TestDevice retired = enrolled("renewal-retired");
                TestDevice replaced = enrolled("renewal-replaced")) {
            change("renewal-retired", "retire");
            given().auth()
                    .oauth2(Tokens.admin())
                    .contentType("application/json")
                    .body("{\"serial\":\"renewal-other-hardware\"}")
                    .post("/api/v1/devices/renewal-replaced/replace")
                    .then()
                    .statusCode(200);

            assertThat(code(retired.renew())).isEqualTo("device-not-active");
            assertThat(code(replaced.renew())).isEqualTo("device-not-active");
            clock.turn(Duration.ofMinutes(30));
            assertThat(code(replaced.renew())).isEqualTo("device-not-active");
        }
    }

    @Test
    void aRetiredDeviceGetsNothingByItsTokenEither() throws Exception {
        String token = token();
        try (TestDevice device = device()) {
            device.enrol(token, "renewal-token");
            change("renewal-token", "retire");

            assertThat(code(device.enrol(token, "renewal-token"))).isEqualTo("device-not-active");
        }
    }

    private TestDevice enrolled(String name) throws Exception {
        TestDevice device = device();
        assertThat(device.enrol(token(), name).statusCode()).isEqualTo(200);
        return device;
    }

    private TestDevice device() throws Exception {
        return new TestDevice(URI.create("https://localhost:" + server.port()), authority.root());
    }

    private static String token() {
        return given().auth()
                .oauth2(Tokens.admin())
                .contentType("application/json")
                .body("{}")
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
}
