package dev.muster.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.TestServer.Wanted;
import dev.muster.agent.apps.Haps;
import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.StateDir;
import dev.muster.agent.enrol.Enroller;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.identity.IdentityStore;
import dev.muster.agent.local.LocalClient;
import dev.muster.agent.platform.Platforms;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.permission.Apl;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.manifest.VersionManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole agent against a device port over TLS with real signed metadata, honest and not. */
class DeviceAgentIT {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String PUMP = "com.example.pump";

    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2);
    private final List<String> log = new CopyOnWriteArrayList<>();
    private TestServer server;
    private StateDir state;
    private Optional<AgentHost> host = Optional.empty();

    @BeforeEach
    void begin() throws Exception {
        server = new TestServer();
        // Not JUnit's directory: a socket's path must be short.
        state = new StateDir(Files.createTempDirectory("muster")).create();
    }

    @AfterEach
    void end() throws Exception {
        if (host.isPresent()) {
            host.get().close();
        }
        scheduler.shutdownNow();
        assertThat(scheduler.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        server.close();
        AtomicFiles.deleteTree(state.root());
    }

    @Test
    void becomesWhatTheDocumentSays() throws Exception {
        enrol();
        server.publish(
                2,
                List.of(
                        Wanted.of("image", image("2.0.0"), "2.0.0", 2),
                        Wanted.of("app/" + PUMP, Haps.hap(PUMP, 3), "3", 3),
                        Wanted.of("policy", policy(5, true), "5", 0),
                        Wanted.of("settings", "{\"ntp\":\"time.mine\"}".getBytes(UTF_8), "1", 0)));

        start();

        awaitTarget("image", "committed");
        awaitTarget("app/" + PUMP, "committed");
        awaitTarget("policy", "committed");
        awaitTarget("settings", "committed");
        assertThat(state.device().resolve("slots/b.img")).hasBinaryContent(image("2.0.0"));
        assertThat(state.device().resolve("apps/" + PUMP + "/3/module.json")).exists();
        assertThat(state.settings()).hasContent("{\"ntp\":\"time.mine\"}");
        assertThat(state.device().resolve("permissions.json")).content().contains("\"" + CAMERA + "\":\"granted\"");
        assertThat(verify(PUMP, CAMERA).optionalFlag("granted")).contains(true);
        assertThat(verify(PUMP, "ohos.permission.MICROPHONE").string("reason")).isEqualTo("not-requested");
        assertThat(verify("com.example.other", CAMERA).string("reason")).isEqualTo("unknown-token");
        await().untilAsserted(() -> {
            VersionManifest manifest =
                    server.manifests.getLast().verified(identity().certificate().getPublicKey());
            assertThat(manifest.generation()).isEqualTo(2);
            assertThat(manifest.image().orElseThrow().version()).isEqualTo("2.0.0");
            assertThat(manifest.apps().getFirst().versionCode()).isEqualTo(3);
        });
    }

    @Test
    void rollsBackAnImageThatFailsItsHealthCheckByItself() throws Exception {
        enrol();
        server.publish(2, List.of(Wanted.of("image", image("2.0.0\nhealth=fail"), "2.0.0", 2)));

        start();

        awaitTarget("image", "rolled-back");
        JsonObject status = status();
        assertThat(status.string("image")).isEqualTo("1.0.0");
        assertThat(status.string("slot")).isEqualTo("a");
    }

    @Test
    void deniesEverythingBeforeThereIsAPolicy() throws Exception {
        enrol();

        start();

        assertThat(verify(PUMP, CAMERA).optionalFlag("granted")).contains(false);
        assertThat(verify(PUMP, CAMERA).string("reason")).isEqualTo("no-policy");
    }

    @Test
    void keepsThePolicyAcrossARestartWithoutServer() throws Exception {
        enrol();
        server.publish(2, List.of(Wanted.of("policy", policy(5, true), "5", 0)));
        start();
        awaitTarget("policy", "committed");
        host.orElseThrow().close();
        server.close();

        start();

        assertThat(verify(PUMP, CAMERA).optionalFlag("granted")).contains(true);
    }

    @Test
    void refusesABundleAlteredOnDiskAndDenies() throws Exception {
        enrol();
        server.publish(2, List.of(Wanted.of("policy", policy(5, true), "5", 0)));
        start();
        awaitTarget("policy", "committed");
        host.orElseThrow().close();
        server.close();
        try (var files = Files.list(state.policy())) {
            Path bundle = files.filter(file -> file.toString().endsWith(".bundle"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(bundle);
            bytes[bytes.length / 2] ^= 1;
            Files.write(bundle, bytes);
        }

        start();

        assertThat(verify(PUMP, CAMERA).optionalFlag("granted")).contains(false);
    }

    @Test
    void refusesToEnrolWithAServerThatIsNotThePinnedOne() throws Exception {
        String other = new TestCa().fingerprint();

        assertThatThrownBy(() -> enrol(other)).hasMessageContaining("no certificate with fingerprint");

        assertThat(new IdentityStore(state).load()).isEmpty();
    }

    @Test
    void asksForTheSameKeyAgainAfterARefusal() throws Exception {
        var bad = new Enroller.Invitation(server.uri(), "bad-token", server.ca.fingerprint(), Optional.empty());
        assertThatThrownBy(() -> new Enroller(state).enrol(bad, platform())).hasMessageContaining("status 403");
        var pending = new IdentityStore(state).pendingKey().orElseThrow();

        enrol();

        assertThat(identity().certificate().getPublicKey()).isEqualTo(pending.getPublic());
        assertThat(new IdentityStore(state).pendingKey()).isEmpty();
    }

    @Test
    void keepsKeyAndStateToItsOwner() throws Exception {
        enrol();

        assertThat(Files.getPosixFilePermissions(state.root())).hasSize(3);
        assertThat(Files.getPosixFilePermissions(state.identity().resolve("identity.json")))
                .hasSize(2);
    }

    @Test
    void refusesADocumentForAnotherDeviceAndKeepsWhatItHas() throws Exception {
        enrol();
        server.publish(2, List.of(Wanted.of("settings", "{}".getBytes(UTF_8), "1", 0)));
        start();
        awaitTarget("settings", "committed");

        server.publishFor(DeviceRef.of("default", "pump-8"), 9, Map.of(), List.of());

        awaitLog("metadata refused (foreign)");
        assertThat(status().number("generation")).isEqualTo(2);
        assertThat(state.settings()).hasContent("{}");
        await().untilAsserted(() -> assertThat(server.manifests
                        .getLast()
                        .verified(identity().certificate().getPublicKey())
                        .attacks())
                .anyMatch(attack -> attack.contains("foreign")));
    }

    @Test
    void refusesAlteredMetadata() throws Exception {
        enrol();
        server.publish(2, List.of(Wanted.of("settings", "{}".getBytes(UTF_8), "1", 0)));
        String altered =
                new String(server.files.get("director/2.targets.json"), UTF_8).replace("settings/", "settingz/");
        server.files.put("director/2.targets.json", altered.getBytes(UTF_8));

        start();

        awaitLog("metadata refused");
        assertThat(state.settings()).doesNotExist();
    }

    @Test
    void refusesOlderMetadata() throws Exception {
        enrol();
        Map<String, byte[]> old = Map.copyOf(server.files);
        server.publish(2, List.of(Wanted.of("settings", "{}".getBytes(UTF_8), "1", 0)));
        start();
        awaitTarget("settings", "committed");

        server.files.putAll(old);

        awaitLog("metadata refused (rollback");
        assertThat(state.settings()).hasContent("{}");
    }

    @Test
    void refusesMetadataWithoutEnd() throws Exception {
        enrol();
        server.files.put("director/timestamp.json", new byte[100_000]);

        start();

        awaitLog("metadata refused (");
    }

    @Test
    void refusesBytesThatNobodySigned() throws Exception {
        enrol();
        byte[] settings = "{\"ntp\":\"good\"}".getBytes(UTF_8);
        Wanted wanted = Wanted.of("settings", settings, "1", 0);
        server.publish(2, List.of(wanted));
        server.targetAnswer = (exchange, bytes) -> TestServer.honest(exchange, "{\"ntp\":\"evil\"}".getBytes(UTF_8));

        start();

        awaitTarget("settings", "failed");
        assertThat(state.settings()).doesNotExist();
    }

    @Test
    void goesOnAfterADropMidTransferWhereItStopped() throws Exception {
        enrol();
        byte[] large = new byte[6 << 20];
        server.publish(2, List.of(Wanted.of("image", large, "2.0.0", 2)));
        server.targetAnswer = (exchange, bytes) -> {
            server.targetAnswer = TestServer::honest;
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(TestServer.half(bytes));
            exchange.getResponseBody().flush();
            throw new IOException("cable pulled");
        };

        start();

        awaitTarget("image", "committed");
        assertThat(server.ranges).containsExactly("", "bytes=" + (3 << 20) + "-");
    }

    @Test
    void startsOverWhenTheServerIgnoresTheRange() throws Exception {
        enrol();
        byte[] large = new byte[6 << 20];
        server.publish(2, List.of(Wanted.of("image", large, "2.0.0", 2)));
        server.targetAnswer = (exchange, bytes) -> {
            server.targetAnswer = (again, whole) -> {
                again.sendResponseHeaders(200, whole.length);
                again.getResponseBody().write(whole);
            };
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(TestServer.half(bytes));
            exchange.getResponseBody().flush();
            throw new IOException("cable pulled");
        };

        start();

        awaitTarget("image", "committed");
        assertThat(state.device().resolve("slots/b.img")).hasSize(large.length);
    }

    @Test
    void readsNoMoreThanWasSignedFor() throws Exception {
        enrol();
        server.publish(2, List.of(Wanted.of("settings", "{}".getBytes(UTF_8), "1", 0)));
        server.targetAnswer = (exchange, bytes) -> {
            exchange.sendResponseHeaders(200, 0); // chunked, of no announced length
            for (int i = 0; i < 10_000; i++) {
                exchange.getResponseBody().write(bytes);
            }
        };

        start();

        awaitTarget("settings", "committed");
        assertThat(state.settings()).hasContent("{}");
    }

    @Test
    void renewsItsCertificateAfterTwoThirdsOfItsLife() throws Exception {
        server.certificatePast = Duration.ofMinutes(9);
        server.certificateLife = Duration.ofMinutes(2);
        enrol();
        server.certificatePast = Duration.ZERO;
        server.certificateLife = Duration.ofDays(30);
        var before = identity().certificate();

        start();

        await().untilAsserted(() -> assertThat(identity().certificate()).isNotEqualTo(before));
        assertThat(server.renewals).hasSize(1);
        assertThat(identity().certificate().getPublicKey()).isNotEqualTo(before.getPublicKey());
    }

    @Test
    void letsNoSecondAgentOnTheSameState() throws Exception {
        enrol();
        start();

        AgentHost second = new AgentHost(state, config(), scheduler, InstantSource.system(), log::add);

        assertThatThrownBy(second::start).hasMessageContaining("another agent already runs");
    }

    private void enrol() throws Exception {
        enrol(server.ca.fingerprint());
    }

    private void enrol(String fingerprint) throws Exception {
        var invitation = new Enroller.Invitation(server.uri(), "good-token", fingerprint, Optional.of("pump-7"));
        DeviceIdentity identity = new Enroller(state).enrol(invitation, platform());
        assertThat(identity.ref()).isEqualTo(TestServer.DEVICE);
    }

    private dev.muster.agent.platform.Platform platform() throws IOException {
        return Platforms.open("simulated", state, InstantSource.system(), System::nanoTime, () -> {});
    }

    private void start() throws IOException {
        AgentHost next = new AgentHost(state, config(), scheduler, InstantSource.system(), log::add);
        next.start();
        host = Optional.of(next);
    }

    private static AgentConfig config() {
        return AgentConfig.defaults().withRefresh(Duration.ofMillis(100)).withSample(Duration.ofMillis(50));
    }

    private DeviceIdentity identity() throws IOException {
        return new IdentityStore(state).load().orElseThrow();
    }

    private JsonObject verify(String app, String permission) throws IOException {
        return LocalClient.ask(state.socket(), Map.of("op", "verify", "app", app, "permission", permission));
    }

    private JsonObject status() throws IOException {
        return LocalClient.ask(state.socket(), Map.of("op", "status"));
    }

    private void awaitTarget(String name, String wanted) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> assertThat(
                        status().objects("targets", target -> target.string("name") + " " + target.string("state")))
                .as(() -> String.join("\n", log))
                .contains(name + " " + wanted));
    }

    private void awaitLog(String text) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(log).anyMatch(line -> line.contains(text)));
    }

    private static byte[] image(String version) {
        return ("muster-image\nversion=" + version + "\n\npayload").getBytes(UTF_8);
    }

    private static byte[] policy(long version, boolean camera) {
        PolicySnapshot snapshot = PolicySnapshot.of(
                version,
                List.of(
                        Role.of("camera-user", camera ? Set.of(CAMERA) : Set.of()),
                        Binding.of(
                                "pump-camera",
                                List.of("camera-user"),
                                AppSelector.bundles(PUMP),
                                DeviceSelector.EVERYWHERE)));
        DeviceProfile profile = DeviceProfile.of(
                DeviceAttributes.of("", Set.of(), "sim-board", Set.of(), "", Set.of()),
                List.of(AppInstance.of(AppKey.of(PUMP), Apl.NORMAL, Set.of(CAMERA))));
        return new BundleCompiler().compile(snapshot, profile);
    }
}
