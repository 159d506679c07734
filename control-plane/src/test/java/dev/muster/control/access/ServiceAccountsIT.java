package dev.muster.control.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Programs that act with tokens of this server. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class ServiceAccountsIT {
    @Inject
    TenantTransactions transactions;

    @Test
    void aTokenGivesWhatTheRoleBindingsOfItsAccountGive() {
        devices("acc-give", 2);
        String token = account("acc-give", Map.of());
        as(token).get("/api/v1/devices").then().statusCode(403);

        bind("acc-give", "operator", "id==acc-give-1");

        as(token).get("/api/v1/devices").then().statusCode(200).body("items.id", contains("acc-give-1"));
        as(token).get("/api/v1/devices/acc-give-2").then().statusCode(404);
        as(token)
                .body(Map.of("name", "renamed"))
                .patch("/api/v1/devices/acc-give-1")
                .then()
                .statusCode(200);
        as(token)
                .get("/api/v1/me")
                .then()
                .statusCode(200)
                .body("subject", equalTo("acc-give"))
                .body("roles.role", contains("operator"));
        admin().queryParam("object", "device/acc-give-1")
                .get("/api/v1/audit")
                .then()
                .body("items[0].verb", equalTo("device.edit"))
                .body("items[0].actor", equalTo("muster#service/acc-give"));
    }

    @Test
    void aTokenNarrowsAndNeverWidens() {
        devices("acc-narrow", 2);
        String reader = account("acc-narrow", Map.of("role", "viewer", "selector", "id==acc-narrow-1"));
        bind("acc-narrow", "operator", "");

        as(reader).get("/api/v1/devices").then().statusCode(200).body("items.id", contains("acc-narrow-1"));
        as(reader)
                .body(Map.of("name", "x"))
                .patch("/api/v1/devices/acc-narrow-1")
                .then()
                .statusCode(403);
        // The right holds for the whole fleet; through this token it does not.
        as(token("acc-narrow", Map.of("selector", "id==acc-narrow-1")))
                .body(Map.of("name", "acc-narrow-site"))
                .post("/api/v1/sites")
                .then()
                .statusCode(403)
                .body("detail", containsString("whole fleet"));
        // Asking for more than the account has gives no more.
        as(token("acc-narrow", Map.of("role", "admin")))
                .get("/api/v1/role-bindings")
                .then()
                .statusCode(403);
    }

    @Test
    void endsWithItsTimeItsTokenAndItsAccount() {
        devices("acc-end", 1);
        String expired = account("acc-end", Map.of());
        bind("acc-end", "viewer", "");
        String revoked = token("acc-end", Map.of());
        String last = token("acc-end", Map.of());
        as(revoked).get("/api/v1/devices").then().statusCode(200);

        transactions.run(
                TenantId.DEFAULT,
                handle -> handle.execute("update api_token set expires_at = now() where id = '" + id(expired) + "'"));
        admin().delete("/api/v1/service-accounts/acc-end/tokens/" + id(revoked))
                .then()
                .statusCode(204);

        refused(expired);
        refused(revoked);
        as(last).get("/api/v1/devices").then().statusCode(200);
        admin().delete("/api/v1/service-accounts/acc-end").then().statusCode(204);
        refused(last);
        admin().get("/api/v1/role-bindings").then().body("items.subject", not(hasItem("acc-end")));
    }

    @Test
    void isGoodInItsOwnTenantOnly() {
        String token = account("acc-tenant", Map.of());
        bind("acc-tenant", "viewer", "");
        transactions.run(
                new TenantId("acc-other"),
                handle -> handle.execute("insert into tenant (tenant) values ('acc-other') on conflict do nothing"));

        as(token)
                .header(Guard.TENANT_HEADER, "acc-other")
                .get("/api/v1/devices")
                .then()
                .statusCode(401);
        refused(token.replace("mst.default.", "mst.acc-other."));
    }

    @Test
    void whatIsNotExactlyTheTokenIsNothing() {
        String token = account("acc-exact", Map.of());
        bind("acc-exact", "viewer", "");
        as(token).get("/api/v1/devices").then().statusCode(200);

        for (String other : List.of(
                token.substring(0, token.length() - 1),
                token + "A",
                token.substring(0, token.lastIndexOf('.') + 1),
                "mst.",
                "mst.default.x.y",
                "mst.DEFAULT.x.y",
                "mst." + "x".repeat(10_000))) {
            refused(other);
        }
    }

    @Test
    void theDatabaseDoesNotHoldTheSecret() {
        String token = account("acc-secret", Map.of());

        String row = transactions.in(
                TenantId.DEFAULT, handle -> handle.createQuery("select api_token::text from api_token where id = :id")
                        .bind("id", id(token))
                        .mapTo(String.class)
                        .one());

        assertThat(row).doesNotContain(token.substring(token.lastIndexOf('.') + 1));
        admin().get("/api/v1/service-accounts/acc-secret/tokens")
                .then()
                .statusCode(200)
                .body("items[0].expiresAt", notNullValue())
                .body(not(containsString(token.substring(token.lastIndexOf('.') + 1))));
    }

    @Test
    void approvesNothing() {
        String token = account("acc-approve", Map.of());
        bind("acc-approve", "admin", "");

        as(token)
                .body(Map.of())
                .post("/api/v1/rollouts/00000000-0000-4000-8000-000000000000/waves/0/approve")
                .then()
                .statusCode(403)
                .body("detail", containsString("a program approves nothing"));
    }

    @Test
    void badInputIsNamed() {
        post("/service-accounts", Map.of("name", "No Good"))
                .statusCode(400)
                .body("detail", containsString("`No Good`"));
        account("acc-bad", Map.of());
        post("/service-accounts", Map.of("name", "acc-bad")).statusCode(409);
        post("/service-accounts/acc-bad/tokens", Map.of("expiresIn", "P1000D"))
                .statusCode(400)
                .body("detail", containsString("expiresIn"));
        post("/service-accounts/acc-bad/tokens", Map.of("role", "king"))
                .statusCode(400)
                .body("detail", containsString("`king`"));
        post("/service-accounts/acc-none/tokens", Map.of()).statusCode(404);
        post("/role-bindings", Map.of("kind", "service", "issuer", "muster", "subject", "acc-none", "role", "viewer"))
                .statusCode(400)
                .body("detail", containsString("`acc-none`"));
    }

    private static String account(String name, Map<String, Object> token) {
        post("/service-accounts", Map.of("name", name)).statusCode(201);
        return token(name, token);
    }

    private static String token(String account, Map<String, Object> wanted) {
        return post("/service-accounts/" + account + "/tokens", wanted)
                .statusCode(201)
                .extract()
                .path("token");
    }

    private static String id(String token) {
        return token.split("\\.", -1)[2];
    }

    private static void bind(String account, String role, String selector) {
        post(
                        "/role-bindings",
                        Map.of(
                                "kind", "service",
                                "issuer", "muster",
                                "subject", account,
                                "role", role,
                                "selector", selector))
                .statusCode(201);
    }

    private static void refused(String token) {
        as(token).get("/api/v1/devices").then().statusCode(401).body("code", equalTo("not-authenticated"));
    }

    private void devices(String prefix, int count) {
        transactions.run(
                TenantId.DEFAULT,
                handle -> handle.execute("insert into device (id, name, status, hardware) "
                        + "select '" + prefix + "-' || i, 'x', 'active', 'board' from generate_series(1, " + count
                        + ") i"));
    }

    private static RequestSpecification as(String token) {
        return given().auth().oauth2(token).contentType(ContentType.JSON);
    }

    private static RequestSpecification admin() {
        return as(Tokens.admin());
    }

    private static ValidatableResponse post(String path, Map<String, ?> body) {
        return admin().body(body).post("/api/v1" + path).then();
    }
}
