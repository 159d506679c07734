package dev.muster.control.impact;

import static dev.muster.control.testing.FleetApi.post;
import static dev.muster.control.testing.PolicyDevices.CAMERA;
import static dev.muster.control.testing.PolicyDevices.MICROPHONE;
import static dev.muster.control.testing.PolicyDevices.app;
import static dev.muster.control.testing.PolicyDevices.awaitAnswer;
import static dev.muster.control.testing.PolicyDevices.denial;
import static dev.muster.control.testing.PolicyDevices.grant;
import static dev.muster.control.testing.PolicyDevices.publishAtOnce;
import static dev.muster.control.testing.PolicyDevices.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PolicyDevices;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.Tokens;
import dev.muster.policy.decision.Reason;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What publishing would change, counted over real devices. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class ImpactIT {
    @Inject
    PolicyDevices fleet;

    @TempDir
    Path directory;

    private final List<FleetDevice> devices = new ArrayList<>();

    @AfterEach
    void close() {
        devices.forEach(FleetDevice::close);
    }

    @Test
    void countsEveryChangedDecisionWithTheProcessesThatEnd() throws Exception {
        FleetDevice first = enrol("impact-1", "impact", running("com.impact", 2));
        FleetDevice second = enrol("impact-2", "impact", running("com.impact", 3));
        FleetDevice silent = enrol("impact-3", "impact", app("com.impact"));
        enrol("impact-4", "impact", app("com.other"));
        devices.add(fleet.enrolWithoutManifest(directory, "impact-5", "impact"));
        put(grant("impact", "com.impact", CAMERA));
        publishAtOnce("impact");
        for (FleetDevice device : List.of(first, second, silent)) {
            awaitAnswer(device, "com.impact", CAMERA, Reason.ROLE);
        }
        String draft = grant("impact", "com.impact", MICROPHONE);

        impact(Map.of("selector", "tag==impact"))
                .body("devices", equalTo(4))
                .body("changedDevices", equalTo(0))
                .body("changes", hasSize(0));
        impact(Map.of("selector", "tag==impact", "yaml", draft))
                .body("to", equalTo("draft"))
                .body("devices", equalTo(4))
                .body("profiles", equalTo(2))
                .body("unknownInventory", equalTo(1))
                .body("changedDevices", equalTo(3))
                .body("unchangedDevices", equalTo(1))
                .body("killedProcesses", equalTo(5))
                .body("killedProcessesUnknown", equalTo(1))
                .body("notEnforceable", equalTo(0))
                .body("changes.permission", contains(CAMERA, MICROPHONE))
                .body("changes.devices", contains(3, 3))
                .body("changes[0].before.granted", equalTo(true))
                .body("changes[0].before.reason", equalTo("role"))
                .body("changes[0].after.granted", equalTo(false))
                .body("changes[0].after.reason", equalTo("not-in-role"))
                .body("changes[0].byLevel.'enforced-at-verify'", equalTo(3))
                .body("changes[0].kills", equalTo(5))
                .body("changes[0].killsUnknown", equalTo(1))
                .body("changes[1].kills", equalTo(0))
                .body("next", nullValue());

        String next = impact(Map.of("selector", "tag==impact", "yaml", draft, "limit", 1))
                .body("changes.permission", contains(CAMERA))
                .body("next", notNullValue())
                .extract()
                .path("next");
        impact(Map.of("selector", "tag==impact", "yaml", draft, "limit", 1, "cursor", next))
                .body("changes.permission", contains(MICROPHONE))
                .body("next", nullValue());
        assertThat(first.manifest(running("com.impact", 7)).statusCode()).isEqualTo(204);
        impact(Map.of("selector", "tag==impact", "yaml", draft)).body("killedProcesses", equalTo(10));
        fleet(draft);
    }

    @Test
    void looksFromTheVersionThatEachDeviceHolds() throws Exception {
        FleetDevice behind = enrol("impact-old", "impact-a", app("com.steps"));
        FleetDevice ahead = enrol("impact-new", "impact-b", app("com.steps"));
        put(grant("steps", "com.steps", CAMERA));
        long old = publishAtOnce("impact-a");
        awaitAnswer(behind, "com.steps", CAMERA, Reason.ROLE);
        put(grant("steps", "com.steps", MICROPHONE));
        long newer = publishAtOnce("impact-b");
        awaitAnswer(ahead, "com.steps", MICROPHONE, Reason.ROLE);

        impact(Map.of("selector", "tag=in=(impact-a,impact-b)"))
                .body("devices", equalTo(2))
                .body("changedDevices", equalTo(1));
        impact(Map.of("selector", "tag=in=(impact-a,impact-b)", "from", "" + newer, "to", "" + old))
                .body("from", equalTo("" + newer))
                .body("changedDevices", equalTo(2));
    }

    @Test
    void tellsDevicesApartByWhatOnlyTheDraftAsksFor() throws Exception {
        FleetDevice first = enrol("impact-tag-1", "impact-x", app("com.apart"));
        FleetDevice second = enrol("impact-tag-2", "impact-y", app("com.apart"));
        put(grant("apart", "com.apart", CAMERA));
        publishAtOnce("impact-x");
        awaitAnswer(first, "com.apart", CAMERA, Reason.ROLE);
        publishAtOnce("impact-y");
        awaitAnswer(second, "com.apart", CAMERA, Reason.ROLE);

        String draft = denial("apart-stop", "com.apart", CAMERA) + "  devices: {query: 'tag==impact-x'}\n";

        impact(Map.of("selector", "tag=in=(impact-x,impact-y)", "yaml", draft))
                .body("devices", equalTo(2))
                .body("changedDevices", equalTo(1))
                .body("changes[0].after.reason", equalTo("guard-rail"));
    }

    private void fleet(String draft) {
        String officer = "impact-officer";
        post(
                        "/role-bindings",
                        Map.of(
                                "kind", "person",
                                "subject", officer,
                                "issuer", Tokens.ISSUER,
                                "role", "security-officer",
                                "selector", "id==impact-1"))
                .statusCode(201);
        given().auth()
                .oauth2(Tokens.of(officer))
                .contentType("application/json")
                .body(Map.of("yaml", draft))
                .post("/api/v1/policy/impact")
                .then()
                .statusCode(200)
                .body("devices", equalTo(1))
                .body("killedProcesses", equalTo(7));
    }

    private static ValidatableResponse impact(Map<String, ?> body) {
        return post("/policy/impact", body).statusCode(200);
    }

    private static InstalledApp running(String bundle, long processes) {
        return new InstalledApp(
                bundle,
                1,
                "1.0",
                Optional.empty(),
                "normal",
                List.of(CAMERA, MICROPHONE),
                List.of(),
                Optional.empty(),
                Optional.of(processes),
                100,
                0);
    }

    private FleetDevice enrol(String name, String tag, InstalledApp app) throws Exception {
        FleetDevice device = fleet.enrol(directory, name, tag, app);
        devices.add(device);
        return device;
    }
}
