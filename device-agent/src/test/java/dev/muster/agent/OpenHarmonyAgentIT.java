package dev.muster.agent;

import static dev.muster.agent.policy.PolicyDevice.CAMERA;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.TestServer.Wanted;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.local.LocalClient;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.policy.PolicyDevice;
import dev.muster.agent.standin.Packages;
import dev.muster.agent.standin.StandInDevice;
import dev.muster.agent.standin.StandInPrograms;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.manifest.VersionManifest.InstalledApp;
import dev.muster.protocol.permissions.PermissionReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The whole agent on platform {@code openharmony}: real programs in front of a stand-in of the device, whose token manager is the
 * policy engine's model with the restrictions of release builds. No device was at hand.
 */
@SuppressWarnings("NullAway.Init") // every test powers its own kind of device on
class OpenHarmonyAgentIT {
    private static final String PUMP = "com.example.pump";
    private static final String MICROPHONE = "ohos.permission.MICROPHONE";
    private static final String INTERNET = "ohos.permission.INTERNET";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    // Not JUnit's directory: a socket's path must be short.
    private final Path directory = Files.createTempDirectory("ohos");
    private StandInDevice device;
    private StandInPrograms programs;
    private AgentRig rig;

    OpenHarmonyAgentIT() throws IOException {}

    @AfterEach
    void end() throws Exception {
        rig.close();
        programs.close();
        AtomicFiles.deleteTree(directory);
    }

    @Test
    void aDebugBuildInstallsRevokesPutsRightAndTells() throws Exception {
        powerOn(false, false);
        publish(
                2,
                Wanted.of("app/" + PUMP, Packages.release(PUMP, 7, CAMERA, MICROPHONE), "7", 7),
                Wanted.of("policy", PolicyDevice.bundle(5, Set.of(MICROPHONE)), "5", 0));
        rig.start();

        rig.awaitTarget("app/" + PUMP, "committed");
        rig.awaitTarget("policy", "committed");
        eventually(() -> assertThat(device.holds(PUMP, MICROPHONE)).isTrue());
        device.launch(PUMP);
        device.userDecides(PUMP, CAMERA, true);
        eventually(() -> assertThat(device.holds(PUMP, CAMERA)).isFalse());

        assertThat(device.runs(PUMP)).as("a revoke ends the app's processes").isFalse();
        eventually(() -> {
            VersionManifest manifest = manifest();
            assertThat(manifest.hardware()).isEqualTo("sim-board");
            assertThat(app(manifest).versionCode()).isEqualTo(7);
            assertThat(app(manifest).sha256()).isPresent();
            assertThat(app(manifest).permissions()).containsExactly(CAMERA, MICROPHONE);
            PermissionReport report = manifest.permissions().orElseThrow();
            assertThat(report.traits()).isEqualTo(new PermissionReport.Traits("openharmony", false, true));
            assertThat(report.drifts()).isEmpty();
        });
        assertThat(verify(CAMERA).string("level")).isEqualTo("enforced-by-os");
    }

    @Test
    void aReleaseBuildWithoutTheHelperSaysThatItOnlyObserves() throws Exception {
        powerOn(true, false);
        publish(
                2,
                Wanted.of("app/" + PUMP, Packages.release(PUMP, 7, CAMERA, MICROPHONE), "7", 7),
                Wanted.of("policy", PolicyDevice.bundle(5, Set.of(MICROPHONE)), "5", 0));
        rig.start();
        rig.awaitTarget("app/" + PUMP, "committed");
        rig.awaitTarget("policy", "committed");

        device.userDecides(PUMP, CAMERA, true);

        eventually(() -> {
            PermissionReport report = manifest().permissions().orElseThrow();
            assertThat(report.traits()).isEqualTo(new PermissionReport.Traits("openharmony", false, false));
            assertThat(report.drifts()).anySatisfy(drift -> {
                assertThat(drift.permission()).isEqualTo(CAMERA);
                assertThat(drift.actual()).isTrue();
                assertThat(drift.level()).isEqualTo("observed-only");
            });
        });
        assertThat(device.holds(PUMP, CAMERA))
                .as("nothing pretends to have changed it")
                .isTrue();
        JsonObject answer = verify(CAMERA);
        assertThat(answer.optionalFlag("granted")).contains(false);
        assertThat(answer.string("level")).isEqualTo("observed-only");
    }

    @Test
    void aLevelThatIsOtherThanPredictedIsReportedForTheApp() throws Exception {
        powerOn(true, false);
        publish(
                2,
                Wanted.of("app/" + PUMP, Packages.debug(PUMP, 7, CAMERA, MICROPHONE), "7", 7),
                Wanted.of("policy", PolicyDevice.bundle(5, Set.of(MICROPHONE)), "5", 0));
        rig.start();

        eventually(() -> assertThat(device.holds(PUMP, MICROPHONE)).isTrue());
        eventually(() -> assertThat(manifest().permissions().orElseThrow().levels())
                .contains(new PermissionReport.Level(PUMP, MICROPHONE, "enforced-by-os", Optional.of("atm-command"))));
    }

    @Test
    void theHelperOfTheImageEnforcesOnAReleaseBuildAlsoAfterAReboot() throws Exception {
        powerOn(true, true);
        publish(
                2,
                Wanted.of("app/" + PUMP, Packages.release(PUMP, 7, CAMERA, MICROPHONE), "7", 7),
                Wanted.of("policy", PolicyDevice.bundle(5, Set.of(MICROPHONE)), "5", 0));
        rig.start();

        rig.awaitTarget("policy", "committed");
        eventually(() -> assertThat(device.holds(PUMP, MICROPHONE)).isTrue());
        eventually(() -> assertThat(manifest().permissions().orElseThrow().traits())
                .isEqualTo(new PermissionReport.Traits("openharmony", true, false)));
        rig.stop();
        assertThat(new StandInDevice(directory.resolve("device"), true).holds(PUMP, MICROPHONE))
                .as("the device keeps what was decided")
                .isTrue();
    }

    @Test
    void whatTheInstallerRefusesIsToldWithItsReason() throws Exception {
        powerOn(true, false);
        publish(
                2,
                Wanted.of(
                        "app/" + PUMP,
                        Packages.release(PUMP, 7, "ohos.permission.MANAGE_USER_POLICY", INTERNET),
                        "7",
                        7));
        rig.start();

        rig.awaitTarget("app/" + PUMP, "failed");
        assertThat(device.isInstalled(PUMP)).isFalse();
        JsonObject told = target("app/" + PUMP);
        assertThat(told.string("reason")).isEqualTo("PermissionRefused");
        assertThat(told.string("message")).contains("9568289");

        publish(3, Wanted.of("app/" + PUMP, Packages.release(PUMP, 8, INTERNET), "8", 8));
        rig.awaitTarget("app/" + PUMP, "committed");
        publish(4, Wanted.of("app/" + PUMP, Packages.debug(PUMP, 9, INTERNET), "9", 9));
        rig.awaitTarget("app/" + PUMP, "failed");
        assertThat(target("app/" + PUMP).string("reason")).isEqualTo("ProfileDiffers");
        assertThat(device.isInstalled(PUMP)).isTrue();
    }

    @Test
    void anAppIsRemovedWhenTheDocumentSaysSoAndKnownAgainAfterARestart() throws Exception {
        powerOn(true, false);
        Wanted app = Wanted.of("app/" + PUMP, Packages.release(PUMP, 7, INTERNET), "7", 7);
        publish(2, app);
        rig.start();
        rig.awaitTarget("app/" + PUMP, "committed");

        rig.stop();
        int fetched = rig.server.ranges.size();
        rig.start();
        eventually(() -> assertThat(app(manifest()).sha256()).isPresent());
        assertThat(rig.server.ranges)
                .as("nothing is fetched or installed again")
                .hasSize(fetched);

        rig.server.publishFor(TestServer.DEVICE, 3, Map.of(), List.of(TargetName.parse("app/" + PUMP)));
        rig.awaitTarget("app/" + PUMP, "absent");
        assertThat(device.isInstalled(PUMP)).isFalse();
    }

    @Test
    void anImageGoesThroughTheUpdaterAndIsCommittedAfterTheRestart() throws Exception {
        powerOn(true, false);
        device.board(false);
        publish(2, Wanted.of("image", "2.0.0\npayload".getBytes(UTF_8), "2.0.0", 2));
        rig.start();

        rig.awaitTarget("image", "committed");
        assertThat(device.parameter("const.product.software.version")).isEqualTo("2.0.0");
        assertThat(rig.status().string("image")).isEqualTo("2.0.0");
        eventually(() -> assertThat(manifest().image().orElseThrow().version()).isEqualTo("2.0.0"));
        device.updater().refuses();
        publish(3, Wanted.of("image", "3.0.0\npayload".getBytes(UTF_8), "3.0.0", 3));

        rig.awaitTarget("image", "rolled-back");
        assertThat(target("image").string("message")).contains("the updater did not take it");
        assertThat(rig.status().string("image")).isEqualTo("2.0.0");
    }

    @Test
    void anImageIsRefusedWhereTheBoardSaysNothingOfItsUpdater() throws Exception {
        powerOn(true, false);
        publish(2, Wanted.of("image", "2.0.0\npayload".getBytes(UTF_8), "2.0.0", 2));
        rig.start();

        rig.awaitTarget("image", "failed");
        assertThat(target("image").string("reason")).isEqualTo("NoSlots");
    }

    @Test
    void settingsOfTheSystemAreHeldAndAnAppIsStartedAgain() throws Exception {
        powerOn(true, false);
        publish(
                2,
                Wanted.of("app/" + PUMP, Packages.release(PUMP, 7, INTERNET), "7", 7),
                Wanted.of(
                        "settings",
                        "{\"openharmony\":{\"params\":{\"persist.site.name\":\"pit-3\"},\"hdc\":\"off\"}}"
                                .getBytes(UTF_8),
                        "1",
                        0));
        rig.start();

        rig.awaitTarget("settings", "committed");
        rig.awaitTarget("app/" + PUMP, "committed");
        eventually(() -> assertThat(device.parameter("persist.site.name")).isEqualTo("pit-3"));
        eventually(
                () -> assertThat(device.parameter("persist.hdc.control.shell")).isEqualTo("false"));
        Platform platform = Platforms.open(
                "openharmony", new StateDir(rig.state.root()), InstantSource.system(), System::nanoTime, () -> {});
        device.launch(PUMP);
        assertThat(platform.restartApp(PUMP)).isTrue();
        assertThat(device.runs(PUMP)).isTrue();
        assertThat(platform.facts())
                .containsEntry("os.version", "OpenHarmony-5.0.1.107")
                .containsEntry("os.apiVersion", "13")
                .containsEntry("udid", StandInDevice.UDID)
                .containsEntry("slots", "0")
                .containsEntry("muster.helper", "absent");
    }

    private void powerOn(boolean release, boolean helper) throws Exception {
        device = new StandInDevice(directory.resolve("device"), release);
        programs = new StandInPrograms(device, directory, helper);
        rig = new AgentRig(
                "openharmony",
                state -> Files.write(
                        state.root().resolve("openharmony.json"),
                        JsonObject.write(Map.of(
                                "root", device.root().toString(),
                                "tools", programs.bin().toString(),
                                "helper", programs.helper().toString()))));
        AgentRig agent = rig;
        device.afterReboot(() -> {
            try {
                agent.stop();
                agent.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(rig.identity().platform()).isEqualTo("openharmony");
    }

    private void publish(long generation, Wanted... wanted) {
        rig.server.publish(generation, new ArrayList<>(List.of(wanted)));
    }

    /** Time passes faster than on the wall: looks at the table come every few seconds. */
    private void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            rig.ahead.addAndGet(Duration.ofSeconds(3).toNanos());
            assertion.run();
        });
    }

    private VersionManifest manifest() throws Exception {
        assertThat(rig.server.manifests).as("manifests told").isNotEmpty();
        return rig.server
                .manifests
                .getLast()
                .verified(rig.identity().certificate().getPublicKey());
    }

    private static InstalledApp app(VersionManifest manifest) {
        return manifest.apps().stream()
                .filter(app -> app.bundle().equals(PUMP))
                .findFirst()
                .orElseThrow(() -> new AssertionError("`" + PUMP + "` is not in the manifest"));
    }

    private JsonObject target(String name) throws IOException {
        return rig.status().objects("targets", target -> target).stream()
                .filter(target -> target.string("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private JsonObject verify(String permission) throws IOException {
        return LocalClient.ask(rig.state.socket(), Map.of("op", "verify", "app", PUMP, "permission", permission));
    }
}
