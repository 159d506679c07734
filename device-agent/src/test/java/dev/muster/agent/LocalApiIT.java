package dev.muster.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.muster.agent.TestServer.Wanted;
import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.local.LocalClient;
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
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Services in C at the socket of the whole agent: its answers, its telemetry and events, and who may ask. */
class LocalApiIT {
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String MICROPHONE = "ohos.permission.MICROPHONE";
    private static final AppKey PUMP = AppKey.of("com.example.pump");
    private static final String NOBODY = "nobody";

    private AgentRig rig;
    private Path shared;
    private Path socket;

    @BeforeEach
    void begin() throws Exception {
        rig = new AgentRig();
        shared = Files.createTempDirectory("muster");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        socket = shared.resolve("agent.sock");
    }

    @AfterEach
    void end() throws Exception {
        rig.close();
        AtomicFiles.deleteTree(shared);
    }

    @Test
    void aServiceInCIsAnsweredAndTellsItsNumbersAndItsWish() throws Exception {
        Path example = example();
        rig.server.publish(2, List.of(policy()));
        rig.start(AgentConfig::withServices, new AgentConfig.ServicesSocket(socket, groupOf(shared)));
        rig.awaitTarget("policy", "committed");

        Ran granted = run(List.of(example.toString(), socket.toString(), PUMP.bundle(), CAMERA));
        Ran denied = run(List.of(example.toString(), socket.toString(), PUMP.bundle(), MICROPHONE));
        Ran nobodyThere = run(List.of(example.toString(), shared.resolve("none").toString(), "a", "b"));

        assertThat(granted.out).isEqualTo("granted\npublished 0\n");
        assertThat(granted.exit).isZero();
        assertThat(denied.out).isEqualTo("denied\npublished 0\nrequested 0\n");
        assertThat(denied.exit).isEqualTo(1);
        assertThat(nobodyThere.exit).isEqualTo(2);
        Ran again = run(List.of(example.toString(), socket.toString(), PUMP.bundle(), MICROPHONE));
        assertThat(again.out).as("asked a moment before").endsWith("requested 1\n");
    }

    @Test
    void explainsWithoutCountingIt() throws Exception {
        rig.server.publish(2, List.of(policy()));
        rig.start();
        rig.awaitTarget("policy", "committed");

        JsonObject why = LocalClient.ask(
                rig.state.socket(), Map.of("op", "explain", "app", PUMP.bundle(), "permission", CAMERA));
        JsonObject whyNot = LocalClient.ask(
                rig.state.socket(), Map.of("op", "explain", "app", PUMP.bundle(), "permission", MICROPHONE));

        assertThat(why.optionalFlag("granted")).contains(true);
        assertThat(why.string("rule")).isEqualTo("binding pump-camera");
        assertThat(why.string("role")).isEqualTo("seeing");
        assertThat(why.string("permissionLevel")).isEqualTo("normal");
        assertThat(why.string("grantMode")).isEqualTo("user_grant");
        assertThat(why.string("policySha256")).hasSize(64);
        assertThat(why.has("lease")).isTrue();
        assertThat(whyNot.optionalFlag("granted")).contains(false);
        assertThat(whyNot.string("reason")).isEqualTo("not-in-role");
    }

    @Test
    void anotherUserMayAskWhatTheSettingsSayAndNothingElse() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to become somebody else");
        assumeTrue(has("setpriv"), "needs setpriv (util-linux)");
        Path example = example();
        rig.server.publish(2, List.of(policy()));
        rig.start(AgentConfig::withServices, new AgentConfig.ServicesSocket(socket, "nogroup"));
        rig.awaitTarget("policy", "committed");
        List<String> question = asNobody(example.toString(), socket.toString(), PUMP.bundle(), CAMERA);

        Ran stranger = run(question);
        rig.server.publish(
                3,
                List.of(
                        policy(),
                        Wanted.of(
                                "settings",
                                ("{\"agent\":{\"local\":{\"allow\":[{\"user\":\"" + NOBODY
                                                + "\",\"ops\":[\"verify\"]}]}}}")
                                        .getBytes(UTF_8),
                                "1",
                                0)));
        rig.awaitTarget("settings", "committed");

        assertThat(stranger.out).isEqualTo("denied\npublished 1\nrequested 1\n");
        rig.awaitLog("`nobody:nogroup` asked `verify` on the local socket and may not");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(run(question).out).isEqualTo("granted\npublished 1\n"));
        Ran besides = run(asNobody(example.toString(), rig.state.socket().toString(), PUMP.bundle(), CAMERA));
        assertThat(besides.exit).as("the owner's own socket").isEqualTo(2);
    }

    private static List<String> asNobody(String... command) {
        List<String> whole =
                new ArrayList<>(List.of("setpriv", "--reuid=" + NOBODY, "--regid=nogroup", "--clear-groups"));
        whole.addAll(List.of(command));
        return whole;
    }

    private Path example() throws Exception {
        assumeTrue(has("gcc"), "needs gcc");
        Path source = Path.of("c", "example.c").toAbsolutePath();
        Path program = shared.resolve("example");
        Ran compiled = run(List.of(
                "gcc",
                "-std=c99",
                "-Wall",
                "-Wextra",
                "-Wpedantic",
                "-Werror",
                "-o",
                program.toString(),
                source.toString()));
        assertThat(compiled.exit).as(compiled.out).isZero();
        return program;
    }

    private static boolean has(String program) throws Exception {
        return run(List.of("sh", "-c", "command -v " + program)).exit == 0;
    }

    private static String groupOf(Path path) throws IOException {
        return Files.readAttributes(path, java.nio.file.attribute.PosixFileAttributes.class)
                .group()
                .getName();
    }

    private record Ran(int exit, String out) {}

    private static Ran run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), out);
    }

    private static Wanted policy() {
        PolicySnapshot snapshot = PolicySnapshot.of(
                2,
                List.of(
                        Role.of("seeing", List.of(CAMERA)),
                        Binding.of(
                                "pump-camera",
                                List.of("seeing"),
                                AppSelector.bundles(PUMP.bundle()),
                                DeviceSelector.EVERYWHERE)));
        DeviceProfile profile = DeviceProfile.of(
                DeviceAttributes.of("", Set.of(), "sim-board", Set.of(), "", Set.of()),
                List.of(AppInstance.of(PUMP, Apl.NORMAL, Set.of(CAMERA, MICROPHONE))));
        return Wanted.of("policy", new BundleCompiler().compile(snapshot, profile), "2", 0);
    }
}
