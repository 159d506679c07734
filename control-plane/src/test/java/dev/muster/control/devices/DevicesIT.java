package dev.muster.control.devices;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.kafka.KafkaTopics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class DevicesIT {
    @Inject
    DeviceService devices;

    @Inject
    TenantTransactions transactions;

    @Inject
    KafkaClients kafka;

    @Inject
    KafkaTopics topics;

    @Test
    void aSiteContainsTheSitesBelowIt() {
        site("north", null);
        site("north-pit", "north");
        register("digger", Map.of());
        admin().body("{\"site\":\"north-pit\",\"tags\":[\"heavy\",\"crusher\"],\"name\":\"Digger 1\"}")
                .patch("/api/v1/devices/digger")
                .then()
                .statusCode(200)
                .body("site", equalTo("north-pit"))
                .body("tags", contains("crusher", "heavy"))
                .body("name", equalTo("Digger 1"));

        admin().get("/api/v1/devices?q=site==north;tag==heavy").then().body("items.id", contains("digger"));
        admin().get("/api/v1/devices?q=site!=north").then().body("items.id", everyItem(equalToNot("digger")));
    }

    @Test
    void factsAreFoundByTextAndByNumber() {
        register("facty", Map.of("os.api", "14", "vendor", "acme"));

        for (String q :
                List.of("fact.os.api>=14;id==facty", "fact.vendor==ac*;id==facty", "fact.os.api=in=(13,14);id==fac*")) {
            admin().queryParam("q", q)
                    .get("/api/v1/devices")
                    .then()
                    .statusCode(200)
                    .body("items.id", contains("facty"));
        }
        admin().queryParam("q", "fact.os.api>14;id==facty")
                .get("/api/v1/devices")
                .then()
                .body("items", equalTo(List.of()));
    }

    @Test
    void devicesAreFoundByTheImageTheyRunAndBySayingNothing() {
        register("imaged", Map.of());
        register("blank", Map.of());
        transactions.run(
                TenantId.DEFAULT,
                handle -> handle.execute(
                        "insert into device_summary (device, image_version) values ('imaged', '2.0.0')"));

        assertFound("image==2.0.0;id=in=(imaged,blank)", "imaged");
        assertFound("image==2.*;id=in=(imaged,blank)", "imaged");
        assertFound("image!=2.0.0;id=in=(imaged,blank)", "blank");
        assertFound("image=='';site=='';id=in=(imaged,blank)", "blank");
    }

    private static void assertFound(String q, String id) {
        admin().queryParam("q", q).get("/api/v1/devices").then().statusCode(200).body("items.id", contains(id));
    }

    @Test
    void aWrongQueryIsAProblemThatPointsAtTheToken() {
        admin().queryParam("q", "site==a;colour==red")
                .get("/api/v1/devices")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("code", equalTo("invalid-selector"))
                .body("position", equalTo(9))
                .body("detail", containsString("colour"));
    }

    @Test
    void manyChangeTogetherAndOnlyAsManyAsWereSeen() {
        List.of("bulk-1", "bulk-2", "bulk-3").forEach(id -> register(id, Map.of()));
        admin().post("/api/v1/devices/bulk-3/suspend").then().statusCode(200);

        admin().queryParam("action", "suspend")
                .queryParam("q", "id==bulk-*")
                .get("/api/v1/device-actions")
                .then()
                .statusCode(200)
                .body("changes", equalTo(2))
                .body("left", equalTo(1));
        bulk("suspend", 3).statusCode(409).body("detail", containsString("found 2"));
        admin().get("/api/v1/devices/bulk-1").then().body("status", equalTo("active"));
        bulk("suspend", 2).statusCode(200).body("changes", equalTo(2)).body("left", equalTo(1));

        admin().queryParam("q", "id==bulk-*;status==suspended")
                .get("/api/v1/devices")
                .then()
                .body("items.id", contains("bulk-1", "bulk-2", "bulk-3"));
        admin().queryParam("object", "device/bulk-2")
                .get("/api/v1/audit")
                .then()
                .body("items[0].verb", equalTo("device.suspend"));
        bulk("resume", 3).statusCode(200);
        bulk("explode", 3).statusCode(400).body("detail", containsString("suspend, resume, retire"));
        bulk("suspend", 2_001).statusCode(400).body("detail", containsString("at most 2000"));
    }

    private static io.restassured.response.ValidatableResponse bulk(String action, int expected) {
        return admin().contentType("application/json")
                .body(Map.of("action", action, "selector", "id==bulk-*", "expected", expected))
                .post("/api/v1/device-actions")
                .then();
    }

    @Test
    void aListGoesOnAtItsCursor() {
        List.of("page-1", "page-2", "page-3").forEach(id -> register(id, Map.of()));

        String next = admin().queryParam("q", "id==page-*")
                .get("/api/v1/devices?limit=2")
                .then()
                .body("items.id", contains("page-1", "page-2"))
                .body("next", notNullValue())
                .extract()
                .path("next");

        admin().queryParam("q", "id==page-*")
                .queryParam("cursor", next)
                .get("/api/v1/devices?limit=2")
                .then()
                .body("items.id", contains("page-3"))
                .body("next", nullValue());
        admin().get("/api/v1/devices?cursor=!").then().statusCode(400).body("code", equalTo("invalid-cursor"));
        admin().get("/api/v1/devices?limit=0").then().statusCode(400);
    }

    @Test
    void everyChangeOfLifeIsAuditedAndToldToTheGatewaysInOrder() {
        String id = "lively-" + UUID.randomUUID();
        register(id, Map.of());

        admin().post("/api/v1/devices/" + id + "/suspend")
                .then()
                .statusCode(200)
                .body("status", equalTo("suspended"));
        admin().post("/api/v1/devices/" + id + "/resume").then().statusCode(200).body("status", equalTo("active"));
        admin().post("/api/v1/devices/" + id + "/retire").then().statusCode(200).body("status", equalTo("retired"));
        admin().post("/api/v1/devices/" + id + "/resume").then().statusCode(409).body("code", equalTo("conflict"));

        admin().queryParam("object", "device/" + id)
                .get("/api/v1/audit")
                .then()
                .statusCode(200)
                .body("items.verb", contains("device.retire", "device.resume", "device.suspend"))
                .body("items.actor", everyItem(equalTo(Tokens.ISSUER + "#root")));
        assertThat(states(id, 4))
                .containsExactly(
                        new DeviceState(DeviceState.Status.ACTIVE, 0, 1),
                        new DeviceState(DeviceState.Status.SUSPENDED, 0, 2),
                        new DeviceState(DeviceState.Status.ACTIVE, 0, 3),
                        new DeviceState(DeviceState.Status.RETIRED, 0, 4));
    }

    @Test
    void whatIsWrongInABodyIsSaidAndChangesNothing() {
        register("stable", Map.of());

        admin().body("{\"colour\":1}")
                .patch("/api/v1/devices/stable")
                .then()
                .statusCode(400)
                .body("detail", containsString("colour"));
        admin().body("{\"name\"").patch("/api/v1/devices/stable").then().statusCode(400);
        admin().body("{\"name\":\"x\",\"site\":\"nowhere\"}")
                .patch("/api/v1/devices/stable")
                .then()
                .statusCode(404)
                .body("code", equalTo("site-not-found"));
        admin().get("/api/v1/devices/stable").then().body("name", equalTo("stable"));
        admin().get("/api/v1/devices/no%00such").then().statusCode(404);
    }

    @Test
    void settingsOfADeviceHaveARevisionThatGuardsThem() {
        register("set", Map.of());
        admin().body("{\"ntp\":{\"servers\":[\"a\"]}}")
                .put("/api/v1/settings/device/set")
                .then()
                .statusCode(200)
                .header("ETag", "\"1\"")
                .body("document.ntp.servers", contains("a"));

        admin().header("If-Match", "\"7\"")
                .body("{}")
                .put("/api/v1/settings/device/set")
                .then()
                .statusCode(412)
                .body("code", equalTo("stale"));
        admin().header("If-Match", "\"1\"")
                .body("{}")
                .put("/api/v1/settings/device/set")
                .then()
                .header("ETag", "\"2\"");
        admin().get("/api/v1/settings/site/nowhere").then().statusCode(404);
    }

    @Test
    void meTellsTheRolesAndConfigNeedsNoLogin() {
        admin().get("/api/v1/me")
                .then()
                .statusCode(200)
                .body("subject", equalTo("root"))
                .body("roles.role", hasItem("admin"));
        given().get("/api/v1/config").then().statusCode(200).body("issuer", equalTo(Tokens.ISSUER));
        admin().get("/api/v1/fleet").then().statusCode(200).body("byStatus", notNullValue());
    }

    @Test
    void aBindingHoldsFromTheNextRequestOn() {
        String who = "new-" + UUID.randomUUID();
        String id = admin().body("{\"kind\":\"person\",\"subject\":\"" + who + "\",\"role\":\"viewer\"}")
                .post("/api/v1/role-bindings")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        given().auth().oauth2(Tokens.of(who)).get("/api/v1/devices").then().statusCode(200);

        admin().delete("/api/v1/role-bindings/" + id).then().statusCode(204);

        given().auth().oauth2(Tokens.of(who)).get("/api/v1/devices").then().statusCode(403);
    }

    private List<DeviceState> states(String id, int count) {
        List<DeviceState> states = new CopyOnWriteArrayList<>();
        try (var loop = kafka.consume(
                "test-" + UUID.randomUUID(),
                List.of(topics.deviceState()),
                batch -> batch.forEach(item -> {
                    if (("default/" + id).equals(item.key())) {
                        states.add(DeviceState.fromJson(item.value()));
                    }
                }))) {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> states.size() >= count);
        }
        return List.copyOf(states);
    }

    private void register(String id, Map<String, String> facts) {
        transactions.run(
                TenantId.DEFAULT,
                handle -> devices.register(
                        handle,
                        TenantId.DEFAULT,
                        new NewDevice(new DeviceId(id), "board", null, null, List.of(), facts)));
    }

    private static void site(String name, @org.jspecify.annotations.Nullable String parent) {
        admin().body("{\"name\":\"" + name + "\"" + (parent == null ? "" : ",\"parent\":\"" + parent + "\"") + "}")
                .post("/api/v1/sites")
                .then()
                .statusCode(201);
    }

    private static RequestSpecification admin() {
        return given().auth().oauth2(Tokens.admin()).contentType("application/json");
    }

    private static org.hamcrest.Matcher<String> equalToNot(String text) {
        return org.hamcrest.Matchers.not(equalTo(text));
    }
}
