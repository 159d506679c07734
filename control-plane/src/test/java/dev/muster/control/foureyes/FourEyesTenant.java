package dev.muster.control.foureyes;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.access.Guard;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.Selector;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A tenant of a test's own, always with the same people: administrators Ann and Bob, approver Carl, release manager Rita,
 * security officer Sam, viewer Vera.
 */
abstract class FourEyesTenant {
    static final String API = "/api/v1";
    static final String NOT_YOU = "another person";

    @Inject
    TenantTransactions transactions;

    @Inject
    RoleBindingStore bindings;

    String tenant = "";

    void tenant(String name) {
        tenant = name;
        transactions.run(new TenantId(name), handle -> {
            handle.execute("insert into tenant (tenant) values ('" + name + "') on conflict do nothing");
            handle.execute("insert into device (id, name, status, hardware) values ('eyes-1', 'x', 'active', 'board')");
        });
        bind(RoleBinding.Kind.PERSON, "ann", Role.ADMIN);
        bind(RoleBinding.Kind.PERSON, "bob", Role.ADMIN);
        bind(RoleBinding.Kind.PERSON, "carl", Role.APPROVER);
        bind(RoleBinding.Kind.PERSON, "rita", Role.RELEASE_MANAGER);
        bind(RoleBinding.Kind.PERSON, "sam", Role.SECURITY_OFFICER);
        bind(RoleBinding.Kind.PERSON, "vera", Role.VIEWER);
    }

    void bind(RoleBinding.Kind kind, String subject, Role role) {
        transactions.run(
                new TenantId(tenant),
                handle -> bindings.insert(
                        handle,
                        new RoleBinding(UUID.randomUUID(), kind, Tokens.ISSUER, subject, role, Selector.ALL, false),
                        "test"));
    }

    RequestSpecification as(String subject) {
        return with(Tokens.of(subject));
    }

    RequestSpecification with(String token) {
        return given().auth().oauth2(token).header(Guard.TENANT_HEADER, tenant).contentType(ContentType.JSON);
    }

    ValidatableResponse rule(String who, boolean rollouts, boolean policies, boolean trust, boolean freezeOverrides) {
        return as(who).body(Map.of(
                        "rollouts", rollouts, "policies", policies, "trust", trust, "freezeOverrides", freezeOverrides))
                .put(API + "/four-eyes")
                .then();
    }

    ValidatableResponse approve(String who, String request) {
        return settle(who, request, "approve");
    }

    ValidatableResponse settle(String who, String request, String verb) {
        return as(who).post(API + "/four-eyes/requests/" + request + "/" + verb).then();
    }

    String waiting(String kind) {
        return as("vera")
                .get(API + "/four-eyes/requests")
                .then()
                .statusCode(200)
                .extract()
                .path("items.find{it.state == 'open' && it.kind == '" + kind + "'}.id");
    }

    String rollout(String who, boolean start) {
        return rollout(as(who), start);
    }

    String rollout(RequestSpecification who, boolean start) {
        String release = as("rita")
                .body(Map.of(
                        "name",
                        "eyes",
                        "version",
                        UUID.randomUUID().toString(),
                        "absent",
                        List.of("app/com.example.gone")))
                .post(API + "/releases")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
        Map<String, Object> body = new HashMap<>();
        body.put("name", "eyes");
        body.put("release", release);
        body.put("start", start);
        return who.body(body)
                .post(API + "/rollouts")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
    }

    void waits(String who, String rollout) {
        as(who).get(API + "/rollouts/" + rollout)
                .then()
                .statusCode(200)
                .body("waves[0].state", equalTo("waiting"))
                .body("waves[0].reason", containsString("second person"));
    }

    ValidatableResponse approveWave(String who, String rollout) {
        return as(who).post(API + "/rollouts/" + rollout + "/waves/0/approve").then();
    }

    String publish(String who) {
        return as(who).body(Map.of("comment", "eyes"))
                .post(API + "/policy/publish")
                .then()
                .statusCode(200)
                .extract()
                .path("rollout");
    }

    /** A program's token: its account made by one person, the token by another. */
    String program(String maker, String tokenMaker, String name, String role) {
        return programOf(as(maker), as(tokenMaker), name, role);
    }

    String programOf(RequestSpecification maker, RequestSpecification tokenMaker, String name, String role) {
        maker.body(Map.of("name", name)).post(API + "/service-accounts").then().statusCode(201);
        as("ann")
                .body(Map.of("kind", "service", "issuer", "muster", "subject", name, "role", role))
                .post(API + "/role-bindings")
                .then()
                .statusCode(201);
        return tokenMaker
                .body(Map.of("name", "t"))
                .post(API + "/service-accounts/" + name + "/tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
    }

    ValidatableResponse freeze(String who, String name, String to) {
        return as(who).body(Map.of("from", "2026-01-01T00:00:00Z", "to", to))
                .put(API + "/freezes/" + name)
                .then();
    }

    void ends(String to) {
        as("vera").get(API + "/freezes").then().body("items[0].to", equalTo(to));
    }
}
