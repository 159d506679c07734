package dev.muster.control.sites;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class SitesIT {
    @Inject
    TenantTransactions transactions;

    @Inject
    DeviceService devices;

    @Test
    void whatASiteDoesNotSayIsThatOfTheNearestAbove() {
        register("tree-gw", null);
        post("/sites", Map.of("name", "tree-top", "timeZone", "Asia/Shanghai", "uplinkKbps", 20_000))
                .statusCode(201);
        post(
                        "/sites",
                        Map.of(
                                "name", "tree-mid",
                                "parent", "tree-top",
                                "uplinkKbps", 500,
                                "gateway", "tree-gw",
                                "window", Map.of("days", List.of("tue", "mon"), "from", "22:00", "to", "04:00")))
                .statusCode(201)
                .body("timeZone", equalTo("Asia/Shanghai"))
                .body("own.timeZone", nullValue());

        post("/sites", Map.of("name", "tree-low", "parent", "tree-mid"))
                .statusCode(201)
                .body("timeZone", equalTo("Asia/Shanghai"))
                .body("uplinkKbps", equalTo(500))
                .body("gateway", equalTo("tree-gw"))
                .body("window.days", contains("mon", "tue"))
                .body("window.from", equalTo("22:00"))
                .body("own.uplinkKbps", nullValue());

        patch("tree-mid", "{\"uplinkKbps\":0,\"window\":{\"days\":[]},\"gateway\":\"\"}")
                .statusCode(200);
        get("/sites/tree-low")
                .body("uplinkKbps", equalTo(20_000))
                .body("window", nullValue())
                .body("gateway", nullValue());
    }

    @Test
    void aSiteCannotLieInItself() {
        post("/sites", Map.of("name", "ring-a")).statusCode(201);
        post("/sites", Map.of("name", "ring-b", "parent", "ring-a")).statusCode(201);
        post("/sites", Map.of("name", "ring-c", "parent", "ring-b")).statusCode(201);

        patch("ring-a", "{\"parent\":\"ring-c\"}")
                .statusCode(409)
                .body("code", equalTo("conflict"))
                .body("detail", containsString("`ring-c`, which lies in it"));
        patch("ring-a", "{\"parent\":\"ring-a\"}").statusCode(409);

        get("/sites/ring-a").body("parent", nullValue());
        patch("ring-c", "{\"parent\":\"\"}").statusCode(200).body("parent", nullValue());
    }

    @Test
    void aSiteThatIsNamedCannotEnd() {
        post("/sites", Map.of("name", "used")).statusCode(201);
        post("/sites", Map.of("name", "used-child", "parent", "used")).statusCode(201);
        register("used-device", "used-child");

        delete("used").statusCode(409).body("detail", containsString("site `used-child`"));
        delete("used-child").statusCode(409).body("detail", containsString("device `used-device`"));
        admin().contentType("application/json")
                .body("{\"site\":\"\"}")
                .patch("/api/v1/devices/used-device")
                .then()
                .statusCode(200);

        delete("used-child").statusCode(204);
        delete("used").statusCode(204);
        get("/sites/used").statusCode(404);
        get("/audit?object=site/used").body("items.verb", contains("site.delete", "site.create"));
    }

    @Test
    void aQueryMeansTheSiteWithAllBelowOrTheSiteAlone() {
        post("/sites", Map.of("name", "meant")).statusCode(201);
        post("/sites", Map.of("name", "meant-below", "parent", "meant")).statusCode(201);
        register("meant-1", "meant");
        register("meant-2", "meant-below");

        found("site==meant", "meant-1", "meant-2");
        found("site=under=meant", "meant-1", "meant-2");
        found("site=at=meant", "meant-1");
        found("site=at=meant-below", "meant-2");
    }

    @Test
    void whatNoSiteCanBeIsSaidAndChangesNothing() {
        post("/sites", Map.of("name", "strict")).statusCode(201);

        patch("strict", "{\"gateway\":\"nowhere\"}").statusCode(404).body("code", equalTo("device-not-found"));
        patch("strict", "{\"timeZone\":\"Mars/Base\"}").statusCode(400);
        patch("strict", "{\"window\":{\"days\":[\"someday\"],\"from\":\"1\",\"to\":\"2\"}}")
                .statusCode(400);
        patch("strict", "{\"parent\":\"nowhere\"}").statusCode(404).body("code", equalTo("site-not-found"));
        admin().contentType("application/json")
                .header("If-Match", "\"99\"")
                .body("{\"uplinkKbps\":5}")
                .patch("/api/v1/sites/strict")
                .then()
                .statusCode(412);

        get("/sites/strict").body("uplinkKbps", nullValue()).body("timeZone", equalTo("UTC"));
    }

    private static void found(String q, String... ids) {
        admin().queryParam("q", q).get("/api/v1/devices").then().statusCode(200).body("items.id", contains(ids));
    }

    private static ValidatableResponse patch(String site, String body) {
        return admin().contentType("application/json")
                .body(body)
                .patch("/api/v1/sites/" + site)
                .then();
    }

    private static ValidatableResponse delete(String site) {
        return admin().delete("/api/v1/sites/" + site).then();
    }

    private void register(String id, @org.jspecify.annotations.Nullable String site) {
        transactions.run(
                TenantId.DEFAULT,
                handle -> devices.register(
                        handle,
                        TenantId.DEFAULT,
                        new NewDevice(new DeviceId(id), "board", null, site, List.of(), Map.of())));
    }
}
