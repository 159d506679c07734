package dev.muster.control.overview;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The first page, in a tenant of its own: what is counted and for whom. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // filled before the first test
class OverviewIT {
    private static final String TENANT = "overview-it";

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
        tenant = maker.empty(TENANT, "ovw");
        tenant.send("POST", "/sites", "{\"name\":\"ovw-mine\",\"location\":{\"latitude\":51.5,\"longitude\":7.2}}")
                .statusCode(201);
        tenant.send("POST", "/sites", "{\"name\":\"ovw-hall\",\"parent\":\"ovw-mine\"}")
                .statusCode(201)
                .body("location.latitude", equalTo(51.5f))
                .body("own.location", nullValue());
        tenant.send("POST", "/sites", "{\"name\":\"ovw-port\",\"location\":{\"latitude\":31.2,\"longitude\":121.5}}")
                .statusCode(201);
        tenant.send("POST", "/sites", "{\"name\":\"ovw-lost\"}").statusCode(201);
        transactions.run(new TenantId(TENANT), handle -> {
            handle.execute("""
                    insert into device (id, name, status, site, hardware, generation) values
                      ('ovw-1', 'a', 'active', 'ovw-hall', 'board', 3), ('ovw-2', 'b', 'active', 'ovw-hall', 'board', 3),
                      ('ovw-3', 'c', 'active', 'ovw-mine', 'board', 3), ('ovw-4', 'd', 'active', 'ovw-port', 'board', 3),
                      ('ovw-5', 'e', 'active', 'ovw-port', 'board', 0), ('ovw-6', 'f', 'pending', null, 'board', 0),
                      ('ovw-7', 'g', 'retired', 'ovw-port', 'board', 3)""");
            handle.execute("""
                    insert into device_summary (device, reported_generation, settled, image_version) values
                      ('ovw-1', 3, true, '2.0'), ('ovw-2', 3, false, '2.0'), ('ovw-3', 2, true, '1.0'), ('ovw-4', 2, true, '1.0'),
                      ('ovw-7', 3, true, '1.0')""");
            handle.execute("""
                    insert into device_presence (device, online, epoch, last_seen, gateway) values
                      ('ovw-1', true, 1, now(), 'g'), ('ovw-2', true, 1, now(), 'g'), ('ovw-3', true, 1, now(), 'g'),
                      ('ovw-4', false, 1, now(), 'g')""");
            handle.execute("""
                    insert into rollout (id, name, kind, selector, state, reason, max_failure_percent, deadline_seconds, created_at,
                                         created_by, changed_at, override_asked_by) values
                      ('00000000-0000-4000-8000-000000000001', 'ovw-going', 'settings', '', 'paused', 'a gate', 5, 60, now(), 'x', now(),
                       'somebody'),
                      ('00000000-0000-4000-8000-000000000002', 'ovw-over', 'settings', '', 'completed', '', 5, 60, now(), 'x', now(),
                       null)""");
            handle.execute("""
                    insert into rollout_wave (rollout, index, name, size, success_percent, min_reached, state, waiting, succeeded,
                                              failed) values
                      ('00000000-0000-4000-8000-000000000001', 0, 'canary', 1, 100, 1, 'passed', 0, 1, 0),
                      ('00000000-0000-4000-8000-000000000001', 1, 'rest', 3, 100, 1, 'stopped', 1, 1, 1)""");
            handle.execute("""
                    insert into rollout_device (rollout, device, wave, state, since) values
                      ('00000000-0000-4000-8000-000000000001', 'ovw-4', 1, 'waiting', now())""");
            handle.execute("""
                    insert into alert_silence (id, selector, rule, reason, created_at, created_by, until) values
                      ('00000000-0000-4000-8000-000000000003', 'id==ovw-3', 'hot', 'overhaul', now(), 'x', now() + interval '1 day')""");
            handle.execute("""
                    insert into alert (id, rule, device, kind, severity, labels, summary, site, state, since, silenced_by) values
                      ('ovw-a', 'hot', 'ovw-1', 'threshold', 'warning', '{}', 's', 'ovw-hall', 'firing', now(), null),
                      ('ovw-b', 'hot', 'ovw-2', 'threshold', 'warning', '{}', 's', 'ovw-hall', 'firing', now(), null),
                      ('ovw-c', 'away', 'ovw-4', 'offline', 'critical', '{}', 's', 'ovw-port', 'firing', now(), null),
                      ('ovw-d', 'hot', 'ovw-3', 'threshold', 'warning', '{}', 's', 'ovw-mine', 'pending', now(), null),
                      ('ovw-e', 'hot', 'ovw-3', 'threshold', 'warning', '{}', 's', 'ovw-mine', 'firing', now(),
                       '00000000-0000-4000-8000-000000000003')""");
            handle.execute("""
                    insert into right_request (id, device, app, user_id, instance, permission, reason, asked_by, asked_at,
                                               last_asked_at) values
                      ('00000000-0000-4000-8000-000000000004', 'ovw-1', 'com.example.pump', 100, 0, 'ohos.permission.CAMERA', 'r',
                       'pump', now(), now())""");
            handle.execute("""
                    insert into enrolment_request (id, key_sha256, source, wished, hardware, facts, address, asked_at, expires_at)
                    values ('ovw-door', '\\x01', 'token/x', 'ovw-door', 'board', '{}', '::1', now(), now() + interval '1 day')""");
            handle.execute(
                    "insert into role_binding (kind, issuer, subject, role, selector, created_by) values ('person', '"
                            + Tokens.ISSUER + "', 'ovw-port-person', 'viewer', 'site==ovw-port', 'test')");
        });
    }

    @Test
    void saysHowDevicesStandToTheDocumentThatSaysWhatTheyMustBe() {
        tenant.get("/overview")
                .statusCode(200)
                .body("devices.devices", equalTo(6))
                .body("devices.online", equalTo(3))
                .body("devices.document.inStep", equalTo(1))
                .body("devices.document.differs", equalTo(1))
                .body("devices.document.behind", equalTo(1))
                .body("devices.document.away", equalTo(1))
                .body("devices.document.unasked", equalTo(1))
                .body("devices.byStatus.active", equalTo(5))
                .body("devices.byStatus.retired", equalTo(1))
                .body("devices.byImage.'2.0'", equalTo(2))
                .body("devices.bySite.'ovw-port'", equalTo(2));
    }

    @Test
    void eachCountIsThatOfTheDevicesThatTheSameWordSelects() {
        devicesThat("document==inStep").body("items.id", contains("ovw-1"));
        devicesThat("document==differs").body("items.id", contains("ovw-2"));
        devicesThat("document==behind").body("items.id", contains("ovw-3"));
        devicesThat("document==away").body("items.id", contains("ovw-4"));
        devicesThat("document==unasked").body("items.id", contains("ovw-5"));
        devicesThat("document=in=(away,unasked);site==ovw-port").body("items.id", contains("ovw-4", "ovw-5"));
        // Only active ones stand to a document at all.
        devicesThat("document!=inStep;document!=differs;document!=behind;document!=away;document!=unasked")
                .body("items.id", contains("ovw-6", "ovw-7"));
    }

    private ValidatableResponse devicesThat(String query) {
        return tenant.get("/devices?q=" + query).statusCode(200);
    }

    @Test
    void showsWhatIsUnderWayAndWhatFires() {
        tenant.get("/overview")
                .statusCode(200)
                .body("rolloutsInFlight", equalTo(1))
                .body("rollouts.name", contains("ovw-going"))
                .body("rollouts[0].state", equalTo("paused"))
                .body("rollouts[0].reason", equalTo("a gate"))
                .body("rollouts[0].devices", equalTo(4))
                .body("rollouts[0].succeeded", equalTo(2))
                .body("rollouts[0].failed", equalTo(1))
                .body("firing.warning", equalTo(2))
                .body("firing.critical", equalTo(1))
                // What is silenced or only pending fires for nobody; the worst comes first.
                .body("alerts.rule", contains("away", "hot"))
                .body("alerts[1].alerts", equalTo(2));
    }

    @Test
    void namesWhatWaitsForAPerson() {
        tenant.get("/overview")
                .statusCode(200)
                .body("waiting.kind", hasItems("enrolment", "permission", "freeze-override"))
                .body("waiting.find { it.kind == 'enrolment' }.count", equalTo(1))
                .body("waiting.find { it.kind == 'permission' }.what", containsString("com.example.pump"));
    }

    @Test
    void endsAtTheDevicesThatACallerMaySee() {
        ofThePort("/overview")
                .statusCode(200)
                .body("devices.devices", equalTo(2))
                .body("devices.document.away", equalTo(1))
                .body("devices.document.inStep", equalTo(0))
                .body("devices.bySite", aMapWithSize(1))
                .body("firing", aMapWithSize(1))
                .body("firing.critical", equalTo(1))
                .body("alerts.site", contains("ovw-port"))
                .body("rollouts.name", contains("ovw-going"))
                // Neither an operator of the whole fleet nor a security officer.
                .body("waiting.kind", not(hasItems("enrolment")))
                .body("waiting.kind", not(hasItems("permission")));
    }

    @Test
    void putsSitesOnAMapWithWhatLiesInThem() {
        tenant.get("/overview/map")
                .statusCode(200)
                .body("unplaced", equalTo(1))
                .body("spots", hasSize(2))
                .body("spots[0].names", contains("ovw-mine"))
                // Those of the hall count where the mine is.
                .body("spots[0].devices", equalTo(3))
                .body("spots[0].online", equalTo(3))
                .body("spots[0].alerts", equalTo(2));
        tenant.get("/overview/map?box=120,30,123,33").body("spots.names.flatten()", contains("ovw-port"));
        ofThePort("/overview/map").body("spots.devices", containsInAnyOrder(0, 2));
        tenant.get("/overview/map?box=10,0,5,20")
                .statusCode(400)
                .body("detail", containsString("west,south,east,north"));
    }

    @Test
    void sitesThatLieCloseTogetherAreOneSpot() {
        FilledTenant other = maker.empty("overview-near", "ovn");
        for (int i = 0; i < 5; i++) {
            other.send(
                            "POST",
                            "/sites",
                            "{\"name\":\"ovn-" + i + "\",\"location\":{\"latitude\":51." + i + ",\"longitude\":7.1}}")
                    .statusCode(201);
        }
        other.get("/overview/map")
                .body("spots", hasSize(1))
                .body("spots[0].sites", equalTo(5))
                .body("spots[0].names", hasSize(3))
                .body("spots[0].latitude.toDouble()", closeTo(51.2, 1e-3));
        // Closer, they are apart.
        other.get("/overview/map?box=7,51,7.5,51.5").body("spots", hasSize(5));
        other.get("/overview").body("devices.devices", equalTo(0)).body("rollouts", empty());
    }

    @Test
    void aPlaceOutsideOfTheWorldIsRefused() {
        tenant.send("PATCH", "/sites/ovw-lost", "{\"location\":{\"latitude\":91,\"longitude\":0}}")
                .statusCode(400)
                .body("detail", containsString("from -90 to 90"));
        tenant.send("PATCH", "/sites/ovw-lost", "{\"location\":{\"latitude\":1}}")
                .statusCode(400);
        tenant.get("/sites/ovw-lost").body("location", nullValue());
    }

    private ValidatableResponse ofThePort(String path) {
        return given().auth()
                .oauth2(Tokens.of("ovw-port-person"))
                .header(Guard.TENANT_HEADER, TENANT)
                .get("/api/v1" + path)
                .then();
    }
}
