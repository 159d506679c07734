package dev.muster.control.rollouts;

import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static dev.muster.control.testing.FleetApi.rollout;
import static dev.muster.control.testing.FleetApi.uploadImage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.packages.HapFiles;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import dev.muster.protocol.reported.ReportedState;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases that require something of devices: foretold by cause, held with a reason, and let go when it holds. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class RequirementsIT {
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

    private FleetDevice enrol(String id) throws Exception {
        FleetDevice device = fleet.enrol(directory, id.substring(0, id.indexOf('-')), id);
        devices.add(device);
        return device;
    }

    private static String release(String name, String version, Map<String, ?> requires, String... hashes) {
        return post(
                        "/releases",
                        Map.of(
                                "name", name,
                                "version", version,
                                "requires", requires,
                                "targets",
                                        java.util.Arrays.stream(hashes)
                                                .map(hash -> Map.of("sha256", hash))
                                                .toList()))
                .statusCode(200)
                .extract()
                .path("id");
    }

    private static String image(String text, String version, long counter) {
        return uploadImage(text.getBytes(StandardCharsets.UTF_8), version, counter);
    }

    private static void facts(FleetDevice device, Map<String, String> facts) {
        device.report(new ReportedState(device.generation(), facts, List.of()));
    }

    private static InstalledApp app(String bundle, long code) {
        return new InstalledApp(bundle, code, "1", Optional.empty(), "normal", List.of());
    }

    private static void assertBlocked(List<Map<String, Object>> groups, String reason, int devices) {
        assertThat(groups).anySatisfy(group -> {
            assertThat(group).containsEntry("kind", "blocked");
            assertThat(group).containsEntry("reason", reason);
            assertThat(group).containsEntry("devices", devices);
        });
    }

    @Test
    void devicesThatDoNotMeetItAreForetoldByCauseThenHeldAndFollowByThemselves() throws Exception {
        FleetDevice old = enrol("needs-1");
        FleetDevice ready = enrol("needs-2");
        FleetDevice silent = enrol("needs-3");
        for (FleetDevice device : List.of(old, ready)) {
            assertThat(device.manifest(app("com.example.base", 3)).statusCode()).isLessThan(300);
            facts(device, Map.of("os.apiVersion", device == old ? "9" : "12", "agent.version", "1.4.0"));
        }
        await().atMost(SOON)
                .untilAsserted(() -> get("/devices/needs-2").body("facts.'agent.version'", equalTo("1.4.0")));
        await().atMost(SOON).untilAsserted(() -> get("/devices/needs-1").body("facts.'os.apiVersion'", equalTo("9")));
        String release = release(
                "needs",
                "1",
                Map.of(
                        "image",
                        "1.0.0",
                        "agent",
                        "1.4",
                        "api",
                        12,
                        "apps",
                        List.of(Map.of("bundle", "com.example.base", "versionCode", 3))),
                image("needs 2", "2.0.0", 2));
        get("/releases/" + release)
                .body("requires.image", equalTo("1.0.0"))
                .body("requires.apps[0].versionCode", equalTo(3));

        List<Map<String, Object>> expected = post(
                        "/rollouts/preview", Map.of("release", release, "selector", "tag==needs"))
                .statusCode(200)
                .extract()
                .path("expected");

        assertBlocked(expected, "API level below 12", 1);
        assertBlocked(expected, "tells no API level, needs 12", 1);
        assertBlocked(expected, "tells no image version, needs `1.0.0`", 1);
        assertBlocked(expected, "tells no agent version, needs `1.4`", 1);
        assertBlocked(expected, "`com.example.base` missing or older than version code 3", 1);

        String id = post(
                        "/rollouts",
                        Map.of(
                                "name",
                                "needs",
                                "release",
                                release,
                                "selector",
                                "tag==needs",
                                "waves",
                                List.of(Map.of("name", "all", "percent", 100))))
                .statusCode(200)
                .extract()
                .path("id");
        await().atMost(SOON).untilAsserted(() -> {
            ready.refresh();
            assertThat(ready.target(IMAGE)).isPresent();
        });
        await().atMost(SOON).untilAsserted(() -> rollout(id).body("total.blocked", equalTo(2)));
        old.refresh();
        assertThat(old.target(IMAGE)).as("its desired state is untouched").isEmpty();
        get("/rollouts/" + id + "/devices?state=blocked").body("items.device", equalTo(List.of("needs-1", "needs-3")));
        get("/rollouts/" + id + "/causes")
                .body("items.find { it.example == 'needs-1' }.reason", equalTo("API level below 12"))
                .body("items.find { it.example == 'needs-1' }.state", equalTo("blocked"));
        ready.commit();
        await().atMost(SOON).untilAsserted(() -> rollout(id)
                .body("state", equalTo("completed"))
                .body("total.failed", equalTo(0))
                .body("reason", containsString("2 devices do not meet what the release requires")));

        // A system update outside of Muster brings what was missing: nobody has to tell the rollout.
        facts(old, Map.of("os.apiVersion", "12", "agent.version", "1.4.0"));

        await().atMost(SOON).untilAsserted(() -> {
            old.refresh();
            assertThat(old.target(IMAGE)).isPresent();
        });
        old.commit();
        await().atMost(SOON).untilAsserted(() -> rollout(id)
                .body("state", equalTo("completed"))
                .body("total.succeeded", equalTo(2))
                .body("total.blocked", equalTo(1)));
        silent.refresh();
        assertThat(silent.target(IMAGE)).isEmpty();
    }

    @Test
    void aReleaseCanRequireAnotherOneToBeInForce() throws Exception {
        FleetDevice device = enrol("builton-1");
        String base = image("chain base", "1.0.0", 1);
        FleetApi.release("chain-base", "1", base);
        String later = FleetApi.release("chain-base", "2", image("chain base 2", "1.1.0", 2));
        String app = FleetApi.uploadApp(HapFiles.hap("com.example.chain", 1, "1", List.of()));
        String release = release(
                "chain-app", "1", Map.of("releases", List.of(Map.of("name", "chain-base", "version", "1"))), app);
        device.commit();

        String id = post("/rollouts", Map.of("name", "chain", "release", release, "selector", "tag==builton"))
                .statusCode(200)
                .extract()
                .path("id");
        await().atMost(SOON).untilAsserted(() -> get("/rollouts/" + id + "/causes")
                .body("items[0].reason", equalTo("release `chain-base 1` or a later one is not in force")));

        // The later one of the name is enough.
        post("/rollouts", Map.of("name", "chain-base", "release", later, "selector", "tag==builton"))
                .statusCode(200);
        await().atMost(SOON).untilAsserted(() -> {
            device.refresh();
            assertThat(device.target(IMAGE)).isPresent();
        });
        device.commit();

        await().atMost(SOON).untilAsserted(() -> {
            device.refresh();
            assertThat(device.target(new TargetName.App("com.example.chain"))).isPresent();
        });
    }

    @Test
    void abortingEndsTheWaitOfBlockedDevices() throws Exception {
        enrol("gone-1");
        String release = release("gone", "1", Map.of("image", "9"), image("gone 1", "9.1", 9));
        String id = post("/rollouts", Map.of("name", "gone", "release", release, "selector", "tag==gone"))
                .statusCode(200)
                .extract()
                .path("id");
        // minReached of the only wave is not met: it goes on running, and says what for.
        await().atMost(SOON).untilAsserted(() -> rollout(id).body("total.blocked", equalTo(1)));

        post("/rollouts/" + id + "/abort", Map.of());

        get("/rollouts/" + id + "/devices").body("items[0].state", equalTo("cancelled"));
    }

    @Test
    void whatCannotBeRequiredIsRefusedWhenTheReleaseIsMade() {
        String image = image("refused requirements", "1.0.0", 1);
        String app = FleetApi.uploadApp(HapFiles.hap("com.example.level", 1, "1", List.of()));
        refused(Map.of("image", "newest"), image).body("detail", containsString("`requires.image`"));
        refused(Map.of("api", 1000), image).body("detail", containsString("1 to 999"));
        refused(Map.of("apl", "root"), image).body("detail", containsString("found `root`"));
        refused(Map.of("apl", "system_basic"), app)
                .body("detail", containsString("found `com.example.level` with normal"));
        refused(Map.of("apps", List.of(Map.of("bundle", "com.example.a"))), image)
                .body("detail", containsString("requires.apps.versionCode"));
        post(
                        "/releases",
                        Map.of(
                                "name",
                                "r",
                                "version",
                                "1",
                                "requires",
                                Map.of("releases", List.of(Map.of("name", "nobody", "version", "1"))),
                                "targets",
                                List.of(Map.of("sha256", image))))
                .statusCode(404)
                .body("detail", containsString("no release `nobody 1`"));
    }

    private static io.restassured.response.ValidatableResponse refused(Map<String, ?> requires, String sha256) {
        return post(
                        "/releases",
                        Map.of(
                                "name",
                                "refused",
                                "version",
                                "1",
                                "requires",
                                requires,
                                "targets",
                                List.of(Map.of("sha256", sha256))))
                .statusCode(400);
    }
}
