package dev.muster.control.permissions;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.postJson;
import static dev.muster.control.testing.PolicyDevices.CAMERA;
import static dev.muster.control.testing.PolicyDevices.app;
import static dev.muster.control.testing.PolicyDevices.awaitAnswer;
import static dev.muster.control.testing.PolicyDevices.publishAtOnce;
import static dev.muster.control.testing.PolicyDevices.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PolicyDevices;
import dev.muster.control.testing.Servers;
import dev.muster.policy.decision.Reason;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device whose attributes change gets its bundle anew, and nobody else does. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class ProfileIT {
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
    void tagsAndSiteOfADeviceChangeItsBundleOnly() throws Exception {
        FleetDevice device = enrol("place-1", "place", "com.place");
        FleetDevice neighbour = enrol("place-2", "place", "com.place");
        postJson("/sites", "{\"name\":\"place-hall\"}").statusCode(201);
        put("""
                apiVersion: muster.dev/v1
                kind: Role
                metadata: {name: place}
                spec: {permissions: [ohos.permission.CAMERA]}
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: place-tag}
                spec: {roles: [place], apps: {bundles: [com.place]}, devices: {tags: [filming]}}
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: place-site}
                spec: {roles: [place], apps: {bundles: [com.place]}, devices: {query: 'site==place-hall'}}
                """);
        publishAtOnce("place");
        awaitAnswer(device, "com.place", CAMERA, Reason.UNBOUND);
        awaitAnswer(neighbour, "com.place", CAMERA, Reason.UNBOUND);
        long untouched = neighbour.generation();

        patch("/devices/place-1", "{\"tags\":[\"place\",\"filming\"]}");
        awaitAnswer(device, "com.place", CAMERA, Reason.ROLE);
        patch("/devices/place-1", "{\"tags\":[\"place\"]}");
        awaitAnswer(device, "com.place", CAMERA, Reason.UNBOUND);
        patch("/devices/place-1", "{\"site\":\"place-hall\"}");
        awaitAnswer(device, "com.place", CAMERA, Reason.ROLE);

        long settled = device.generation();
        patch("/devices/place-1", "{\"name\":\"renamed\"}");
        device.refresh();
        assertThat(device.generation())
                .as("what a policy cannot tell changes nothing")
                .isEqualTo(settled);
        neighbour.refresh();
        assertThat(neighbour.generation()).isEqualTo(untouched);
    }

    @Test
    void aSiteWithoutATimeZoneTakesThatOfTheNearestSiteAbove() {
        postJson("/sites", "{\"name\":\"zone-land\",\"timeZone\":\"Asia/Shanghai\"}")
                .statusCode(201);
        postJson("/sites", "{\"name\":\"zone-city\",\"parent\":\"zone-land\"}").statusCode(201);
        postJson("/sites", "{\"name\":\"zone-hall\",\"parent\":\"zone-city\"}")
                .statusCode(201)
                .body("timeZone", equalTo("Asia/Shanghai"));

        patch("/sites/zone-city", "{\"timeZone\":\"Europe/Berlin\"}");
        zone("zone-hall", "Europe/Berlin");
        zone("zone-land", "Asia/Shanghai");
        patch("/sites/zone-city", "{\"timeZone\":\"\"}");
        zone("zone-hall", "Asia/Shanghai");

        postJson("/sites", "{\"name\":\"zone-alone\"}").statusCode(201).body("timeZone", equalTo("UTC"));
        admin().contentType("application/json")
                .body("{\"timeZone\":\"Mars/Olympus\"}")
                .patch("/api/v1/sites/zone-city")
                .then()
                .statusCode(400);
    }

    private static void zone(String site, String zone) {
        admin().get("/api/v1/sites/" + site).then().body("timeZone", equalTo(zone));
    }

    private static void patch(String path, String body) {
        admin().contentType("application/json")
                .body(body)
                .patch("/api/v1" + path)
                .then()
                .statusCode(200);
    }

    private FleetDevice enrol(String name, String tag, String bundle) throws Exception {
        FleetDevice device = fleet.enrol(directory, name, tag, app(bundle));
        devices.add(device);
        return device;
    }
}
