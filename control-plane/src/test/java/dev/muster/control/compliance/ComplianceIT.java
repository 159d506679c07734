package dev.muster.control.compliance;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.muster.control.deviceapi.DeviceServer;
import dev.muster.control.enrolment.CertificateAuthority;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PermissionFleet;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import dev.muster.protocol.permissions.PermissionEvent;
import dev.muster.trust.uptane.VerifiedTarget;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where devices stand, as they say it over the device port, and what their matrix shows. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class ComplianceIT {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String MICROPHONE = "ohos.permission.MICROPHONE";
    private static final String BUNDLE = "com.stand.app";
    private static final InstalledApp APP = PermissionFleet.app(BUNDLE, CAMERA, MICROPHONE);

    @Inject
    DeviceServer server;

    @Inject
    CertificateAuthority authority;

    @Inject
    KafkaClients kafka;

    @Inject
    TenantTransactions transactions;

    @Inject
    ComplianceKeeper keeper;

    @TempDir
    Path directory;

    private PermissionFleet fleet;

    @BeforeEach
    void open() {
        fleet = new PermissionFleet(server.port(), authority, kafka, directory, "stand");
        fleet.bind("stand", BUNDLE, CAMERA);
    }

    @AfterEach
    void close() {
        fleet.close();
        assertThat(counted()).as("kept counts").isEqualTo(counts());
    }

    @Test
    void pendingUntilTheDeviceSaysThatItHoldsWhatIsMeant() throws Exception {
        FleetDevice device = fleet.enrol("stand-1");
        state("stand-1", "pending", "no policy was handed");
        device.manifest(APP);

        long version = fleet.publish();
        await().atMost(PermissionFleet.SOON).untilAsserted(() -> state("stand-1", "pending", "is meant for it"));
        fleet.hold(device, version);

        state("stand-1", "compliant", "policy " + version + " is in force");
        get("/policy/compliance?q=id==stand-1")
                .body("counts.compliant", equalTo(1))
                .body("counts.stale", equalTo(0));
    }

    @Test
    void aDriftIsShownAndOneThatComesBackRaisesOneAlert() throws Exception {
        FleetDevice device = fleet.enrol("stand-2");
        device.manifest(APP);
        long version = fleet.publish();
        VerifiedTarget held = fleet.hold(device, version);

        device.manifest(
                PermissionFleet.says(
                        version,
                        held,
                        PermissionFleet.LINUX,
                        List.of(),
                        PermissionFleet.drift(BUNDLE, MICROPHONE, false, "enforced-by-os", 1)),
                APP);

        state("stand-2", "drifted", "which the policy denies");
        get("/devices/stand-2/permissions")
                .body("apps[0].permissions[1].permission", equalTo(MICROPHONE))
                .body("apps[0].permissions[1].granted", equalTo(false))
                .body("apps[0].permissions[1].levelText", containsString("the OS still grants it"));
        for (int i = 0; i < 2; i++) {
            device.event(new PermissionEvent.Drift(
                            PermissionEvent.App.of(BUNDLE),
                            MICROPHONE,
                            false,
                            true,
                            "enforced-by-os",
                            3 + i,
                            PermissionEvent.Drift.BACKING_OFF)
                    .at(Clock.systemUTC().instant().plusMillis(i)));
        }
        await().atMost(PermissionFleet.SOON)
                .untilAsserted(() -> state("stand-2", "drifted", "it came back three times or more"));
        get("/audit?object=device/stand-2").body("items.verb", hasItem("permission.drift-alert"));
        assertThat(alerts("stand-2")).isEqualTo(1);

        device.manifest(PermissionFleet.says(version, held, PermissionFleet.LINUX, List.of()), APP);
        state("stand-2", "compliant", "is in force");
        assertThat(alerts("stand-2")).isZero();
    }

    @Test
    void whatNothingStopsIsNotCalledCompliant() throws Exception {
        FleetDevice device = fleet.enrol("stand-3");
        device.manifest(APP);
        long version = fleet.publish();
        VerifiedTarget held = fleet.hold(device, version);

        device.manifest(PermissionFleet.says(version, held, PermissionFleet.OPENHARMONY, List.of()), APP);

        state("stand-3", "not-enforceable", "1 denied permission the OS may still grant");
        get("/devices/stand-3/permissions?bundle=" + BUNDLE)
                .body("policyVersion", equalTo((int) version))
                .body("wantedVersion", equalTo((int) version))
                .body("lease", equalTo("holds"))
                .body("state", equalTo("not-enforceable"))
                .body("apps[0].permissions[0].granted", equalTo(true))
                .body("apps[0].permissions[0].rule.role", equalTo("stand"))
                .body("apps[0].permissions[1].levelText", containsString("policy denies; the OS may still grant it"));
        get("/policy/compliance?state=notEnforceable&limit=500").body("items.device", hasItem("stand-3"));
        get("/policy/compliance?state=fine").statusCode(400);
    }

    @Test
    void silenceMakesStaleAndTheNextWordEndsIt() throws Exception {
        FleetDevice device = fleet.enrol("stand-4");
        device.manifest(APP);
        long version = fleet.publish();
        fleet.hold(device, version);
        transactions.run(TenantId.DEFAULT, handle -> {
            for (String sql : List.of(
                    "update reported_state set at = at - interval '2 days' where device = 'stand-4'",
                    "update device_manifest set received_at = received_at - interval '2 days' where device = 'stand-4'",
                    "update device set enrolled_at = enrolled_at - interval '2 days' where id = 'stand-4'",
                    "delete from device_presence where device = 'stand-4'",
                    "update device_compliance set stale_at = now() where device = 'stand-4'")) {
                handle.execute(sql);
            }
        });

        keeper.look(TenantId.DEFAULT);

        state("stand-4", "stale", "not heard of since");
        device.commit();
        await().atMost(PermissionFleet.SOON).untilAsserted(() -> state("stand-4", "compliant", "is in force"));
    }

    @Test
    void aViewerOfSomeDevicesSeesAndCountsThoseOnly() throws Exception {
        FleetDevice mine = fleet.enrol("stand-8");
        fleet.enrol("stand-9");
        mine.event(new PermissionEvent.Usage(
                        PermissionEvent.App.of(BUNDLE),
                        CAMERA,
                        new PermissionEvent.Interval(
                                Clock.systemUTC().instant(), Clock.systemUTC().instant()),
                        1,
                        0)
                .at(Clock.systemUTC().instant()));
        await().atMost(PermissionFleet.SOON)
                .untilAsserted(() -> get("/policy/usage?device=stand-8").body("items.size()", equalTo(1)));
        FleetApi.post(
                        "/role-bindings",
                        Map.of(
                                "kind", "person",
                                "issuer", Tokens.ISSUER,
                                "subject", "stand-viewer",
                                "role", "viewer",
                                "selector", "id==stand-9"))
                .statusCode(org.hamcrest.Matchers.lessThan(300));

        asViewer("/policy/compliance?limit=500")
                .statusCode(200)
                .body("items.device", equalTo(List.of("stand-9")))
                .body("counts.pending", equalTo(1))
                .body("counts.compliant", equalTo(0));
        asViewer("/policy/usage?limit=500").statusCode(200).body("items.size()", equalTo(0));
        asViewer("/policy/usage?device=stand-8").statusCode(404);
        asViewer("/policy/usage/suggestions?days=1").statusCode(200).body("items.size()", equalTo(0));
        asViewer("/policy/shadow").statusCode(200).body("disagreements.size()", equalTo(0));
        asViewer("/devices/stand-8/permissions").statusCode(404);
        given().auth()
                .oauth2(Tokens.of("stand-viewer"))
                .contentType("application/json")
                .body(Map.of("device", "stand-8", "bundle", BUNDLE, "permission", CAMERA))
                .post("/api/v1/policy/evidence")
                .then()
                .statusCode(404);
    }

    private static ValidatableResponse asViewer(String path) {
        return given().auth()
                .oauth2(Tokens.of("stand-viewer"))
                .get("/api/v1" + path)
                .then();
    }

    @Test
    void pagesGoByDeviceAndARetiredDeviceIsNotAmongThem() throws Exception {
        for (int i = 5; i < 8; i++) {
            fleet.enrol("stand-" + i);
        }
        admin().post("/api/v1/devices/stand-6/retire").then().statusCode(200);

        String next = get("/policy/compliance?q=id=in=(stand-5,stand-6,stand-7)&limit=1")
                .body("items[0].device", equalTo("stand-5"))
                .extract()
                .path("next");

        get("/policy/compliance?q=id=in=(stand-5,stand-6,stand-7)&limit=1&cursor=" + next)
                .body("items[0].device", equalTo("stand-7"));
        get("/policy/compliance?limit=500").body("items.device", not(hasItem("stand-6")));
    }

    private void state(String device, String state, String why) {
        get("/policy/compliance?q=id==" + device)
                .statusCode(200)
                .body("items[0].state", equalTo(state))
                .body("items[0].why", containsString(why));
    }

    private int alerts(String device) {
        return transactions.in(TenantId.DEFAULT, handle -> handle.createQuery(
                        "select count(*) from drift_alert where closed_at is null and device = '" + device + "'")
                .mapTo(Integer.class)
                .one());
    }

    private Map<String, Long> counted() {
        return states("select state, sum(devices) as n from compliance_count group by state having sum(devices) <> 0");
    }

    private Map<String, Long> counts() {
        return states("select state, count(*) as n from device_compliance group by state");
    }

    private Map<String, Long> states(String sql) {
        Map<String, Long> states = new TreeMap<>();
        transactions
                .in(TenantId.DEFAULT, handle -> handle.createQuery(sql)
                        .map((rs, context) -> Map.entry(rs.getString("state"), rs.getLong("n")))
                        .list())
                .forEach(entry -> states.put(entry.getKey(), entry.getValue()));
        return states;
    }
}
