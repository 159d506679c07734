package dev.muster.control.audit;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.muster.control.access.Guard;
import dev.muster.control.access.Role;
import dev.muster.control.access.RoleBinding;
import dev.muster.control.access.RoleBindingStore;
import dev.muster.control.access.Selector;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.audit.ChainVerifier;
import dev.muster.protocol.audit.ExportedRow;
import dev.muster.protocol.audit.Finding;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The trail over REST: filters, export, verification, checkpoints, and that reads of what is sensitive stand in it. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@SuppressWarnings("NullAway.Init")
class TrailIT {
    private static final TenantId TENANT = new TenantId("trail");

    @Inject
    AuditTrail trail;

    @Inject
    RoleBindingStore bindings;

    @Inject
    TenantTransactions transactions;

    @BeforeEach
    void people() {
        trail.begin(TENANT, 0);
        transactions.run(TENANT, handle -> {
            if (!bindings.any(handle)) {
                bindings.insert(
                        handle,
                        new RoleBinding(
                                UUID.randomUUID(),
                                RoleBinding.Kind.PERSON,
                                Tokens.ISSUER,
                                "trail-admin",
                                Role.ADMIN,
                                Selector.parse(""),
                                false),
                        "test");
            }
        });
    }

    @Test
    void rowsAreFoundByWhoWhatWhereAndWhen() {
        trail.write(TENANT, "filter.one", 1);
        trail.write(TENANT, "filter.two", 2);
        trail.write(TENANT, "filters", 2);
        trail.write(TENANT, "filter_x", 2);

        mine("/audit?verb=filter.one").body("items", hasSize(1)).body("items[0].object", equalTo("test/1"));
        mine("/audit?verb=filter.*").body("items", hasSize(2)).body("items.verb", everyItem(startsWith("filter.")));
        mine("/audit?verb=filter_*").body("items", hasSize(1));
        mine("/audit?object=test/*&verb=filter*").body("items", hasSize(4));
        mine("/audit?actor=test&verb=filter.two").body("items", hasSize(1));
        mine("/audit?actor=muster%23test&object=test/2&verb=filter.*").body("items", hasSize(1));
        mine("/audit?actor=nobody").body("items", hasSize(0));
        mine("/audit?verb=filter*&from=2026-01-01T00:00:00Z&to=9000-01-01T00:00:00%2B02:00")
                .body("items", hasSize(4));
        mine("/audit?verb=filter*&to=2026-01-01T00:00:00Z").body("items", hasSize(0));
        String next = mine("/audit?verb=filter*&limit=3")
                .body("items", hasSize(3))
                .extract()
                .path("next");
        mine("/audit?verb=filter*&limit=3&cursor=" + next)
                .body("items", hasSize(1))
                .body("next", equalTo(null));
        request()
                .get("/api/v1/audit?from=yesterday")
                .then()
                .statusCode(400)
                .body("detail", containsString("yesterday"));
        trail.awaitSealed(TENANT);
        mine("/audit?verb=filter.one").body("items[0].position", notNullValue());
    }

    @Test
    void anExportIsTheChainLineByLineAndAnybodyCanCheckIt() {
        for (int number = 0; number < 1100; number++) {
            trail.write(TENANT, "export.row", number);
        }
        trail.awaitSealed(TENANT);

        String body = request()
                .get("/api/v1/audit/export")
                .then()
                .statusCode(200)
                .contentType(containsString("application/x-ndjson"))
                .extract()
                .asString();

        List<Finding> findings = new ArrayList<>();
        ChainVerifier verifier = ChainVerifier.whole(findings::add);
        List<ExportedRow> rows = body.lines()
                .map(line -> ExportedRow.fromJson(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
        rows.stream()
                .filter(row -> row.seal().isPresent())
                .forEach(row -> verifier.next(row.seal().orElseThrow(), java.util.Optional.of(row.row())));
        verifier.end();
        assertThat(findings).isEmpty();
        assertThat(rows.stream().filter(row -> row.row().verb().equals("export.row")))
                .hasSize(1100);
        assertThat(rows.stream().map(row -> row.row().id()).distinct()).hasSize(rows.size());
        // The export itself was the last row before its first byte.
        assertThat(rows.getLast().row().verb()).isEqualTo("audit.export");
    }

    @Test
    void anExportTakesTheSameFiltersAndSpeaksCef() {
        trail.write(TENANT, "cef.row", 1);

        String cef = request()
                .get("/api/v1/audit/export?format=cef&verb=cef.*")
                .then()
                .statusCode(200)
                .extract()
                .asString();

        assertThat(cef.lines())
                .singleElement()
                .asString()
                .startsWith("CEF:0|Muster|Muster|")
                .contains("|cef.row test/1|");
        request().get("/api/v1/audit/export?format=xml").then().statusCode(400);
        mine("/audit?verb=audit.export&limit=1")
                .body("items[0].detail.format", equalTo("cef"))
                .body("items[0].detail.verb", equalTo("cef.*"));
    }

    @Test
    void aVerificationTellsProgressAndEndsWithAResultThatTheChainsStateShows() {
        trail.write(TENANT, "verify.row", 1);
        trail.awaitSealed(TENANT);
        String checkpoint = request()
                .get("/api/v1/audit/checkpoint")
                .then()
                .statusCode(200)
                .extract()
                .asString();

        List<String> lines = request()
                .contentType("application/json")
                .body("{\"checkpoint\":" + checkpoint + "}")
                .post("/api/v1/audit/verify")
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .toList();

        assertThat(lines.getFirst()).startsWith("{\"progress\":");
        JsonObject result = JsonObject.parse(lines.getLast().getBytes(StandardCharsets.UTF_8))
                .object("result");
        assertThat(result.optionalFlag("sound")).contains(true);
        assertThat(result.number("found")).isZero();
        mine("/audit/chain")
                .body("position", greaterThan(0))
                .body("verified.sound", equalTo(true))
                .body("verified.byName", equalTo("trail-admin"))
                .body("checkpoint.position", notNullValue());
    }

    @Test
    void aCheckpointOfAnotherTenantOrWithAnotherSignatureIsNotCompared() {
        trail.write(TENANT, "verify.row", 1);
        trail.awaitSealed(TENANT);
        String checkpoint = request()
                .get("/api/v1/audit/checkpoint")
                .then()
                .statusCode(200)
                .extract()
                .asString();

        admin().contentType("application/json")
                .body("{\"checkpoint\":" + checkpoint + "}")
                .post("/api/v1/audit/verify")
                .then()
                .statusCode(400)
                .body("detail", containsString("of tenant `trail`"));
        request()
                .contentType("application/json")
                .body("{\"checkpoint\":" + checkpoint.replaceFirst("\"sig\":\"..", "\"sig\":\"AA") + "}")
                .post("/api/v1/audit/verify")
                .then()
                .statusCode(400)
                .body("detail", containsString("signature"));
    }

    @Test
    void readsOfWhatIsSensitiveStandInTheTrailOnceEach() {
        Map<String, String> reads = Map.of(
                "/audit/export?verb=none", "audit.export",
                "/audit/checkpoint", "audit.checkpoint",
                "/inventory?format=csv", "inventory.export",
                "/role-bindings", "role-binding.list");
        trail.write(TENANT, "reads.row", 1);
        trail.awaitSealed(TENANT);
        reads.forEach((path, verb) -> {
            int before = rows(verb);

            request().get("/api/v1" + path).then().statusCode(200);

            assertThat(rows(verb)).as(path).isEqualTo(before + 1);
        });
        int before = rows("%");
        // What a page of the console asks again and again leaves no row.
        for (String path : List.of("/audit?limit=25", "/audit/chain", "/devices", "/fleet")) {
            request().get("/api/v1" + path).then().statusCode(200);
        }
        assertThat(rows("%")).isEqualTo(before);
        mine("/audit?verb=inventory.export").body("items.object", hasItem("inventory"));
        get("/audit?verb=inventory.export&actor=trail-admin").body("items", hasSize(0));
    }

    private int rows(String verb) {
        return transactions.in(TENANT, handle -> handle.createQuery("select count(*) from audit where verb like :verb")
                .bind("verb", verb)
                .mapTo(Integer.class)
                .one());
    }

    private static io.restassured.response.ValidatableResponse mine(String path) {
        return request().get("/api/v1" + path).then().statusCode(200);
    }

    private static RequestSpecification request() {
        return given().urlEncodingEnabled(false)
                .auth()
                .oauth2(Tokens.of("trail-admin"))
                .header(Guard.TENANT_HEADER, TENANT.value());
    }
}
