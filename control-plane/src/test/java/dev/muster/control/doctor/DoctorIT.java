package dev.muster.control.doctor;

import static dev.muster.control.testing.FleetApi.admin;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.startsWith;

import dev.muster.control.testing.FilledTenant;
import dev.muster.control.testing.Servers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;

/** What a running server finds and tells of itself, with a real database and a real Kafka; and its meters. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class DoctorIT {
    private static final Pattern SECRET_KEY =
            Pattern.compile("(?i).*(password|secret|private|credential|access-key|pin-file).*");

    @SuppressWarnings("NullAway.Init") // Quarkus fills it
    @TestHTTPResource(value = "/metrics", management = true)
    URI metrics;

    @Inject
    FilledTenant.Maker maker;

    @Inject
    Config config;

    private List<Map<String, String>> findings() {
        return admin().get("/api/v1/doctor").then().statusCode(200).extract().path("items");
    }

    private Map<String, String> finding(String id) {
        return findings().stream()
                .filter(finding -> id.equals(finding.get("id")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no finding `" + id + "`"));
    }

    /** Consumers of a server that has just started join a moment later. */
    private void consumersJoined() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> findings().stream().anyMatch(finding -> "lag/control-reported".equals(finding.get("id"))));
    }

    @Test
    void everythingThatIsLookedAtIsThere() {
        consumersJoined();

        admin().get("/api/v1/doctor")
                .then()
                .statusCode(200)
                .body(
                        "items.id",
                        hasItems(
                                "database",
                                "clock/database",
                                "outbox",
                                "kafka",
                                "lag/control-reported",
                                "provider",
                                "artifacts",
                                "parts/telemetry/gateway",
                                "parts/telemetry/streams",
                                "certificate/authority-1",
                                "certificate/devices",
                                "trust/images/root",
                                "trust/images/targets",
                                "trust/images/snapshot",
                                "trust/images/timestamp",
                                "trust/director/root",
                                "disk/data",
                                "disk/artifacts",
                                "descriptors",
                                "memory",
                                "profile"));
    }

    @Test
    void whatIsWellSaysWhatWasFoundAndNothingToDo() {
        assertThat(finding("database")).containsEntry("state", "ok").containsEntry("advice", "");
        assertThat(finding("database").get("found")).startsWith("PostgreSQL ");
        assertThat(finding("clock/database")).containsEntry("state", "ok");
        assertThat(finding("kafka").get("found")).contains("1 broker");
        assertThat(finding("certificate/devices").get("found")).contains("days left");
        assertThat(finding("trust/images/timestamp").get("found")).contains("days left");
        assertThat(finding("trust/images/timestamp")).containsEntry("state", "ok");
        assertThat(finding("descriptors").get("found")).contains("open, at most");
    }

    @Test
    void aTenantHearsOfItsOwnTrustAndOfNothingElse() {
        FilledTenant tenant = maker.empty("doctor-tenant", "finch");

        tenant.get("/doctor").statusCode(200).body("items.id", everyItem(startsWith("trust/")));
        tenant.get("/support").statusCode(403).body("detail", containsString("the whole server"));
    }

    @Test
    void theBundleOfTheServerHasNoSecretOfItsConfiguration() {
        consumersJoined();

        String told = admin().get("/api/v1/support")
                .then()
                .statusCode(200)
                .body("product.roles", contains("api", "device", "gateway", "streams", "worker"))
                .body("settings.'muster.profile'", equalTo("trial"))
                .body("settings.'muster.db.url'", startsWith("jdbc:postgresql://"))
                .body("counts.tenants", org.hamcrest.Matchers.greaterThanOrEqualTo(1))
                .body("lag.'control-reported'", org.hamcrest.Matchers.greaterThanOrEqualTo(0))
                .body("meters.'muster.gateway.sessions{} value'", org.hamcrest.Matchers.greaterThanOrEqualTo(0f))
                .body("doctor.items.id", hasItems("database"))
                .extract()
                .asString();

        List<String> secrets = StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(key -> SECRET_KEY.matcher(key).matches())
                .flatMap(key -> config.getOptionalValue(key, String.class).stream())
                .filter(value -> value.length() >= 8)
                .toList();
        assertThat(secrets).as("secrets that are set").hasSizeGreaterThan(3);
        for (String secret : secrets) {
            assertThat(told.contains(secret)).as("a secret is told").isFalse();
        }
        assertThat(told)
                .doesNotContain("muster_owner")
                .doesNotContain(config.getValue("muster.data-dir", String.class));
    }

    @Test
    void everyMeterIsInTheReferenceAndIsShown() throws IOException {
        // A problem, so that problems are counted.
        admin().get("/api/v1/devices/nobody-of-doctor-it").then().statusCode(404);

        String shown = given().accept("text/plain")
                .get(metrics)
                .then()
                .statusCode(200)
                .extract()
                .asString();

        Map<String, String> types = new TreeMap<>();
        Matcher type = Pattern.compile("# TYPE (muster_[a-z_0-9]+) (\\S+)").matcher(shown);
        while (type.find()) {
            types.put(type.group(1), type.group(2));
        }
        assertThat(types).isNotEmpty();
        assertThat(MetricsReference.types()).isEqualTo(types);
    }

    @Test
    void whoHasNoLoginPutsNoNamesIntoMeters() {
        given().get("/api/v1/devices/stranger-of-doctor-it").then().statusCode(401);
        given().get("/api/v1/no-operation-of-doctor-it").then().statusCode(404);

        String shown = given().accept("text/plain")
                .get(metrics)
                .then()
                .statusCode(200)
                .extract()
                .asString();

        assertThat(shown).contains("status=\"401\"").doesNotContain("-of-doctor-it");
    }
}
