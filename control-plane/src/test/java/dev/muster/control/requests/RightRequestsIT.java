package dev.muster.control.requests;

import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.policy;
import static dev.muster.control.testing.FleetApi.postJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;

import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.protocol.event.DeviceEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an app asks for, from the event of its device to a security officer and the Capability that gives it. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class RightRequestsIT {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject
    TestFleet fleet;

    @TempDir
    Path directory;

    @Test
    void anOfficerSeesItAndAnswersOnce() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "wish", "wish-1")) {
            ask(device, "com.example.pump", "to read gauges", 0);
            ask(device, "com.example.pump", "to read gauges still", 1);
            await().atMost(SOON).untilAsserted(() -> get("/permission-requests?state=open")
                    .body("items.findAll{it.device=='wish-1'}", hasSize(1))
                    .body("items.find{it.device=='wish-1'}.count", equalTo(2)));
            String id = get("/permission-requests?state=open").extract().path("items.find{it.device=='wish-1'}.id");

            String yaml = get("/permission-requests/" + id)
                    .body("request.permission", equalTo(CAMERA))
                    .body("request.reason", equalTo("to read gauges still"))
                    .extract()
                    .path("capability");
            assertThat(yaml).contains("com.example.pump", "wish-1", CAMERA);
            policy(yaml).post("/api/v1/policy/validate").then().statusCode(200).body("errors", hasSize(0));
            postJson("/permission-requests/" + id + "/answer", "{\"answer\":\"maybe\"}")
                    .statusCode(400);
            postJson("/permission-requests/" + id + "/answer", "{\"answer\":\"granted\",\"note\":\"for a month\"}")
                    .statusCode(200)
                    .body("state", equalTo("granted"))
                    .body("note", equalTo("for a month"));
            postJson("/permission-requests/" + id + "/answer", "{\"answer\":\"declined\"}")
                    .statusCode(409);
            get("/audit?object=device/wish-1").body("items.verb", hasItem("permission-request.grant"));

            ask(device, "com.example.pump", "again", 2);
            await().atMost(SOON).untilAsserted(() -> get("/permission-requests")
                    .body("items.findAll{it.device=='wish-1'}.state", hasItems("open", "granted")));
        }
    }

    @Test
    void aDeviceThatAsksForEverythingFillsNoList() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "greedy", "greedy-1")) {
            device.event(new DeviceEvent(
                    "permission.request", Clock.systemUTC().instant(), Map.of("app", "", "permission", CAMERA)));
            for (int i = 0; i < RightRequestService.MOST_OPEN + 5; i++) {
                ask(device, "com.example.app" + i, "why", i);
            }
            ask(device, "com.example.app0", "last", 1_000);

            await().atMost(SOON).untilAsserted(() -> get("/permission-requests?limit=200")
                    .body("items.find{it.device=='greedy-1' && it.app=='com.example.app0'}.reason", equalTo("last"))
                    .body("items.findAll{it.device=='greedy-1'}", hasSize(RightRequestService.MOST_OPEN)));
        }
    }

    private static void ask(FleetDevice device, String app, String reason, int second) {
        device.event(new DeviceEvent(
                "permission.request",
                Clock.systemUTC().instant().plusSeconds(second),
                Map.of(
                        "app",
                        app,
                        "user",
                        "100",
                        "instance",
                        "0",
                        "permission",
                        CAMERA,
                        "reason",
                        reason,
                        "askedBy",
                        "pump")));
    }
}
