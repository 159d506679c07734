package dev.muster.control.bindings;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.muster.control.access.Guard;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.Selector;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Rights that are taken away again. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class RoleBindingsIT {
    private static final String BINDINGS = "/api/v1/role-bindings/";

    @Inject
    TenantTransactions transactions;

    @Inject
    RoleBindingStore bindings;

    @Test
    void theLastAdministratorOfTheWholeFleetStays() {
        TenantId tenant = tenant("bindings-last");
        UUID ann = bind(tenant, RoleBinding.Kind.PERSON, "ann", Role.ADMIN, "", false);
        // None of these can give anybody rights for the whole fleet.
        bind(tenant, RoleBinding.Kind.PERSON, "bob", Role.ADMIN, "site==north", false);
        bind(tenant, RoleBinding.Kind.PERSON, "carl", Role.ADMIN, "", true);
        bind(tenant, RoleBinding.Kind.SERVICE, "robot", Role.ADMIN, "", false);
        bind(tenant, RoleBinding.Kind.GROUP, "/officers", Role.SECURITY_OFFICER, "", false);

        ann(tenant)
                .delete(BINDINGS + ann)
                .then()
                .statusCode(409)
                .body("detail", containsString("the last one"))
                .body("detail", containsString("bind another first"));
        assertThat(transactions.in(tenant, bindings::all)).hasSize(5);

        UUID group = UUID.fromString(ann(tenant)
                .body(Map.of("kind", "group", "subject", "/admins", "role", "admin"))
                .post("/api/v1/role-bindings")
                .then()
                .statusCode(201)
                .extract()
                .path("id"));
        ann(tenant).delete(BINDINGS + ann).then().statusCode(204);
        assertThat(transactions.in(tenant, bindings::all))
                .extracting(RoleBinding::id)
                .contains(group)
                .doesNotContain(ann);
    }

    @Test
    void oneStaysAlsoWhereTheLastTwoGoAtOnce() throws Exception {
        for (int round = 0; round < 5; round++) {
            TenantId tenant = tenant("bindings-race-" + round);
            List<UUID> two = List.of(
                    bind(tenant, RoleBinding.Kind.PERSON, "ann", Role.ADMIN, "", false),
                    bind(tenant, RoleBinding.Kind.GROUP, "/admins", Role.ADMIN, "", false));

            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                List<Callable<Integer>> both = two.stream()
                        .map(id -> (Callable<Integer>) () -> with(tenant, "ann", List.of("/admins"))
                                .delete(BINDINGS + id)
                                .statusCode())
                        .toList();
                for (Future<Integer> answer : threads.invokeAll(both)) {
                    assertThat(answer.get()).isIn(204, 409, 403);
                }
            }

            assertThat(transactions.in(tenant, bindings::all)).hasSize(1);
        }
    }

    private TenantId tenant(String name) {
        TenantId tenant = new TenantId(name);
        transactions.run(tenant, handle -> handle.execute("insert into tenant (tenant) values (?)", name));
        return tenant;
    }

    private UUID bind(
            TenantId tenant, RoleBinding.Kind kind, String subject, Role role, String selector, boolean deny) {
        UUID id = UUID.randomUUID();
        transactions.run(
                tenant,
                handle -> bindings.insert(
                        handle,
                        new RoleBinding(id, kind, Tokens.ISSUER, subject, role, Selector.parse(selector), deny),
                        "test"));
        return id;
    }

    private static RequestSpecification ann(TenantId tenant) {
        return with(tenant, "ann", List.of());
    }

    private static RequestSpecification with(TenantId tenant, String subject, List<String> groups) {
        return given().auth()
                .oauth2(Tokens.of(subject, groups.toArray(String[]::new)))
                .header(Guard.TENANT_HEADER, tenant.value())
                .contentType(ContentType.JSON);
    }
}
