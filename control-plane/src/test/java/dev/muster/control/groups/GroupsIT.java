package dev.muster.control.groups;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.devices.ReportSummary;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.DatabaseOwner;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.reported.ReportedState;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class GroupsIT {
    private static final TenantId LARGE = new TenantId("groups-1000");
    private static final int DEVICES = 1_000;

    @Inject
    TenantTransactions transactions;

    @Inject
    DeviceService devices;

    @Inject
    GroupService groups;

    @Inject
    TestFleet fleet;

    @Inject
    Heard heard;

    @TempDir
    Path directory;

    /** What listeners are told. */
    @Singleton
    static class Heard implements GroupListener {
        private final List<String> news = new CopyOnWriteArrayList<>();

        @Override
        public void joined(Handle handle, DeviceRef device, String group) {
            news.add("+" + device + " " + group);
        }

        @Override
        public void left(Handle handle, DeviceRef device, String group) {
            news.add("-" + device + " " + group);
        }

        List<String> of(String group) {
            return news.stream().filter(line -> line.endsWith(" " + group)).toList();
        }
    }

    @Test
    void membershipFollowsAnAttributeThatTheDeviceReports() throws Exception {
        create(Map.of("name", "seven", "query", "fact.os.version>=7.7;tag==grp-kafka"))
                .statusCode(201);
        try (FleetDevice device = fleet.enrol(directory, "grp-kafka", "grp-kafka-1")) {
            get("/groups/seven").body("members", equalTo(0));

            device.report(new ReportedState(0, Map.of("os.version", "7.10.1"), List.of()));

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> get("/groups/seven").body("members", equalTo(1)));
            get("/devices/grp-kafka-1").body("groups", contains("seven"));
            found("group==seven").body("items.id", contains("grp-kafka-1"));

            device.report(new ReportedState(0, Map.of("os.version", "7.6"), List.of()));

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> get("/groups/seven").body("members", equalTo(0)));
            assertThat(heard.of("seven")).containsExactly("+default/grp-kafka-1 seven", "-default/grp-kafka-1 seven");
        }
    }

    @Test
    void aChangeOfOneDeviceOfAThousandReadsAndWritesThatDevicesRowsOnly() throws Exception {
        transactions.run(LARGE, handle -> {
            handle.execute("insert into tenant (tenant) values ('groups-1000') on conflict do nothing");
            handle.execute("insert into device_group (name, kind, query, fields, created_at, created_by)"
                    + " select 'g' || n, 'dynamic', 'fact.level>=' || n, '{fact.level}', now(), 'test'"
                    + " from generate_series(1, 20) n");
            for (int i = 0; i < DEVICES; i++) {
                devices.register(
                        handle,
                        LARGE,
                        new NewDevice(new DeviceId("d" + i), "board", null, null, List.of(), Map.of("level", "10")));
            }
        });
        DatabaseOwner.analyze("muster.device, muster.device_fact, muster.device_tag, muster.device_group_member");
        List<String> before = members();
        assertThat(before).hasSize(DEVICES * 10);

        Map<String, Long> read = transactions.in(LARGE, handle -> {
            // The view also has what this connection read before and has not handed in yet.
            Map<String, Long> earlier = rowsRead(handle);
            DeviceRef device = new DeviceRef(LARGE, new DeviceId("d500"));
            assertThat(devices.lock(handle, device.device())).isTrue();
            devices.reported(
                    handle,
                    device.tenant(),
                    Map.of(device.device(), new ReportSummary(0, true, null, Map.of("level", "12", "other", "x"))));
            Map<String, Long> now = rowsRead(handle);
            now.replaceAll((table, rows) -> rows - earlier.getOrDefault(table, 0L));
            return now;
        });

        assertThat(read).containsKeys("device", "device_fact");
        assertThat(read.values()).as("rows read %s", read).allMatch(rows -> rows < 100);
        List<String> after = members();
        assertThat(after).hasSize(DEVICES * 10 + 2).containsAll(before);
        assertThat(after).filteredOn(row -> !before.contains(row)).allMatch(row -> row.contains(" d500 "));
    }

    /** Rows that this connection read of tables that grow with the fleet, by table. */
    private static Map<String, Long> rowsRead(Handle handle) {
        return handle.createQuery("""
                        select relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as read
                          from pg_stat_xact_user_tables
                         where relname in ('device', 'device_fact', 'device_tag', 'device_metadata',
                                           'device_group_member', 'device_summary')""")
                .map((rs, context) -> Map.entry(rs.getString("relname"), rs.getLong("read")))
                .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Every member with the transaction that wrote its row: a rewritten row is another one. */
    private List<String> members() {
        return transactions.in(LARGE, handle -> handle.createQuery(
                        "select name || ' ' || device || ' ' || cast(xmin as text) from device_group_member")
                .mapTo(String.class)
                .list());
    }

    @Test
    void peoplesChangesCountToo() {
        register("grp-hand");
        create(Map.of("name", "by-hand", "query", "tag==grp-hand,meta.owner==hall,type==press,name==Renamed"))
                .statusCode(201);

        for (String change : List.of(
                "{\"tags\":[\"grp-hand\"]}",
                "{\"metadata\":{\"owner\":\"hall\"}}",
                "{\"type\":\"press\"}",
                "{\"name\":\"Renamed\"}")) {
            patch("/devices/grp-hand", change);
            get("/devices/grp-hand").body("groups", contains("by-hand"));
            patch(
                    "/devices/grp-hand",
                    "{\"tags\":[],\"metadata\":{\"owner\":\"\"},\"type\":\"\",\"name\":\"grp-hand\"}");
            get("/devices/grp-hand").body("groups", empty());
        }
    }

    @Test
    void anotherQueryIsEvaluatedOverTheWholeFleetAtOnce() {
        register("grp-q-1");
        register("grp-q-2");
        create(Map.of("name", "queried", "query", "id==grp-q-1")).body("members", equalTo(1));

        admin().contentType("application/json")
                .header("If-Match", "\"1\"")
                .body("{\"query\":\"id==grp-q-2,id==grp-q-1;status==retired\"}")
                .patch("/api/v1/groups/queried")
                .then()
                .statusCode(200)
                .header("ETag", "\"2\"")
                .body("members", equalTo(1));

        found("group=in=(queried,nowhere)").body("items.id", contains("grp-q-2"));
        admin().contentType("application/json")
                .header("If-Match", "\"1\"")
                .body("{\"description\":\"late\"}")
                .patch("/api/v1/groups/queried")
                .then()
                .statusCode(412);
        admin().post("/api/v1/devices/grp-q-2/retire").then().statusCode(200);
        get("/groups/queried").body("members", equalTo(0));
        get("/audit?object=group/queried").body("items.verb", contains("group.edit", "group.create"));
    }

    @Test
    void aSiteThatMovesTakesItsDevicesAlong() {
        post("/sites", Map.of("name", "grp-east")).statusCode(201);
        post("/sites", Map.of("name", "grp-west")).statusCode(201);
        post("/sites", Map.of("name", "grp-hall", "parent", "grp-east")).statusCode(201);
        register("grp-sited");
        patch("/devices/grp-sited", "{\"site\":\"grp-hall\"}");
        create(Map.of("name", "easterly", "query", "site==grp-east")).body("members", equalTo(1));

        patch("/sites/grp-hall", "{\"parent\":\"grp-west\"}");

        get("/groups/easterly").body("members", equalTo(0));
    }

    @Test
    void aStaticGroupHasTheDevicesItLists() {
        register("grp-s-1");
        register("grp-s-2");
        create(Map.of("name", "listed", "members", List.of("grp-s-1"))).body("members", equalTo(1));

        post("/groups/listed/members", Map.of("add", List.of("grp-s-2"), "remove", List.of("grp-s-1")))
                .statusCode(200)
                .body("members", equalTo(1));

        found("group==listed").body("items.id", contains("grp-s-2"));
        post("/groups/listed/members", Map.of("add", List.of("grp-s-1", "grp-nowhere")))
                .statusCode(404);
        get("/groups/listed").body("members", equalTo(1));
        admin().delete("/api/v1/groups/listed").then().statusCode(204);
        get("/groups/listed").statusCode(404).body("code", equalTo("group-not-found"));
        get("/devices/grp-s-2").body("groups", empty());
    }

    @Test
    void aGroupWithSettingsOfItsOwnIsNotDeletedUnderThem() {
        create(Map.of("name", "set-for", "query", "tag==set-for")).statusCode(201);
        settings("set-for", "{\"agent\":{\"sampleSeconds\":30}}");

        admin().delete("/api/v1/groups/set-for")
                .then()
                .statusCode(409)
                .body("detail", containsString("settings of its own"));
        get("/groups/set-for").statusCode(200);

        settings("set-for", "{}");
        admin().delete("/api/v1/groups/set-for").then().statusCode(204);
    }

    private static void settings(String group, String document) {
        admin().contentType("application/json")
                .body(document)
                .put("/api/v1/settings/group/" + group)
                .then()
                .statusCode(lessThan(300));
    }

    @Test
    void whatChangesWithTimeAndOtherGroupsCannotDecideMembership() {
        create(Map.of("name", "online", "query", "site==x;online==true"))
                .statusCode(400)
                .body("code", equalTo("invalid-selector"))
                .body("position", equalTo(9))
                .body("detail", containsString("`online`"));
        create(Map.of("name", "nested", "query", "group==other"))
                .statusCode(400)
                .body("position", equalTo(1));
        create(Map.of("name", "both", "query", "id==a", "members", List.of("a")))
                .statusCode(400);
        get("/groups/online").statusCode(404);
    }

    @Test
    void noRoleReachesAsFarAsSomebodyElsesGroup() {
        post(
                        "/role-bindings",
                        Map.of("kind", "person", "subject", "x", "role", "operator", "selector", "tag==a;group==mine"))
                .statusCode(400)
                .body("code", equalTo("invalid-selector"))
                .body("position", equalTo(8));
    }

    @Test
    void membersCountAndShowInScopeOnly() {
        register("grp-seen");
        register("grp-unseen");
        create(Map.of("name", "scoped", "members", List.of("grp-seen", "grp-unseen")))
                .statusCode(201);
        post(
                        "/role-bindings",
                        Map.of("kind", "person", "subject", "grp-viewer", "role", "viewer", "selector", "id==grp-seen"))
                .statusCode(201);

        given().auth()
                .oauth2(Tokens.of("grp-viewer"))
                .get("/api/v1/groups/scoped")
                .then()
                .statusCode(200)
                .body("members", equalTo(1));
        given().auth()
                .oauth2(Tokens.of("grp-viewer"))
                .queryParam("q", "group==scoped")
                .get("/api/v1/devices")
                .then()
                .body("items.id", contains("grp-seen"));
    }

    @Test
    void aRolloutsSelectorCanNameAGroup() {
        register("grp-rolled");
        create(Map.of("name", "rolled", "query", "id==grp-rolled")).statusCode(201);

        List<DeviceId> selected = transactions.in(
                TenantId.DEFAULT,
                handle -> devices.select(
                        handle, Scope.wholeTenant(TenantId.DEFAULT), Selector.parse("group==rolled;status==active")));

        assertThat(selected).containsExactly(new DeviceId("grp-rolled"));
    }

    private void register(String id) {
        transactions.run(
                TenantId.DEFAULT,
                handle -> devices.register(
                        handle,
                        TenantId.DEFAULT,
                        new NewDevice(new DeviceId(id), "board", null, null, List.of(), Map.of())));
    }

    private static ValidatableResponse create(Map<String, ?> body) {
        return post("/groups", body);
    }

    private static ValidatableResponse found(String q) {
        return admin().queryParam("q", q).get("/api/v1/devices").then().statusCode(200);
    }

    private static void patch(String path, String body) {
        admin().contentType("application/json")
                .body(body)
                .patch("/api/v1" + path)
                .then()
                .statusCode(200);
    }
}
