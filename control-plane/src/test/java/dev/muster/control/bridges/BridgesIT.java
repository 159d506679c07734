package dev.muster.control.bridges;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections to a real broker, from what people write to what the query answers. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestProfile(BridgesIT.Settings.class)
class BridgesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The loopback address may be reached. */
    public static class Settings implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("muster.bridges.allowed-networks", "127.0.0.0/8");
        }
    }

    @Inject
    DeviceService devices;

    @Inject
    TenantTransactions transactions;

    @TempDir
    Path directory;

    @BeforeEach
    void needsABroker() {
        assumeThat(TestBroker.isInstalled())
                .as("Debian's `mosquitto` is not installed")
                .isTrue();
    }

    @Test
    void aDeviceOfTheBrokerIsForeignAndItsTelemetryGoesTheWayOfAll() throws Exception {
        try (TestBroker broker = TestBroker.start(directory)) {
            put(
                            "br-create",
                            yaml("br-create", broker.url(), "tag==br-create", "create: {tags: [br-create], type: plc}"))
                    .statusCode(200)
                    .body("run.state", equalTo("pending"));
            connected("br-create");

            broker.say("br/7/br-press/temp", "{\"v\": 21.5}", false);

            await().atMost(PATIENCE).untilAsserted(() -> get("/devices/br-press/telemetry/latest")
                    .body("items[0].metric", equalTo("temperature"))
                    .body("items[0].value", equalTo(21.5f)));
            get("/devices/br-press")
                    .body("kind", equalTo("foreign"))
                    .body("status", equalTo("active"))
                    .body("type", equalTo("plc"))
                    .body("facts.bridge", equalTo("br-create"))
                    .body("generation", equalTo(0));
            get("/devices?q=kind==foreign;tag==br-create").body("items", hasSize(1));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> get("/devices/br-press").body("online", equalTo(true)));
            await().atMost(PATIENCE).untilAsserted(() -> get("/bridges/br-create")
                    .body("run.values", equalTo(1))
                    .body("devices", equalTo(1)));
            get("/audit?object=device/br-press").body("items.verb", hasItem("device.register-foreign"));

            // Nothing that needs a signed document reaches it.
            admin().body(Map.of("kind", "refresh", "devices", List.of("br-press")))
                    .contentType("application/json")
                    .when()
                    .post("/api/v1/commands")
                    .then()
                    .statusCode(org.hamcrest.Matchers.greaterThanOrEqualTo(400));

            delete("br-create");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> get("/devices/br-press").body("online", equalTo(false)));
        }
    }

    @Test
    void aConnectionSpeaksForNoDeviceButItsOwn() throws Exception {
        register("br-managed", "br-strict");
        try (TestBroker broker = TestBroker.start(directory)) {
            put("br-strict", yaml("br-strict", broker.url(), "tag==br-strict", ""))
                    .statusCode(200);
            put("br-other", yaml("br-other", broker.url(), "tag==nobodys", "create: {tags: [br-strict]}"))
                    .statusCode(200);
            connected("br-strict");
            connected("br-other");

            broker.say("br/1/br-managed/temp", "{\"v\": 1}", false);
            broker.say("br/1/br-unknown/temp", "{\"v\": 1}", false);

            await().atMost(PATIENCE).untilAsserted(() -> {
                get("/bridges/br-strict")
                        .body("run.refused", equalTo(2))
                        .body("run.values", equalTo(0))
                        .body("run.refusals.br-managed", equalTo("it is a device that speaks for itself"))
                        .body("run.refusals.br-unknown", containsString("the connection makes none"));
                get("/bridges/br-other")
                        .body("run.refused", equalTo(2))
                        .body("run.refusals.br-unknown", containsString("not among the devices"));
            });
            get("/devices?q=id==br-unknown").body("items", empty());

            admin().body(Map.of("id", "br-known"))
                    .contentType("application/json")
                    .when()
                    .post("/api/v1/bridges/br-strict/devices")
                    .then()
                    .statusCode(409)
                    .body("detail", containsString("not among the devices"));
            delete("br-strict");
            delete("br-other");
        }
    }

    @Test
    void aPersonVouchesForADeviceOfAConnectionThatMakesNone() throws Exception {
        try (TestBroker broker = TestBroker.start(directory)) {
            put("br-vouch", yaml("br-vouch", broker.url(), "id==br-vouched", ""))
                    .statusCode(200);
            connected("br-vouch");
            admin().body(Map.of("id", "br-vouched"))
                    .contentType("application/json")
                    .when()
                    .post("/api/v1/bridges/br-vouch/devices")
                    .then()
                    .statusCode(204);

            broker.say("br/1/br-vouched/temp", "{\"v\": 5}", false);

            await().atMost(PATIENCE).untilAsserted(() -> get("/devices/br-vouched/telemetry/latest")
                    .body("items[0].value", equalTo(5)));
            delete("br-vouch");
        }
    }

    @Test
    void secretsAreNeverShownAndStayWithTheirBroker() throws Exception {
        put("br-secret", yaml("br-secret", "mqtt://broker.invalid", "all", "")).statusCode(200);
        admin().body(Map.of("password", "do-not-tell"))
                .contentType("application/json")
                .when()
                .put("/api/v1/bridges/br-secret/secrets")
                .then()
                .statusCode(200)
                .body("hasPassword", equalTo(true));

        assertThat(get("/bridges").extract().asString()).doesNotContain("do-not-tell");
        assertThat(get("/audit?object=bridge/br-secret").extract().asString()).doesNotContain("do-not-tell");
        put("br-secret", yaml("br-secret", "mqtt://broker.invalid", "tag==x", ""))
                .body("hasPassword", equalTo(true));
        put("br-secret", yaml("br-secret", "mqtt://elsewhere.invalid", "tag==x", ""))
                .body("hasPassword", equalTo(false));
        await().atMost(PATIENCE).untilAsserted(() -> get("/bridges/br-secret")
                .body("run.state", equalTo("waiting"))
                .body("run.problem", equalTo("unreachable")));
        delete("br-secret");
    }

    @Test
    void anAddressOfTheInsideIsDialledOnlyWhereTheOperatorAllowsIt() throws Exception {
        put("br-inside", yaml("br-inside", "mqtt://169.254.169.254", "all", "")).statusCode(200);

        await().atMost(PATIENCE).untilAsserted(() -> get("/bridges/br-inside")
                .body("run.problem", equalTo("address"))
                .body("run.detail", containsString("muster.bridges.allowed-networks")));
        delete("br-inside");
    }

    @Test
    void aPreviewShowsWhatWouldBecomeOfLiveMessagesAndChangesNothing() throws Exception {
        try (TestBroker broker = TestBroker.start(directory)) {
            broker.say("br/7/br-preview/temp", "{\"v\": 21.5}", true);
            broker.say("br/7/br-preview-2/temp", "{\"x\": 1}", true);

            policy(yaml("br-preview", broker.url(), "tag==br-preview", "create: {tags: [br-preview]}"))
                    .when()
                    .post("/api/v1/bridges/preview?messages=2&seconds=20")
                    .then()
                    .statusCode(200)
                    .body("problem", equalTo("none"))
                    .body("seen", hasSize(2))
                    .body("seen.find { it.topic == 'br/7/br-preview/temp' }.would[0].verdict", equalTo("new"))
                    .body("seen.find { it.topic == 'br/7/br-preview/temp' }.would[0].value", equalTo("21.5"))
                    .body(
                            "seen.find { it.topic == 'br/7/br-preview-2/temp' }.reason",
                            equalTo("expected a value at `$.v`, found none"));

            get("/devices?q=id==br-preview").body("items", empty());
            get("/bridges").body("items.name", not(hasItem("br-preview")));
        }
    }

    @Test
    void everyMistakeIsNamedWithItsPlace() {
        put("br-bad", """
                apiVersion: muster.dev/v1
                kind: Bridge
                metadata: {name: br-bad}
                spec:
                  broker: mqtt://broker.invalid
                  devices: "nonsense=="
                  mappings:
                    - topic: a/{device}
                      device: "{line}"
                      payload: json
                      values:
                        - {metric: m, path: $.*}
                """)
                .statusCode(400)
                .body("code", equalTo("bridge-invalid"))
                .body("errors", hasSize(3))
                .body("errors[0].line", equalTo(6))
                .body("errors[1].message", containsString("[device]"))
                .body("errors[2].line", equalTo(12));
        get("/bridges").body("items.name", not(hasItem("br-bad")));
    }

    private void register(String id, String tag) {
        transactions.run(
                TenantId.DEFAULT,
                handle -> devices.register(
                        handle,
                        TenantId.DEFAULT,
                        new NewDevice(new DeviceId(id), "board", null, null, List.of(tag), Map.of())));
    }

    private static void connected(String name) {
        await().atMost(PATIENCE).untilAsserted(() -> get("/bridges/" + name).body("run.state", equalTo("connected")));
    }

    private static ValidatableResponse put(String name, String yaml) {
        return policy(yaml).when().put("/api/v1/bridges/" + name).then();
    }

    private static void delete(String name) {
        admin().when().delete("/api/v1/bridges/" + name).then().statusCode(204);
    }

    private static String yaml(String name, String broker, String devices, String more) {
        return """
                apiVersion: muster.dev/v1
                kind: Bridge
                metadata: {name: %s}
                spec:
                  broker: %s
                  devices: "%s"
                  %s
                  mappings:
                    - topic: br/{line}/{device}/temp
                      device: "{device}"
                      payload: json
                      values:
                        - {metric: temperature, path: $.v}
                """.formatted(name, broker, devices, more);
    }
}
