package dev.muster.control.search;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.muster.control.access.Guard;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FilledTenant;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // filled before the first test
class SearchIT {
    private static final String TENANT = "search-it";

    @Inject
    FilledTenant.Maker maker;

    @Inject
    TenantTransactions transactions;

    private FilledTenant tenant;

    private boolean filled;

    // Where requests go is known before each test, and not before all.
    @BeforeEach
    void fill() {
        if (filled) {
            return;
        }
        filled = true;
        tenant = maker.empty(TENANT, "srch");
        tenant.send("POST", "/sites", "{\"name\":\"north-press-hall\"}").statusCode(201);
        tenant.send("POST", "/groups", "{\"name\":\"presses\",\"query\":\"name==press*\"}")
                .statusCode(201);
        transactions.run(new TenantId(TENANT), handle -> {
            handle.execute("""
                    insert into device (id, name, status, site, hardware, serial) values
                      ('dev-1', 'Press 17', 'active', 'north-press-hall', 'board', 'SN-0001'),
                      ('press-b', 'second', 'active', null, 'board', 'SN-0002'),
                      ('dev-3', 'other', 'active', null, 'board', 'PRESS-S')""");
            handle.execute("insert into device_tag (device, tag) values ('dev-3', 'pressed'), ('dev-1', 'press')");
            handle.execute("insert into device (id, name, status, hardware) "
                    + "select 'many-' || i, 'many ' || i, 'active', 'board' from generate_series(1, 30) i");
            handle.execute("""
                    insert into rollout (id, name, kind, selector, state, max_failure_percent, deadline_seconds, created_at, created_by,
                                         changed_at) values
                      ('00000000-0000-4000-8000-00000000000a', 'Update of presses', 'settings', '', 'completed', 5, 60, now(), 'x',
                       now())""");
            handle.execute(
                    "insert into role_binding (kind, issuer, subject, role, selector, created_by) values ('person', '"
                            + Tokens.ISSUER + "', 'srch-person', 'viewer', 'id==dev-3', 'test')");
        });
    }

    @Test
    void findsByTheBeginningOfNameIdSerialAndTagWhateverTheCapitals() {
        tenant.get("/search?q=PRESS")
                .statusCode(200)
                // By its name, by its id, by serial number or tag; each once.
                .body("items.findAll { it.kind == 'device' }.id", contains("dev-1", "press-b", "dev-3"));
        tenant.get("/search?q=sn-0002")
                .body("items.id", contains("press-b"))
                .body("items[0].detail", equalTo("SN-0002"));
    }

    @Test
    void findsOtherThingsByAnyPartOfTheirNames() {
        tenant.get("/search?q=press")
                .body("items.findAll { it.kind == 'site' }.id", contains("north-press-hall"))
                .body("items.findAll { it.kind == 'group' }.id", contains("presses"))
                .body("items.findAll { it.kind == 'rollout' }.name", contains("Update of presses"));
        tenant.get("/search?q=nothing-like-this").body("items", empty());
    }

    @Test
    void givesFewOfEachKind() {
        tenant.get("/search?q=many").statusCode(200).body("items", hasSize(10));
    }

    @Test
    void showsDevicesAndRolloutsInScopeOnly() {
        person("press")
                .statusCode(200)
                .body("items.findAll { it.kind == 'device' }.id", contains("dev-3"))
                .body("items.findAll { it.kind == 'rollout' }", empty());
    }

    @Test
    void signsOfPatternsAreLettersAndNothingIsRefused() {
        tenant.get("/search?q=%25").statusCode(200).body("items", empty());
        tenant.get("/search").statusCode(400);
        tenant.get("/search?q=" + "x".repeat(101)).statusCode(400);
    }

    /** However many devices there are, they are found by a range of an index. */
    @Test
    void looksOnlyWhereANameCanBe() {
        transactions.run(new TenantId(TENANT), handle -> {
            // A table of few rows is read whole, and rightly so.
            handle.execute("set local enable_seqscan = off");
            List<String> plan = handle.createQuery(
                            "explain select id from device d where d.find_name >= 'pre' and d.find_name < 'prf' order by d.find_name limit 10")
                    .mapTo(String.class)
                    .list();
            Assertions.assertThat(String.join("\n", plan))
                    .contains("device_find_name")
                    .contains("find_name >= 'pre'");
        });
    }

    private static ValidatableResponse person(String text) {
        return given().auth()
                .oauth2(Tokens.of("srch-person"))
                .header(Guard.TENANT_HEADER, TENANT)
                .get("/api/v1/search?q=" + text)
                .then();
    }
}
