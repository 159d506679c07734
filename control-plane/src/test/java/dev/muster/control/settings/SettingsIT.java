package dev.muster.control.settings;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static dev.muster.control.testing.FleetApi.postJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.event.DeviceEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings from the pages of people to the signed document of devices. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class SettingsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final TargetName SETTINGS = new TargetName.Settings();

    @Inject
    TestFleet fleet;

    @TempDir
    Path directory;

    private final List<FleetDevice> devices = new ArrayList<>();

    @AfterEach
    void close() {
        put("tenant", "default", "{}").statusCode(200);
        devices.forEach(FleetDevice::close);
    }

    @Test
    void reachDevicesMergedAndSignedInWaves() throws Exception {
        enrol("wave", 2);
        post("/sites", Map.of("name", "hill")).statusCode(201);
        post("/sites", Map.of("name", "pit", "parent", "hill")).statusCode(201);
        patch("wave-1", "{\"site\":\"pit\"}");
        put("tenant", "default", "{\"agent\":{\"sampleSeconds\":10,\"usageMinutes\":5}}")
                .statusCode(200);
        put("site", "hill", "{\"agent\":{\"sampleSeconds\":20}}").statusCode(200);
        put("device", "wave-2", "{\"agent\":{\"usageMinutes\":7}}").statusCode(200);

        postJson("/settings/preview", "{\"selector\":\"tag==wave\"}")
                .statusCode(200)
                .body("devices", equalTo(2))
                .body("changedDevices", equalTo(2))
                .body("changes.find { it.path == 'agent.sampleSeconds' && it.after == 20 }.devices", equalTo(1));
        String rollout = postJson(
                        "/settings/rollout", "{\"selector\":\"tag==wave\",\"waves\":[{\"count\":1},{\"percent\":100}]}")
                .statusCode(200)
                .extract()
                .path("rollout");

        FleetDevice first = devices.getFirst();
        awaitSettings(first, "{\"agent\":{\"sampleSeconds\":20,\"usageMinutes\":5}}");
        devices.get(1).refresh();
        assertThat(devices.get(1).target(SETTINGS)).as("its wave has not begun").isEmpty();
        first.commit();
        awaitSettings(devices.get(1), "{\"agent\":{\"sampleSeconds\":10,\"usageMinutes\":7}}");
        devices.get(1).commit();
        await().atMost(SOON).untilAsserted(() -> get("/rollouts/" + rollout)
                .body("state", equalTo("completed"))
                .body("kind", equalTo("settings")));
        get("/devices/wave-1/settings")
                .body("pending", equalTo(false))
                .body("values.find { it.path == 'agent.sampleSeconds' }.name", equalTo("hill"))
                .body("values.find { it.path == 'agent.sampleSeconds' }.setByName", equalTo("root"))
                .body("drift", nullValue());
        postJson("/settings/preview", "{\"selector\":\"tag==wave\"}")
                .body("changedDevices", equalTo(0))
                .body("unchangedDevices", equalTo(2));

        put("site", "hill", "{\"agent\":{\"sampleSeconds\":30}}").statusCode(200);
        get("/devices/wave-1/settings")
                .body("pending", equalTo(true))
                .body("values.find { it.path == 'agent.sampleSeconds' }.value", equalTo(30))
                .body("values.find { it.path == 'agent.sampleSeconds' }.inForce", equalTo(20));
    }

    @Test
    void aGroupsSettingsLieBetweenTheSitesAndTheDevices() throws Exception {
        enrol("grouped", 3);
        post("/sites", Map.of("name", "quarry")).statusCode(201);
        patch("grouped-1", "{\"site\":\"quarry\"}");
        patch("grouped-2", "{\"site\":\"quarry\"}");
        post("/groups", Map.of("name", "crushers", "members", List.of("grouped-1", "grouped-2")))
                .statusCode(201);
        put("site", "quarry", "{\"agent\":{\"sampleSeconds\":20,\"usageMinutes\":5}}")
                .statusCode(200);
        put("group", "crushers", "{\"agent\":{\"sampleSeconds\":40}}").statusCode(200);
        put("group", "nobody", "{}").statusCode(404);
        put("device", "grouped-2", "{\"agent\":{\"sampleSeconds\":50}}").statusCode(200);

        postJson("/settings/preview", "{\"selector\":\"tag==grouped\"}")
                .statusCode(200)
                .body("changedDevices", equalTo(2))
                .body("changes.find { it.path == 'agent.sampleSeconds' && it.after == 40 }.devices", equalTo(1))
                .body("changes.find { it.path == 'agent.sampleSeconds' && it.after == 50 }.devices", equalTo(1));
        postJson("/settings/rollout", "{\"selector\":\"tag==grouped\",\"waves\":[{\"percent\":100}]}")
                .statusCode(200);

        awaitSettings(devices.get(0), "{\"agent\":{\"sampleSeconds\":40,\"usageMinutes\":5}}");
        awaitSettings(devices.get(1), "{\"agent\":{\"sampleSeconds\":50,\"usageMinutes\":5}}");
        get("/devices/grouped-1/settings")
                .body("values.find { it.path == 'agent.sampleSeconds' }.level", equalTo("group"))
                .body("values.find { it.path == 'agent.sampleSeconds' }.name", equalTo("crushers"));
    }

    @Test
    void aNewcomerGetsWhatTheLastRolloutMeant() throws Exception {
        enrol("new", 1);
        put("tenant", "default", "{\"commands\":{\"kinds\":[\"refresh\"]}}").statusCode(200);
        postJson("/settings/rollout", "{\"selector\":\"tag==new\"}").statusCode(200);
        awaitSettings(devices.getFirst(), "{\"commands\":{\"kinds\":[\"refresh\"]}}");
        devices.getFirst().commit();
        put("tenant", "default", "{\"commands\":{\"kinds\":[\"reboot\"]}}").statusCode(200);

        devices.add(fleet.enrol(directory, "new", "new-later"));
        devices.add(fleet.enrol(directory, "else", "else-later"));

        awaitSettings(devices.get(1), "{\"commands\":{\"kinds\":[\"refresh\"]}}");
        devices.get(2).refresh();
        assertThat(devices.get(2).target(SETTINGS))
                .as("the rollout did not mean it")
                .isEmpty();
    }

    @Test
    void aDocumentThatDoesNotFitIsRefusedWithItsPlaceAndChangesNothing() throws Exception {
        enrol("schema", 1);
        put("device", "schema-1", "{\"agent\":{\"sampleSeconds\":10}}").statusCode(200);

        put("device", "schema-1", "{\"agent\":{\"sampleSeconds\":\"often\"},\"usb\":\"off\"}")
                .statusCode(400)
                .body("code", equalTo("settings-invalid"))
                .body(
                        "detail",
                        equalTo(
                                "`agent.sampleSeconds`: expected a whole number from 1 to 3600, found the text `often`"))
                .body("errors", hasSize(2))
                .body("errors[1].path", equalTo("usb"));

        get("/settings/device/schema-1").body("document.agent.sampleSeconds", equalTo(10));
        postJson("/settings/rollout", "{\"selector\":\"tag==nobody\"}").statusCode(409);
    }

    @Test
    void driftThatADeviceTellsIsShown() throws Exception {
        enrol("drift", 1);
        put("device", "drift-1", "{\"openharmony\":{\"usb\":\"off\"}}").statusCode(200);
        postJson("/settings/rollout", "{\"selector\":\"tag==drift\"}").statusCode(200);
        awaitSettings(devices.getFirst(), "{\"openharmony\":{\"usb\":\"off\"}}");

        event("settings.applied", Map.of("sha256", "a", "notHere", "openharmony.usb"));
        event("drift.settings", Map.of("what", "etc/banner", "action", "put-back"));
        event("drift.settings", Map.of("what", "settings.json", "action", "put-back"));

        await().atMost(SOON).untilAsserted(() -> get("/devices/drift-1/settings")
                .body("drift.what", equalTo("settings.json"))
                .body("drift.times", equalTo(2))
                .body("notHere", equalTo(List.of("openharmony.usb"))));
    }

    private static void patch(String device, String body) {
        admin().contentType("application/json")
                .body(body)
                .patch("/api/v1/devices/" + device)
                .then()
                .statusCode(200);
    }

    private void event(String kind, Map<String, String> detail) {
        devices.getFirst().event(new DeviceEvent(kind, Clock.systemUTC().instant(), detail));
    }

    private static ValidatableResponse put(String level, String name, String document) {
        return admin().contentType("application/json")
                .body(document)
                .put("/api/v1/settings/" + level + "/" + name)
                .then();
    }

    private static void awaitSettings(FleetDevice device, String document) {
        await().atMost(SOON).untilAsserted(() -> {
            device.refresh();
            assertThat(device.target(SETTINGS)).isPresent();
            String sha256 = device.target(SETTINGS).orElseThrow().file().sha256();
            assertThat(new String(device.fetch(sha256).body(), StandardCharsets.UTF_8))
                    .isEqualTo(document);
        });
    }

    private void enrol(String tag, int count) throws Exception {
        for (int i = 1; i <= count; i++) {
            devices.add(fleet.enrol(directory, tag, tag + "-" + i));
        }
    }
}
