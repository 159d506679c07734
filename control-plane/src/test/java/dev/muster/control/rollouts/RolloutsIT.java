package dev.muster.control.rollouts;

import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.postJson;
import static dev.muster.control.testing.FleetApi.rollout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.muster.control.packages.HapFiles;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release on its way to real devices, through real PostgreSQL, Kafka, TLS and metadata. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class RolloutsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final TargetName IMAGE = new TargetName.Image();

    @Inject
    TestFleet fleet;

    @TempDir
    Path directory;

    private final List<FleetDevice> devices = new ArrayList<>();

    @AfterEach
    void close() {
        devices.forEach(FleetDevice::close);
    }

    @Test
    void theRestFollowsAfterTheCanarySucceeded() throws Exception {
        enrol("follow", 3);
        byte[] image = "image follow 2.0.0".getBytes(StandardCharsets.UTF_8);
        String imageHash = FleetApi.uploadImage(image, "2.0.0", 2);
        String appHash =
                FleetApi.uploadApp(HapFiles.hap("com.example.follow", 7, "1.7", List.of("ohos.permission.CAMERA")));
        String release = FleetApi.release("follow", "2.0.0", imageHash, appHash);

        String id = FleetApi.rollout("follow", release, "follow");

        FleetDevice canary = devices.getFirst();
        awaitTarget(canary);
        assertThat(canary.target(IMAGE).orElseThrow().file().sha256()).isEqualTo(imageHash);
        assertThat(canary.target(new TargetName.App("com.example.follow"))).isPresent();
        assertThat(text(canary.fetch(imageHash))).isEqualTo("image follow 2.0.0");
        assertThat(text(canary.fetch(imageHash, "Range", "bytes=6-11"))).isEqualTo("follow");
        for (FleetDevice other : devices.subList(1, 3)) {
            other.refresh();
            assertThat(other.target(IMAGE)).isEmpty();
            assertThat(other.fetch(imageHash).statusCode())
                    .as("not this device's target")
                    .isEqualTo(404);
        }

        canary.report(ConditionState.OFFERED, "", "");
        await().atMost(SOON).untilAsserted(() -> rollout(id)
                .body("state", equalTo("running"))
                .body("waves[0].accepted", equalTo(1))
                .body("waves[1].waiting", equalTo(2)));
        canary.commit();

        for (FleetDevice other : devices.subList(1, 3)) {
            awaitTarget(other);
            other.commit();
        }
        await().atMost(SOON).untilAsserted(() -> rollout(id)
                .body("state", equalTo("completed"))
                .body("waves.state", contains("passed", "passed"))
                .body("waves.succeeded", contains(1, 2))
                .body("total.succeeded", equalTo(3))
                .body("createdBy", equalTo(Tokens.ISSUER + "#root"))
                .body("createdByName", equalTo("root")));
        get("/releases/" + release).statusCode(200).body("createdByName", equalTo("root"));
        get("/artifacts/" + imageHash).statusCode(200).body("uploadedByName", equalTo("root"));
        get("/devices/follow-1/desired")
                .statusCode(200)
                .body("targets.name", contains("app/com.example.follow", "image"))
                .body("targets[1].source", equalTo("rollout/" + id));
        get("/devices/follow-1/reported").statusCode(200).body("targets[0].state", equalTo("committed"));
    }

    @Test
    void aFailingCanaryPausesTheRolloutAndShowsWhy() throws Exception {
        enrol("fail", 2);
        String hash = FleetApi.uploadImage("image fail 3".getBytes(StandardCharsets.UTF_8), "3.0.0", 3);
        String id = FleetApi.rollout("fail", FleetApi.release("fail", "3.0.0", hash), "fail");
        FleetDevice canary = devices.getFirst();
        awaitTarget(canary);

        canary.report(ConditionState.ROLLED_BACK, "HealthCheckFailed", "probe `camera` failed");

        await().atMost(SOON).untilAsserted(() -> rollout(id)
                .body("state", equalTo("paused"))
                .body("reason", containsString("1 of 1 devices failed"))
                .body("waves[0].failed", equalTo(1))
                .body("waves[1].waiting", equalTo(1)));
        get("/rollouts/" + id + "/devices?state=failed")
                .statusCode(200)
                .body("items", hasSize(1))
                .body("items[0].device", equalTo("fail-1"))
                .body("items[0].reason", equalTo("HealthCheckFailed"))
                .body("items[0].message", equalTo("probe `camera` failed"));
        devices.get(1).refresh();
        assertThat(devices.get(1).target(IMAGE)).isEmpty();

        postJson("/rollouts/" + id + "/resume", "").statusCode(200).body("state", equalTo("running"));
        awaitTarget(devices.get(1));
        devices.get(1).commit();
        await().atMost(SOON).untilAsserted(() -> rollout(id).body("state", equalTo("completed")));
    }

    @Test
    void aLaterRolloutTakesTheTargetOverAndTheEarlierOneSaysSo() throws Exception {
        enrol("twice", 1);
        FleetDevice device = devices.getFirst();
        String first = FleetApi.uploadImage("image twice 1".getBytes(StandardCharsets.UTF_8), "1.1.0", 1);
        String second = FleetApi.uploadImage("image twice 2".getBytes(StandardCharsets.UTF_8), "1.2.0", 2);
        String loser = FleetApi.rollout("twice 1", FleetApi.release("twice", "1.1.0", first), "twice");
        awaitTarget(device);

        String winner = FleetApi.rollout("twice 2", FleetApi.release("twice", "1.2.0", second), "twice");

        await().atMost(SOON).untilAsserted(() -> get("/rollouts/" + loser + "/devices")
                .statusCode(200)
                .body("items[0].state", equalTo("superseded"))
                .body("items[0].reason", equalTo("superseded by " + winner)));
        device.commit();
        await().atMost(SOON).untilAsserted(() -> rollout(winner).body("state", equalTo("completed")));
        assertThat(device.target(IMAGE).orElseThrow().file().sha256()).isEqualTo(second);
        rollout(loser).body("state", equalTo("completed")).body("waves[0].superseded", equalTo(1));
    }

    @Test
    void anAbortedRolloutLeavesTheOthersAlone() throws Exception {
        enrol("abort", 2);
        String hash = FleetApi.uploadImage("image abort".getBytes(StandardCharsets.UTF_8), "9.0.0", 9);
        String id = FleetApi.rollout("abort", FleetApi.release("abort", "9.0.0", hash), "abort");
        awaitTarget(devices.getFirst());

        postJson("/rollouts/" + id + "/abort", "")
                .statusCode(200)
                .body("state", equalTo("aborted"))
                .body("waves[1].cancelled", equalTo(1));

        postJson("/rollouts/" + id + "/resume", "").statusCode(409).body("code", equalTo("conflict"));
        devices.getFirst().commit();
        await().atMost(SOON).untilAsserted(() -> rollout(id).body("waves[0].succeeded", equalTo(1)));
        devices.get(1).refresh();
        assertThat(devices.get(1).target(IMAGE)).isEmpty();
    }

    @Test
    void aRolloutForNobodyIsRefused() {
        String hash = FleetApi.uploadImage("image nobody".getBytes(StandardCharsets.UTF_8), "1.0.0", 1);
        String release = FleetApi.release("nobody", "1.0.0", hash);

        postJson("/rollouts", "{\"name\":\"x\",\"release\":\"" + release + "\",\"selector\":\"tag==nobody\"}")
                .statusCode(409)
                .body("detail", containsString("at least one active device"));
        postJson("/rollouts", "{\"name\":\"x\",\"release\":\"" + release + "\",\"waves\":[{\"percent\":0}]}")
                .statusCode(400)
                .body("detail", containsString("waves[0]"));
    }

    private void enrol(String tag, int count) throws Exception {
        for (int i = 1; i <= count; i++) {
            devices.add(fleet.enrol(directory, tag, tag + "-" + i));
        }
    }

    private static void awaitTarget(FleetDevice device) {
        await().atMost(SOON).untilAsserted(() -> {
            device.refresh();
            assertThat(device.target(IMAGE)).isPresent();
        });
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
