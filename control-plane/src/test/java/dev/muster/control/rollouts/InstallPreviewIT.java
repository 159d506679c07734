package dev.muster.control.rollouts;

import static dev.muster.control.testing.FleetApi.admin;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.control.packages.HapFiles;
import dev.muster.control.packages.SignedHap;
import dev.muster.control.packages.TestAuthority;
import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.protocol.reported.ReportedState;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a preview foretells of the installers of a fleet, from what was signed, what is asked for and what devices are. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class InstallPreviewIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String BASIC = "ohos.permission.ABILITY_BACKGROUND_COMMUNICATION";
    private static final TestAuthority VENDOR = new TestAuthority("Somebody");

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
    void devicesThatWillRefuseAnAppAreCountedByCause() throws Exception {
        enrol("drill-1", "openharmony", 12);
        enrol("drill-2", "openharmony", 12);
        enrol("drill-3", "openharmony", 8);
        enrol("drill-4", "simulated", 12);
        String release = release("com.example.drillapp", signer("com.example.drillapp"), 10);

        List<Map<String, Object>> expected = preview(release);

        String missing = "`app/com.example.drillapp`: ACL missing for `" + BASIC
                + "`: needs system_basic, the profile gives normal (9568289)";
        assertGroup(expected, "refuses", missing, 2);
        assertGroup(expected, "not-checked", missing + "; platform simulated does not check", 1);
        // API level 8 does not know the permission, but it is too old for the app.
        assertGroup(
                expected, "refuses", "`app/com.example.drillapp`: needs API level 10, the device has 8 (9568297)", 1);
        assertGroup(
                expected,
                "unknown-signer",
                "`app/com.example.drillapp`: signed by somebody whose root nobody registered",
                4);
    }

    @Test
    void anAppWhoseProfileAllowsWhatItAsksForIsRefusedByNobody() throws Exception {
        enrol("acl-1", "openharmony", 12);
        String release =
                release("com.example.pumpapp", signer("com.example.pumpapp").acls(BASIC), 10);

        assertThat(preview(release, "acl")).noneMatch(group -> "refuses".equals(group.get("kind")));
    }

    private static void assertGroup(List<Map<String, Object>> groups, String kind, String reason, int devices) {
        assertThat(groups).anySatisfy(group -> {
            assertThat(group).containsEntry("kind", kind);
            assertThat(group).containsEntry("reason", reason);
            assertThat(group).containsEntry("devices", devices);
        });
    }

    private static SignedHap signer(String bundle) {
        return new SignedHap(VENDOR.signer("dev"), VENDOR.signer("profiles"), bundle);
    }

    private static String release(String bundle, SignedHap signer, int minApi) {
        byte[] hap = HapFiles.hap(bundle, 1, "1", minApi, List.of(BASIC));
        return FleetApi.release(bundle, "1", FleetApi.uploadApp(signer.sign(hap)));
    }

    private static List<Map<String, Object>> preview(String release) {
        return preview(release, "drill");
    }

    private static List<Map<String, Object>> preview(String release, String tag) {
        return post("/rollouts/preview", Map.of("release", release, "selector", "tag==" + tag))
                .statusCode(200)
                .extract()
                .path("expected");
    }

    private void enrol(String id, String platform, int api) throws Exception {
        String tag = id.substring(0, id.indexOf('-'));
        FleetDevice device = fleet.enrol(directory, tag, id);
        devices.add(device);
        device.refresh();
        device.report(new ReportedState(
                device.generation(), Map.of("platform", platform, "os.apiVersion", Integer.toString(api)), List.of()));
        await().atMost(SOON).untilAsserted(() -> get("/devices/" + id).body("facts.platform", equalTo(platform)));
        admin().contentType(ContentType.JSON)
                .body(Map.of("type", "tablet"))
                .patch("/api/v1/devices/" + id)
                .then()
                .statusCode(200);
    }
}
