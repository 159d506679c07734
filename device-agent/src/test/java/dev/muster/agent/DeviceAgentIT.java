package dev.muster.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

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
import dev.muster.protocol.permissions.PermissionReport;
import dev.muster.trust.metadata.Hashes;
import dev.muster.trust.metadata.TargetFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
        assertThat(scheduler.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
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
                        Wanted.of("settings", "{\"custom\":\"time.mine\"}".getBytes(UTF_8), "1", 0)));

        start();

        awaitTarget("image", "committed");
        awaitTarget("app/" + PUMP, "committed");
        awaitTarget("policy", "committed");
        awaitTarget("settings", "committed");
        assertThat(state.device().resolve("slots/b.img")).hasBinaryContent(image("2.0.0"));
        assertThat(state.device().resolve("apps/" + PUMP + "/3/module.json")).exists();
        assertThat(state.settings()).hasContent("{\"custom\":\"time.mine\"}");
        assertThat(state.device().resolve("permissions.json")).content().contains("\"" + CAMERA + "\":\"granted\"");
        assertThat(verify(PUMP, CAMERA).optionalFlag("granted")).contains(true);
        assertThat(verify(PUMP, "ohos.permission.MICROPHONE").string("reason")).isEqualTo("not-requested");
        assertThat(verify("com.example.other", CAMERA).string("reason")).isEqualTo("unknown-token");
        await().atMost(ONE_MINUTE).untilAsserted(() -> {
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
    void aDeviceWithoutAClockTakesItsTimeFromTheSignedDocument() throws Exception {
        enrol();
        Files.writeString(state.device().resolve("situation.json"), "{\"clockSet\":false}");
        Instant signed = Instant.now().plus(Duration.ofHours(5)).truncatedTo(ChronoUnit.SECONDS);
        server.signedAt = Optional.of(signed);
        server.publish(2, List.of());

        start(() -> Instant.EPOCH);

        await().atMost(ONE_MINUTE)
                .untilAsserted(() -> assertThat(server.manifests).isNotEmpty());
        VersionManifest manifest =
                server.manifests.getLast().verified(identity().certificate().getPublicKey());
        assertThat(manifest.at()).isBetween(signed, signed.plus(Duration.ofMinutes(30)));
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
        await().atMost(ONE_MINUTE).untilAsserted(() -> assertThat(server.manifests
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
        byte[] settings = "{\"custom\":\"good\"}".getBytes(UTF_8);
        Wanted wanted = Wanted.of("settings", settings, "1", 0);
        server.publish(2, List.of(wanted));
        server.targetAnswer = (exchange, bytes) -> TestServer.honest(exchange, "{\"custom\":\"evil\"}".getBytes(UTF_8));

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

        await().atMost(ONE_MINUTE)
                .untilAsserted(() -> assertThat(identity().certificate()).isNotEqualTo(before));
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

    @Test
    void saysInItsManifestHowItStandsWithItsPolicy() throws Exception {
        enrol();
        Files.writeString(state.device().resolve("processes.json"), "{\"apps\":{\"" + PUMP + "\":2}}");
        server.publish(
                2,
                List.of(
                        Wanted.of("app/" + PUMP, Haps.hap(PUMP, 3), "3", 3),
                        Wanted.of("policy", policy(5, true), "5", 0),
                        Wanted.of("policy-shadow", policy(6, false), "6", 0)));

        start();

        awaitTarget("policy-shadow", "committed");
        await().atMost(ONE_MINUTE).ignoreExceptions().untilAsserted(() -> {
            VersionManifest manifest =
                    server.manifests.getLast().verified(identity().certificate().getPublicKey());
            PermissionReport report = manifest.permissions().orElseThrow();
            assertThat(report.policyVersion()).isEqualTo(5);
            assertThat(report.shadowVersion()).contains(6L);
            assertThat(report.lease()).isEqualTo("holds");
            assertThat(report.leaseEnds()).isPresent();
            assertThat(report.traits()).isEqualTo(new PermissionReport.Traits("simulated", false, false));
            assertThat(report.drifts()).isEmpty();
            assertThat(manifest.apps().getFirst().processes()).contains(2L);
        });
        JsonObject answer = verify(PUMP, CAMERA);
        assertThat(answer.string("level")).isEqualTo("enforced-at-verify");
        assertThat(answer.string("lease")).isEqualTo("holds");
        assertThat(answer.string("text")).contains("pump-camera");
        awaitQueued("counts", "permission.shadow");
        awaitQueued("counts", "permission.usage");
    }

    @Test
    void putsRightWhatSomebodyChangesInThePermissionTable() throws Exception {
        enrol();
        server.publish(2, List.of(Wanted.of("policy", policy(5, true), "5", 0)));
        start();
        awaitTarget("policy", "committed");
        Path table = state.device().resolve("permissions.json");

        Files.writeString(table, Files.readString(table).replace("granted", "denied"));

        await().atMost(ONE_MINUTE)
                .untilAsserted(() -> assertThat(table).content().contains("\"" + CAMERA + "\":\"granted\""));
        awaitQueued("events", "permission.drift");
    }

    @Test
    void expiredMetadataAndAnEndedLeaseBlockChangesOnly() throws Exception {
        enrol();
        server.publish(2, List.of(Wanted.of("policy", policy(5, true), "5", 0)));
        AtomicLong ahead = new AtomicLong();
        InstantSource clock = () -> InstantSource.system().instant().plusSeconds(ahead.get());
        start(clock);
        awaitTarget("policy", "committed");
        server.files.remove("director/1.root.json"); // nothing newer is to be had

        ahead.set(Duration.ofDays(100).toSeconds());

        awaitLog("metadata refused (expired");
        awaitQueued("events", "permission.lease");
        JsonObject answer = verify(PUMP, CAMERA);
        assertThat(answer.optionalFlag("granted")).contains(true);
        assertThat(answer.string("lease")).isEqualTo("ended-kept");
    }

    @Test
    void leavesAloneATargetThatALaterServerKnowsAndDoesTheRest() throws Exception {
        enrol();
        Wanted settings = Wanted.of("settings", "{}".getBytes(UTF_8), "1", 0);
        server.publish(2, List.of(settings));
        var known = TargetFile.ofSha256(
                settings.bytes().length,
                Hashes.sha256(settings.bytes()),
                settings.custom().toCustom());
        var later = TargetFile.ofSha256(
                1,
                "0".repeat(64),
                Map.of("muster", Map.of("name", "licences", "hardware", "*", "version", "1", "releaseCounter", 0L)));

        server.publishFor(TestServer.DEVICE, 3, Map.of(settings.path(), known, "licences/pump", later), List.of());
        start();

        awaitTarget("settings", "committed");
        awaitLog("`licences`, which this agent does not know");
        awaitQueued("events", "lifecycle.target-unknown");
        assertThat(status().number("generation")).isEqualTo(3);
    }

    @Test
    void keepsThePolicyInForceWhenAnOlderOneIsOffered() throws Exception {
        enrol();
        server.publish(2, List.of(Wanted.of("policy", policy(5, true), "5", 0)));
        start();
        awaitTarget("policy", "committed");

        server.publish(3, List.of(Wanted.of("policy", policy(4, false), "4", 0)));

        awaitTarget("policy", "failed");
        assertThat(verify(PUMP, CAMERA).optionalFlag("granted")).contains(true);
        assertThat(status().number("policyVersion")).isEqualTo(5);
    }

    private void awaitQueued(String queue, String text) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
            try (var files = Files.walk(state.queue().resolve(queue))) {
                assertThat(files.filter(Files::isRegularFile))
                        .anySatisfy(file -> assertThat(new String(Files.readAllBytes(file), ISO_8859_1))
                                .contains(text));
            }
        });
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
        start(InstantSource.system());
    }

    private void start(InstantSource clock) throws IOException {
        AgentHost next = new AgentHost(state, config(), scheduler, clock, log::add);
        next.start();
        host = Optional.of(next);
    }

    private static AgentConfig config() {
        return AgentConfig.defaults()
                .withRefresh(Duration.ofMillis(100))
                .withSample(Duration.ofMillis(50))
                .withUsage(Duration.ofMillis(100))
                .withWatch(Duration.ofMillis(50));
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
