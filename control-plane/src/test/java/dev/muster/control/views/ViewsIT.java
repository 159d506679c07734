package dev.muster.control.views;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.access.Guard;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FilledTenant;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Queries of the list of devices under a name. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ViewsIT {
    private static final String TENANT = "views-it";

    @Inject
    FilledTenant.Maker maker;

    @Inject
    TenantTransactions transactions;

    private FilledTenant tenant;

    @BeforeAll
    void people() {
        tenant = maker.empty(TENANT, "vws");
        transactions.run(
                new TenantId(TENANT),
                handle -> handle.execute("insert into role_binding (kind, issuer, subject, role, created_by) values"
                        + " ('person', '" + Tokens.ISSUER + "', 'vws-a', 'viewer', 'test'), ('person', '"
                        + Tokens.ISSUER + "', 'vws-b', 'viewer', 'test'), ('person', '" + Tokens.ISSUER
                        + "', 'vws-c', 'viewer', 'test')"));
    }

    @Test
    void ownViewsComeFirstThenWhatOthersShare() {
        save("vws-c", "mine only", "site==x", false);
        save("vws-b", "a shared one", "tag==y", true);
        save("vws-b", "not for others", "", false);

        as("vws-c")
                .get("/api/v1/views")
                .then()
                .statusCode(200)
                .body("items.name", contains("mine only", "a shared one"))
                .body("items.mine", contains(true, false))
                .body("items[1].query", equalTo("tag==y"))
                .body("items[0].revision", equalTo(1));
        String next = as("vws-c")
                .get("/api/v1/views?limit=1")
                .then()
                .body("next", notNullValue())
                .extract()
                .path("next");
        as("vws-c")
                .get("/api/v1/views?limit=1&cursor=" + next)
                .then()
                .body("items.name", contains("a shared one"))
                .body("next", nullValue());
    }

    @Test
    void onlyItsOwnerChangesAView() {
        String id = save("vws-a", "of a", "site==x", true);
        String hidden = save("vws-a", "hidden of a", "site==x", false);

        as("vws-b")
                .body("{\"name\":\"stolen\"}")
                .patch("/api/v1/views/" + id)
                .then()
                .statusCode(403);
        as("vws-b").delete("/api/v1/views/" + id).then().statusCode(403);
        // What is not shared is not there for others.
        as("vws-b").delete("/api/v1/views/" + hidden).then().statusCode(404).body("code", equalTo("view-not-found"));

        as("vws-a")
                .header("If-Match", "\"9\"")
                .body("{\"name\":\"x\"}")
                .patch("/api/v1/views/" + id)
                .then()
                .statusCode(412);
        as("vws-a")
                .header("If-Match", "\"1\"")
                .body("{\"query\":\"tag==z\"}")
                .patch("/api/v1/views/" + id)
                .then()
                .statusCode(200)
                .body("name", equalTo("of a"))
                .body("query", equalTo("tag==z"))
                .body("shared", equalTo(true))
                .body("revision", equalTo(2));
        as("vws-a").delete("/api/v1/views/" + id).then().statusCode(204);
        as("vws-a").delete("/api/v1/views/" + hidden).then().statusCode(204);
        as("vws-b").get("/api/v1/views").then().body("items.findAll { it.id == '" + id + "' }", empty());
        tenant.get("/audit?object=view/" + id).body("items.verb", hasItems("view.create", "view.edit", "view.delete"));
    }

    @Test
    void aViewThatCouldNotBeOpenedIsRefused() {
        as("vws-a")
                .body("{\"name\":\"wrong\",\"query\":\"sight==x\"}")
                .post("/api/v1/views")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid-selector"));
        as("vws-a").body("{\"name\":\" \"}").post("/api/v1/views").then().statusCode(400);
        save("vws-a", "twice", "", false);
        as("vws-a")
                .body("{\"name\":\"twice\"}")
                .post("/api/v1/views")
                .then()
                .statusCode(409)
                .body("detail", containsString("twice"));
        // Another person has names of their own.
        save("vws-b", "twice", "", false);
    }

    private static String save(String who, String name, String query, boolean shared) {
        return as(who).body("{\"name\":\"" + name + "\",\"query\":\"" + query + "\",\"shared\":" + shared + "}")
                .post("/api/v1/views")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static RequestSpecification as(String who) {
        return given().auth()
                .oauth2(Tokens.of(who))
                .header(Guard.TENANT_HEADER, TENANT)
                .contentType(ContentType.JSON);
    }
}
