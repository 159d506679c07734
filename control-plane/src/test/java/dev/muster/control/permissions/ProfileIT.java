package dev.muster.control.permissions;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.postJson;
import static dev.muster.control.testing.PolicyDevices.CAMERA;
import static dev.muster.control.testing.PolicyDevices.app;
import static dev.muster.control.testing.PolicyDevices.awaitAnswer;
import static dev.muster.control.testing.PolicyDevices.publishAtOnce;
import static dev.muster.control.testing.PolicyDevices.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.PolicyDevices;
import dev.muster.control.testing.Servers;
import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.Reason;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
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
    void aSitesTimeZoneReachesTheBundlesOfItsDevicesThatAskForLocalTime() throws Exception {
        FleetDevice inside = enrol("clock-1", "clock", "com.clock");
        FleetDevice outside = enrol("clock-2", "clock", "com.clock");
        postJson("/sites", "{\"name\":\"clock-land\",\"timeZone\":\"Asia/Shanghai\"}")
                .statusCode(201);
        postJson("/sites", "{\"name\":\"clock-hall\",\"parent\":\"clock-land\"}")
                .statusCode(201);
        patch("/devices/clock-1", "{\"site\":\"clock-hall\"}");
        put("""
                apiVersion: muster.dev/v1
                kind: Role
                metadata: {name: clock}
                spec: {permissions: [ohos.permission.CAMERA]}
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: clock}
                spec: {roles: [clock], apps: {bundles: [com.clock]}, devices: all, when: "minute < clock('12:00')"}
                """);
        publishAtOnce("clock");
        assertThat(zone(awaitConditional(inside))).isEqualTo("Asia/Shanghai");
        awaitConditional(outside);
        long untouched = outside.generation();

        patch("/sites/clock-land", "{\"timeZone\":\"Europe/Berlin\"}");

        await().atMost(PolicyDevices.SOON)
                .untilAsserted(() -> assertThat(zone(awaitConditional(inside))).isEqualTo("Europe/Berlin"));
        outside.refresh();
        assertThat(outside.generation()).isEqualTo(untouched);
        admin().delete("/api/v1/policy/documents/Binding/clock").then().statusCode(204);
    }

    private static Bundle awaitConditional(FleetDevice device) {
        return awaitAnswer(device, "com.clock", CAMERA, Reason.CONDITION);
    }

    /** The zone in which a bundle counts the minutes of the day. */
    private static String zone(Bundle bundle) {
        Instant midnight = Instant.parse("2030-07-01T00:00:00Z");
        int minute = bundle.context(new Situation(
                        midnight,
                        Optional.empty(),
                        new TreeSet<>(),
                        new TreeSet<>(),
                        new TreeSet<>(),
                        Optional.empty()))
                .minute();
        return switch (minute) {
            case 8 * 60 -> "Asia/Shanghai";
            case 2 * 60 -> "Europe/Berlin";
            default -> "minute " + minute;
        };
    }

    @Test
    void theDocumentOfADeviceSaysWhenItWasSigned() throws Exception {
        Instant before = Clock.systemUTC().instant();
        FleetDevice device = enrol("signed-1", "signed", "com.signed");

        device.refresh();

        assertThat(device.signedAt()).hasValueSatisfying(at -> assertThat(at)
                .isBetween(before.minusSeconds(1), Clock.systemUTC().instant()));
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
