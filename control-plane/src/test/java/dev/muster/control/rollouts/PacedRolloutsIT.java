package dev.muster.control.rollouts;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static dev.muster.control.testing.FleetApi.postJson;
import static dev.muster.control.testing.FleetApi.rollout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.control.testing.Tokens;
import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.HoldReason;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds devices back beside the success gate: people, freezes, the uplink of a site; and what a preview says of it. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class PacedRolloutsIT {
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
    void aWaveWaitsForASecondPersonAndTheFirstOneCannotApprove() throws Exception {
        enrol("agree", 2);
        String id = create(
                "agree",
                Map.of("waves", List.of(Map.of("count", 1), Map.of("name", "rest", "percent", 100, "approval", true))));
        awaitTarget(devices.getFirst());
        devices.getFirst().commit();

        await().atMost(SOON).untilAsserted(() -> rollout(id)
                .body("waves.state", contains("passed", "waiting"))
                .body("reason", containsString("second person")));
        postJson("/rollouts/" + id + "/waves/1/approve", "{}")
                .statusCode(403)
                .body("detail", containsString("another person"));
        second().post("/api/v1/rollouts/" + id + "/waves/1/approve")
                .then()
                .statusCode(200)
                .body("waves[1].approved", equalTo(true));

        awaitTarget(devices.get(1));
        devices.get(1).commit();
        await().atMost(SOON).untilAsserted(() -> rollout(id).body("state", equalTo("completed")));
        get("/audit?object=rollout/" + id).body("items.verb", hasItem("rollout.approve"));
    }

    @Test
    void theNextWaveWaitsUntilTheCanaryTellsAGoodMetric() throws Exception {
        enrol("measured", 2);
        String gate = "max(cpu.load) < 0.9";
        String id = create(
                "measured",
                Map.of("waves", List.of(Map.of("count", 1, "metric", "max( cpu.load )<0.9"), Map.of("percent", 100))));
        tell("measured-1", 0.1);
        awaitTarget(devices.getFirst());
        devices.getFirst().commit();

        await().atMost(SOON).untilAsserted(() -> rollout(id)
                .body("waves[0].metric", equalTo(gate))
                .body("reason", containsString("waits for " + gate + ", which no device has told")));
        tell("measured-1", 0.95);
        await().atMost(SOON).untilAsserted(() -> rollout(id).body("reason", containsString("0.95 on 1 device so far")));
        devices.get(1).refresh();
        assertThat(devices.get(1).target(IMAGE)).isEmpty();

        tell("measured-1", 0.5);
        awaitTarget(devices.get(1));
        post("/rollouts", Map.of("name", "x", "release", id, "waves", List.of(Map.of("count", 1, "metric", "cpu"))))
                .statusCode(400)
                .body("detail", containsString("`waves[0]`: expected a `metric` such as"));
    }

    /** What the telemetry sink keeps of a device's newest sample. */
    private static void tell(String device, double load) {
        String password = ConfigProvider.getConfig().getValue("muster.db.ingest.password", String.class);
        String url = ConfigProvider.getConfig().getValue("muster.db.url", String.class);
        Jdbi.create(url, "muster_ingest", password).useHandle(handle -> handle.createUpdate("""
                        insert into telemetry.latest (tenant, device, metric, at, ordered_at, kind, num)
                        values ('default', :device, 'cpu.load', now(), now(), 1, :load)
                        on conflict (tenant, device, metric)
                        do update set num = excluded.num, at = excluded.at, ordered_at = excluded.ordered_at""")
                .bind("device", device)
                .bind("load", load)
                .execute());
    }

    @Test
    void aFreezeHoldsDevicesUntilItIsLifted() throws Exception {
        enrol("frozen", 1);
        freeze("harvest", "tag==frozen").statusCode(200).body("selector", equalTo("tag==frozen"));

        String id = create("frozen", Map.of());

        await().atMost(SOON).untilAsserted(() -> get("/rollouts/" + id + "/causes")
                .body("items", hasSize(1))
                .body("items[0].state", equalTo("waiting"))
                .body("items[0].reason", startsWith("freeze `harvest` until"))
                .body("items[0].devices", equalTo(1)));
        get("/rollouts/" + id + "/devices").body("items[0].reason", containsString("nobody touches the machines"));
        devices.getFirst().refresh();
        assertThat(devices.getFirst().target(IMAGE)).isEmpty();

        admin().delete("/api/v1/freezes/harvest").then().statusCode(204);
        awaitTarget(devices.getFirst());
        admin().delete("/api/v1/freezes/harvest").then().statusCode(404).body("code", equalTo("freeze-not-found"));
    }

    @Test
    void aFreezeIsPassedOnlyByTwoPeople() throws Exception {
        enrol("urgentfix", 1);
        freeze("closing", "tag==urgentfix").statusCode(200);
        String id = create("urgentfix", Map.of());
        await().atMost(SOON)
                .untilAsserted(() -> get("/rollouts/" + id + "/causes").body("items", hasSize(1)));

        postJson("/rollouts/" + id + "/override", "{}").statusCode(400).body("detail", containsString("reason"));
        postJson("/rollouts/" + id + "/override", "{\"reason\":\"it is on fire\"}")
                .statusCode(200)
                .body("override.state", equalTo("asked"));
        postJson("/rollouts/" + id + "/override", "{\"reason\":\"it is on fire\"}")
                .statusCode(403);
        devices.getFirst().refresh();
        assertThat(devices.getFirst().target(IMAGE)).as("one person alone").isEmpty();
        second().post("/api/v1/rollouts/" + id + "/override")
                .then()
                .statusCode(200)
                .body("override.state", equalTo("agreed"))
                .body("override.reason", equalTo("it is on fire"));

        awaitTarget(devices.getFirst());
        admin().delete("/api/v1/freezes/closing").then().statusCode(204);
    }

    @Test
    void devicesBehindOneUplinkLoadOneAfterTheOther() throws Exception {
        enrol("narrow", 3);
        post("/sites", Map.of("name", "narrow", "uplinkKbps", 1)).statusCode(201);
        for (int i = 1; i <= 3; i++) {
            admin().contentType(ContentType.JSON)
                    .body(Map.of("site", "narrow"))
                    .patch("/api/v1/devices/narrow-" + i)
                    .then()
                    .statusCode(200);
        }

        // 1 kbit/s: each image of 100,000 bytes takes 800 seconds.
        String id = create("narrow", new byte[100_000], Map.of());

        awaitTarget(devices.getFirst());
        await().atMost(SOON).untilAsserted(() -> get("/rollouts/" + id + "/causes")
                .body("items", hasSize(2))
                .body("items.devices", contains(1, 1))
                .body("items.reason", hasItem(startsWith("uplink of site `narrow` is taken until"))));
        devices.get(1).refresh();
        assertThat(devices.get(1).target(IMAGE)).isEmpty();
    }

    @Test
    void aDeviceThatWaitsForItsWindowIsToldItAndMissesNoDeadline() throws Exception {
        enrol("window", 1);
        FleetDevice device = devices.getFirst();
        var noon = Clock.systemUTC()
                .instant()
                .atZone(java.time.ZoneOffset.UTC)
                .plusHours(12)
                .toLocalTime()
                .withNano(0);
        String id = create(
                "window",
                Map.of(
                        "deadline",
                        "PT1S",
                        "install",
                        Map.of(
                                "window",
                                Map.of(
                                        "from",
                                        noon.toString(),
                                        "to",
                                        noon.plusHours(2).toString()))));
        awaitTarget(device);
        assertThat(TargetCustom.fromCustom(
                                device.target(IMAGE).orElseThrow().file().custom())
                        .install())
                .isEqualTo(new InstallRule(InstallRule.Mode.FORCED, true));
        InstallLeases.Window window =
                InstallLeases.fromJson(device.leases()).of(IMAGE).orElseThrow();
        assertThat(window.lasts()).isEqualTo(Duration.ofHours(2));
        assertThat(window.opensIn()).isBetween(Duration.ofHours(11), Duration.ofHours(12));

        device.report(ConditionState.WRITTEN, HoldReason.WINDOW_CLOSED, "waits for its maintenance window");

        await().atMost(SOON).untilAsserted(() -> get("/rollouts/" + id + "/causes")
                .body("items.state", contains("accepted"))
                .body("items.reason", contains("waits for its maintenance window")));
        rollout(id)
                .body("install.mode", equalTo("forced"))
                .body("install.window.days", hasSize(7))
                .body("waves[0].failed", equalTo(0));
        device.commit();
        await().atMost(SOON).untilAsserted(() -> rollout(id).body("state", equalTo("completed")));
    }

    @Test
    void downloadOnlyIsDoneWhenAllIsLoadedAndALaterRolloutSwitches() throws Exception {
        enrol("ahead", 1);
        FleetDevice device = devices.getFirst();
        String release = release("ahead", "2.0.0", image("ahead"));
        String ahead = create("ahead", release, Map.of("install", Map.of("mode", "download-only")));
        awaitTarget(device);

        device.report(ConditionState.WRITTEN, HoldReason.DOWNLOAD_ONLY, "");
        await().atMost(SOON).untilAsserted(() -> rollout(ahead).body("state", equalTo("completed")));
        long loaded = device.generation();
        String now = create("ahead", release, Map.of());

        await().atMost(SOON).untilAsserted(() -> {
            device.refresh();
            assertThat(device.generation()).isGreaterThan(loaded);
        });
        device.report(ConditionState.WRITTEN, HoldReason.DOWNLOAD_ONLY, "");
        await().atMost(SOON).untilAsserted(() -> rollout(now).body("waves[0].accepted", equalTo(1)));
        device.commit();
        await().atMost(SOON).untilAsserted(() -> rollout(now).body("state", equalTo("completed")));
        post("/rollouts", Map.of("name", "x", "release", release, "install", Map.of("mode", "gently")))
                .statusCode(400)
                .body("detail", containsString("found `gently`"));
    }

    @Test
    void aDeviceThatTheSelectorMeansOnlyLaterJoins() throws Exception {
        enrol("early", 1);
        String id = create("early", Map.of("newcomers", true));
        awaitTarget(devices.getFirst());
        devices.getFirst().commit();
        await().atMost(SOON).untilAsserted(() -> rollout(id).body("state", equalTo("completed")));

        FleetDevice late = fleet.enrol(directory, "other", "late-1");
        devices.add(late);
        admin().contentType(ContentType.JSON)
                .body(Map.of("tags", List.of("early")))
                .patch("/api/v1/devices/late-1")
                .then()
                .statusCode(200);

        awaitTarget(late);
        rollout(id).body("state", equalTo("running")).body("total.size", equalTo(2));
        late.commit();
        await().atMost(SOON)
                .untilAsserted(
                        () -> rollout(id).body("state", equalTo("completed")).body("total.succeeded", equalTo(2)));
        admin().delete("/api/v1/rollouts/" + id + "/newcomers")
                .then()
                .statusCode(200)
                .body("newcomers", equalTo(false));
        FleetDevice tooLate = fleet.enrol(directory, "early", "late-2");
        devices.add(tooLate);
        rollout(id).body("total.size", equalTo(2));
    }

    @Test
    void aPreviewSaysWhoGetsItWhoWillNotAndWhatItCosts() throws Exception {
        enrol("look", 2);
        String newer = FleetApi.uploadImage("image look 5".getBytes(StandardCharsets.UTF_8), "5.0.0", 5);
        String first = create("look", release("look-5", "5.0.0", newer), Map.of());
        for (FleetDevice device : devices) {
            awaitTarget(device);
            device.commit();
        }
        await().atMost(SOON).untilAsserted(() -> rollout(first).body("state", equalTo("completed")));
        get("/rollouts/" + first + "/way-back")
                .body("items", hasSize(1))
                .body("items[0].target", equalTo("image"))
                .body("items[0].devices", equalTo(2))
                .body("items[0].way", equalTo("none"));
        post("/devices/look-2/suspend", Map.of()).statusCode(200);
        freeze("audit", "tag==look").statusCode(200);
        String older = FleetApi.uploadImage("image look 4".getBytes(StandardCharsets.UTF_8), "4.0.0", 4);

        Map<String, Object> asked = new HashMap<>();
        asked.put("release", release("look-4", "4.0.0", older));
        asked.put("selector", "tag==look");
        post("/rollouts/preview", asked)
                .statusCode(200)
                .body("devices", equalTo(1))
                .body("bytes", equalTo(12))
                .body("waves.devices", contains(1))
                .body("leftOut.reason", contains("the device is suspended"))
                .body("expected.kind", hasItem("refuses"))
                .body("expected.reason", hasItem(containsString("release counter 4 is below 5")))
                .body("frozen.reason", contains(startsWith("freeze `audit`")));
        get("/rollouts?limit=1").body("items[0].id", equalTo(first));

        asked.put("release", release("look-5-again", "5.0.1", newer));
        post("/rollouts/preview", asked).body("bytes", equalTo(0)).body("expected.kind", hasItem("unchanged"));
        admin().delete("/api/v1/freezes/audit").then().statusCode(204);
    }

    @Test
    void aPacedRolloutStartsNoMoreThanItsPace() throws Exception {
        enrol("paced", 3);
        String id = create("paced", Map.of("perMinute", 1));

        awaitTarget(devices.getFirst());
        rollout(id)
                .body("perMinute", equalTo(1))
                .body("waves[0].waiting", greaterThan(0))
                .body("waves[0].started", equalTo(1));
        admin().contentType(ContentType.JSON)
                .body(Map.of("name", "x", "release", release("x", "1", image("x")), "perMinute", 0))
                .post("/api/v1/rollouts")
                .then()
                .statusCode(400)
                .body("detail", equalTo("expected `perMinute` of 1 to 100000, found 0"));
        post("/rollouts/" + id + "/abort", Map.of()).statusCode(200);
    }

    private static ValidatableResponse freeze(String name, String selector) {
        return admin().contentType(ContentType.JSON)
                .body(Map.of(
                        "from",
                        Clock.systemUTC().instant().minusSeconds(60).toString(),
                        "to",
                        Clock.systemUTC().instant().plusSeconds(86_400).toString(),
                        "selector",
                        selector,
                        "reason",
                        "nobody touches the machines"))
                .put("/api/v1/freezes/" + name)
                .then();
    }

    private static io.restassured.specification.RequestSpecification second() {
        return io.restassured.RestAssured.given()
                .auth()
                .oauth2(Tokens.of("second", Tokens.ADMINS))
                .contentType(ContentType.JSON)
                .body("{}");
    }

    private static String image(String text) {
        return FleetApi.uploadImage(("image " + text).getBytes(StandardCharsets.UTF_8), "2.0.0", 2);
    }

    private static String release(String name, String version, String hash) {
        return FleetApi.release(name, version, hash);
    }

    private static String create(String tag, Map<String, ?> more) {
        return create(tag, ("image " + tag).getBytes(StandardCharsets.UTF_8), more);
    }

    private static String create(String tag, byte[] image, Map<String, ?> more) {
        return create(tag, release(tag, "2.0.0", FleetApi.uploadImage(image, "2.0.0", 2)), more);
    }

    private static String create(String tag, String release, Map<String, ?> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("name", tag);
        body.put("release", release);
        body.put("selector", "tag==" + tag);
        return post("/rollouts", body).statusCode(200).extract().path("id");
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
}
