package dev.muster.control.tenants;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.postJson;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.access.Guard;
import dev.muster.control.artifacts.ArtifactBytes;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantState;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.DatabaseOwner;
import dev.muster.control.testing.FilledTenant;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.DeviceState;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of tenants, as those who own the installation lead it. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@SuppressWarnings("NullAway.Init")
class TenantsIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject
    TenantTransactions transactions;

    @Inject
    FilledTenant.Maker maker;

    @Inject
    KafkaClients kafka;

    @Inject
    ArtifactBytes bytes;

    @TempDir
    Path directory;

    @Test
    void aNewTenantIsItsFirstAdministratorsAndNobodyElses() {
        create("made", "person", "made-boss", "{\"devices\":5}")
                .statusCode(201)
                .body("state", equalTo("active"))
                .body("displayName", equalTo("The made"))
                .body("quotas.devices.limit", equalTo(5))
                .body("quotas.devices.used", equalTo(0))
                .body("quotas.devices.own", equalTo(true))
                .body("quotas.serviceAccounts.limit", nullValue());

        // The first administrator can begin at once: repositories of trust are made when they are needed.
        as("made-boss", "made")
                .body(Map.of("name", "hall"))
                .post("/api/v1/sites")
                .then()
                .statusCode(201);
        as("made-boss", "made").get("/api/v1/trust/roots/images").then().statusCode(200);
        as("made-boss", "made")
                .body(Map.of("name", "made-token"))
                .post("/api/v1/enrolment-tokens")
                .then()
                .statusCode(201);
        // Who made it has no rights there.
        admin().header(Guard.TENANT_HEADER, "made").get("/api/v1/sites").then().statusCode(403);
        get("/sites").body("items.name", not(hasItem("hall")));
        // Both sides can prove it.
        get("/audit?object=tenant/made").body("items.verb", contains("tenant.create"));
        as("made-boss", "made")
                .get("/api/v1/audit?object=tenant/made")
                .then()
                .body("items.verb", contains("tenant.create"))
                .body("items.actorName", contains("root"));
        get("/tenants").statusCode(200).body("items.id", hasItems("default", "made"));
    }

    @Test
    void theFirstAdministratorMayBeAGroup() {
        create("made-group", "group", "made-admins", "{}").statusCode(201);

        given().auth()
                .oauth2(Tokens.of("anybody", "made-admins"))
                .header(Guard.TENANT_HEADER, "made-group")
                .get("/api/v1/sites")
                .then()
                .statusCode(200);
    }

    @Test
    void onlyWhoOwnsTheInstallationChangesTenants() {
        create("owned", "person", "owned-boss", "{}").statusCode(201);
        create("owned-other", "person", "owned-boss", "{}").statusCode(201);
        as("owned-boss", "owned")
                .body(Map.of("id", "owned-mine", "admin", Map.of("kind", "person", "subject", "x")))
                .post("/api/v1/tenants")
                .then()
                .statusCode(403)
                .body("detail", containsString("`default`"));
        as("owned-boss", "owned")
                .body(Map.of("quotas", Map.of("devices", 1_000_000)))
                .patch("/api/v1/tenants/owned")
                .then()
                .statusCode(403);
        as("owned-boss", "owned")
                .body(Map.of("suspended", true))
                .patch("/api/v1/tenants/owned-other")
                .then()
                .statusCode(404)
                .body("code", equalTo("tenant-not-found"));
        as("owned-boss", "owned")
                .delete("/api/v1/tenants/owned?confirm=owned")
                .then()
                .statusCode(403);
        // It sees itself, its limits and what it uses of them.
        as("owned-boss", "owned").get("/api/v1/tenants").then().statusCode(200).body("items.id", contains("owned"));
        as("owned-boss", "owned")
                .get("/api/v1/tenants/owned")
                .then()
                .statusCode(200)
                .body("quotas.devices.used", equalTo(0));
        as("owned-boss", "owned").get("/api/v1/tenants/owned-other").then().statusCode(404);
        // Nobody without the role does, whatever else they may.
        for (String role : List.of("viewer", "operator", "release-manager", "approver", "security-officer")) {
            bind("tenants-" + role, role, "");
            as("tenants-" + role, "default").get("/api/v1/tenants").then().statusCode(403);
        }
        bind("tenants-some", "admin", "tag==tenants-some");
        as("tenants-some", "default").get("/api/v1/tenants").then().statusCode(403);
    }

    @Test
    void badInputIsNamedAndChangesNothing() {
        create("Bad Name", "person", "x", "{}").statusCode(400).body("detail", containsString("`Bad Name`"));
        create("bad-kind", "service", "x", "{}").statusCode(400).body("detail", containsString("service"));
        create("bad-quota", "person", "x", "{\"pumps\":5}").statusCode(400).body("detail", containsString("`pumps`"));
        create("bad-limit", "person", "x", "{\"devices\":-1}").statusCode(400).body("detail", containsString("-1"));
        postJson("/tenants", "{\"id\":\"bad-admin\"}").statusCode(400).body("detail", containsString("`admin`"));
        create("default", "person", "x", "{}").statusCode(409);
        create("bad-twice", "person", "x", "{}").statusCode(201);
        create("bad-twice", "person", "y", "{}").statusCode(409).body("code", equalTo("already-exists"));
        get("/tenants/bad-twice/trail").statusCode(409);
        patch("default", "{\"suspended\":true}").statusCode(409).body("detail", containsString("`default`"));
        admin().delete("/api/v1/tenants/default?confirm=default").then().statusCode(409);
        admin().delete("/api/v1/tenants/bad-twice?confirm=bad-twice").then().statusCode(409);
        patch("nobody-at-all", "{\"suspended\":true}").statusCode(404);

        get("/tenants")
                .body("items.id", not(hasItem("bad-kind")))
                .body("items.id", not(hasItem("bad-quota")))
                .body("items.id", not(hasItem("bad-admin")));
        get("/tenants/default").body("state", equalTo("active"));
    }

    @Test
    void whoReadItBeforeSomebodyElseChangedItIsTold() {
        create("stale", "person", "stale-boss", "{}").statusCode(201);
        String read = get("/tenants/stale").extract().header("ETag");
        patch("stale", "{\"displayName\":\"first\"}").statusCode(200);

        admin().contentType(ContentType.JSON)
                .header("If-Match", read)
                .body("{\"displayName\":\"second\"}")
                .patch("/api/v1/tenants/stale")
                .then()
                .statusCode(412);
        get("/tenants/stale").body("displayName", equalTo("first"));
    }

    @Test
    void inASuspendedTenantNobodyComesInAndNothingMoves() throws Exception {
        List<DeviceState> told = gatewaysAreTold("quiet");
        try (FilledTenant quiet = maker.filled("quiet", "otter", directory)) {
            String enrolment = quiet.enrolmentToken();
            assertThat(quiet.device().leases()).isNotNull();

            patch("quiet", "{\"suspended\":true,\"reason\":\"unpaid\"}")
                    .statusCode(200)
                    .body("state", equalTo("suspended"))
                    .body("reason", equalTo("unpaid"));

            quiet.get("/devices").statusCode(403).body("code", equalTo("tenant-suspended"));
            quiet.get("/me").statusCode(403);
            given().auth()
                    .oauth2(quiet.id("api-token-text"))
                    .get("/api/v1/devices")
                    .then()
                    .statusCode(403)
                    .body("code", equalTo("tenant-suspended"));
            // Whoever has no rights there does not learn that it is there.
            as("quiet-stranger", "quiet")
                    .get("/api/v1/devices")
                    .then()
                    .statusCode(403)
                    .body("code", equalTo("forbidden"));
            await().atMost(SOON).untilAsserted(() -> assertThat(
                            quiet.device().fetch(quiet.id("artifact")).statusCode())
                    .isEqualTo(403));
            try (var fresh = maker.device()) {
                assertThat(fresh.enrol(enrolment, "otter-new").statusCode()).isEqualTo(401);
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(told)
                    .extracting(DeviceState::status)
                    .containsExactly(DeviceState.Status.SUSPENDED));
            assertThat(transactions.activeTenants()).doesNotContain(quiet.id());
            assertThat(transactions.tenants()).contains(quiet.id());

            patch("quiet", "{\"suspended\":false}").statusCode(200).body("state", equalTo("active"));

            quiet.get("/rollouts/" + quiet.id("rollout"))
                    .statusCode(200)
                    .body("state", equalTo("paused"))
                    .body("reason", containsString("suspended"));
            await().atMost(SOON).untilAsserted(() -> assertThat(
                            quiet.device().fetch(quiet.id("artifact")).statusCode())
                    .isNotEqualTo(403));
            await().atMost(SOON).untilAsserted(() -> assertThat(told)
                    .extracting(DeviceState::status)
                    .containsExactly(DeviceState.Status.SUSPENDED, DeviceState.Status.ACTIVE));
            assertThat(told.get(1).revision()).isGreaterThan(told.get(0).revision());
            for (String verb : List.of("tenant.suspend", "tenant.resume")) {
                get("/audit?object=tenant/quiet").body("items.verb", hasItem(verb));
                quiet.get("/audit?object=tenant/quiet").body("items.verb", hasItem(verb));
            }
        }
    }

    @Test
    void aDeletionCanBeTakenBackWhileItsGraceGoesOn() {
        create("grace", "person", "grace-boss", "{}").statusCode(201);
        as("grace-boss", "grace")
                .body(Map.of("name", "hall"))
                .post("/api/v1/sites")
                .then()
                .statusCode(201);
        admin().delete("/api/v1/tenants/grace")
                .then()
                .statusCode(409)
                .body("detail", containsString("suspend it first"));
        patch("grace", "{\"suspended\":true}").statusCode(200);
        admin().delete("/api/v1/tenants/grace?confirm=Grace")
                .then()
                .statusCode(400)
                .body("detail", containsString("`Grace`"));

        admin().delete("/api/v1/tenants/grace")
                .then()
                .statusCode(200)
                .body("state", equalTo("deleting"))
                .body("deleteAt", notNullValue());
        patch("grace", "{\"suspended\":false}").statusCode(200).body("deleteAt", nullValue());

        as("grace-boss", "grace").get("/api/v1/sites/hall").then().statusCode(200);
    }

    @Test
    void streamsForgetTheRulesOfADeletedTenant() {
        create("hushed", "person", "hushed-boss", "{}").statusCode(201);
        transactions.run(
                new TenantId("hushed"),
                handle -> handle.execute(
                        "insert into device (id, name, status, hardware) values ('siren', 'siren', 'active', 'board')"));
        as("hushed-boss", "hushed")
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .encodeContentTypeAs("application/yaml", ContentType.TEXT)))
                .contentType("application/yaml")
                .body("""
                        apiVersion: muster.dev/v1
                        kind: AlertRule
                        metadata: {name: away}
                        spec: {devices: all, severity: info, when: {offline: {}}}
                        """)
                .put("/api/v1/alert-rules/away")
                .then()
                .statusCode(200)
                .body("devices", equalTo(1));
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(last(kafka.topics().alertRules(), "hushed/away")).isPresent();
            assertThat(last(kafka.topics().alertDevices(), "hushed/siren")).isPresent();
        });
        patch("hushed", "{\"suspended\":true}").statusCode(200);

        admin().delete("/api/v1/tenants/hushed?confirm=hushed").then().statusCode(200);

        await().atMost(SOON).untilAsserted(() -> get("/tenants/hushed").body("state", equalTo("deleted")));
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(last(kafka.topics().alertRules(), "hushed/away")).isEmpty();
            assertThat(last(kafka.topics().alertDevices(), "hushed/siren")).isEmpty();
        });
    }

    /** What a compacted topic will keep under the key. */
    private static Optional<byte[]> last(String topic, String key) {
        Optional<byte[]> found = Optional.empty();
        String bootstrap = ConfigProvider.getConfig().getValue("muster.kafka.bootstrap", String.class);
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (key.equals(record.key())) {
                        found = Optional.ofNullable(record.value());
                    }
                }
            }
        }
        return found;
    }

    @Test
    void aDeletedTenantLeavesItsNameAndForATimeItsTrail() throws Exception {
        byte[] shared = "bytes that two tenants have ".repeat(50).getBytes(StandardCharsets.UTF_8);
        FilledTenant gone = maker.filled("gone", "heron", directory);
        String both = gone.upload(shared, "77", 77);
        assertThat(FleetApi.uploadImage(shared, "77", 77)).isEqualTo(both);
        // Once its windows are there, nothing of it is on its way any more.
        await().atMost(SOON)
                .until(() -> rows("gone").keySet().containsAll(List.of("telemetry.rollup_1m", "telemetry.rollup_1h")));
        Map<String, Long> before = rows("gone");
        // Otherwise little is proved by nothing being left.
        assertThat(before).hasSizeGreaterThan(45);
        assertThat(files("gone")).isNotEmpty();
        patch("gone", "{\"suspended\":true}").statusCode(200);

        admin().delete("/api/v1/tenants/gone?confirm=gone").then().statusCode(200);

        await().atMost(SOON)
                .untilAsserted(() -> get("/tenants/gone").statusCode(200).body("state", equalTo("deleted")));
        await().atMost(SOON).untilAsserted(() -> assertThat(rows("gone").keySet())
                .containsOnly("muster.tenant", "muster.audit", "muster.audit_seal"));
        assertThat(files("gone")).allMatch(file -> file.contains("/audit/"));
        assertThat(bytes.find(gone.id("artifact"))).isEmpty();
        assertThat(bytes.find(both)).as("bytes that another tenant has too").isPresent();
        get("/artifacts/" + both).statusCode(200);
        // Nobody comes in any more, and the name is not given again.
        gone.get("/devices").statusCode(403).body("code", equalTo("forbidden"));
        assertThat(gone.device().fetch(both).statusCode()).isEqualTo(403);
        create("gone", "person", "heir", "{}").statusCode(409).body("detail", containsString("not given again"));
        patch("gone", "{\"suspended\":false}").statusCode(409);
        get("/tenants/gone").body("displayName", equalTo("")).body("trailUntil", notNullValue());
        get("/tenants/gone/trail")
                .statusCode(200)
                .body(containsString("\"rollout.create\""))
                .body(containsString("\"tenant.deleted\""));
        get("/audit?object=tenant/gone").body("items.verb", hasItem("tenant.trail-export"));
        get("/audit?object=tenant/gone")
                .body("items.verb", hasItems("tenant.deleted", "tenant.delete", "tenant.suspend"));

        // Not before its time, and not by who serves requests.
        assertThatThrownBy(() -> transactions.run(gone.id(), handle -> handle.createQuery("select forget_trail(10)")
                        .mapTo(Long.class)
                        .one()))
                .hasMessageContaining("has had its time");
        assertThatThrownBy(() -> transactions.run(
                        gone.id(),
                        handle -> handle.execute("update tenant set trail_until = now() - interval '1 day'")))
                .hasMessageContaining("set once");
        DatabaseOwner.asOwnerOf(
                "gone",
                "alter table muster.tenant disable trigger tenant_lives",
                "update muster.tenant set trail_until = now() - interval '1 day'",
                "alter table muster.tenant enable trigger tenant_lives");

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(rows("gone").keySet()).containsOnly("muster.tenant");
            assertThat(files("gone")).isEmpty();
        });
        await().atMost(SOON)
                .untilAsserted(() -> get("/audit?object=tenant/gone").body("items.verb", hasItem("tenant.trail-gone")));
        gone.close();
    }

    @Test
    void theApplicationsRoleCannotTurnTheOrderOfLifeRound() {
        create("order", "person", "order-boss", "{}").statusCode(201);
        TenantId order = new TenantId("order");

        for (String sql : List.of(
                "update tenant set state = 'deleted', trail_until = now() + interval '1 year'",
                "update tenant set state = 'deleting'",
                "update tenant set trail_until = now()",
                "update tenant set tenant = 'order-2'")) {
            assertThatThrownBy(() -> transactions.run(order, handle -> handle.execute(sql)))
                    .as(sql)
                    .hasMessageContaining("expected");
        }
        assertThatThrownBy(() -> transactions.run(order, handle -> handle.execute("delete from tenant")))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> transactions.run(
                        TenantId.DEFAULT, handle -> handle.execute("update tenant set state = 'suspended'")))
                .hasMessageContaining("expected");
        assertThatThrownBy(
                        () -> transactions.run(order, handle -> handle.createQuery("select telemetry.forget_tenant(1)")
                                .mapTo(Long.class)
                                .one()))
                .hasMessageContaining("being deleted");
        int changed = transactions.in(TenantId.DEFAULT, handle -> handle.createUpdate(
                        "update tenant set display_name = 'taken' where tenant = 'order'")
                .execute());
        assertThat(changed).isZero();
        assertThat(transactions.in(order, TenantState::of)).contains(TenantState.ACTIVE);
    }

    /** What topic {@code device-state} says of the tenant itself, from now on. */
    private List<DeviceState> gatewaysAreTold(String tenant) {
        List<DeviceState> told = new CopyOnWriteArrayList<>();
        kafka.consume(
                "tenants-it-" + tenant,
                List.of(kafka.topics().deviceState()),
                batch -> batch.forEach(record -> {
                    if (record.key().equals(tenant)) {
                        told.add(DeviceState.fromJson(record.value()));
                    }
                }));
        return told;
    }

    /** How many rows of a tenant there are, by table, as the owner of the database counts them; tables without are left out. */
    private static Map<String, Long> rows(String tenant) throws Exception {
        return DatabaseOwner.countRows(tenant);
    }

    private static List<String> files(String tenant) throws Exception {
        Path data = Path.of(ConfigProvider.getConfig().getValue("muster.data-dir", String.class));
        List<String> found = new ArrayList<>();
        for (String name : Set.of("uploads", "artifacts/partial", "trust", "audit")) {
            Path of = data.resolve(name).resolve(tenant);
            if (Files.exists(of)) {
                found.add("/" + name + "/" + tenant);
            }
        }
        return found;
    }

    private static void bind(String subject, String role, String selector) {
        FleetApi.post(
                        "/role-bindings",
                        new TreeMap<>(Map.of("kind", "person", "subject", subject, "role", role, "selector", selector)))
                .statusCode(201);
    }

    private static ValidatableResponse create(String id, String kind, String subject, String quotas) {
        return postJson("/tenants", """
                {"id":"%s","displayName":"The %s","admin":{"kind":"%s","subject":"%s"},"quotas":%s}""".formatted(id, id, kind, subject, quotas));
    }

    private static ValidatableResponse patch(String id, String json) {
        return admin().contentType(ContentType.JSON)
                .body(json)
                .patch("/api/v1/tenants/" + id)
                .then();
    }

    private static RequestSpecification as(String subject, String tenant) {
        return given().auth()
                .oauth2(Tokens.of(subject))
                .contentType(ContentType.JSON)
                .header(Guard.TENANT_HEADER, tenant);
    }
}
