package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.system.fault.UpdateFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job, end to end, as a person would do it: four real agents, each in a JVM of its own, against the packaged
 * product. Everything is asked for through the command line; everything is asserted on what the agents hold. The steps
 * are one story and build on each other.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoryST {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String BUNDLE = "com.example.camera";
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String MICROPHONE = "ohos.permission.MICROPHONE";
    private static final String LOCATION = "ohos.permission.LOCATION";

    /** A slice of {@code ./muster fault update}. */
    private static final int FAULT_KILLS = 8;

    private static final long FAULT_SEED = 11;

    @TempDir
    static Path folder;

    private static Product product;
    private static final List<AgentProcess> agents = new ArrayList<>();

    @BeforeAll
    static void start() {
        product = Product.withSharedPrograms(folder.resolve("data"), Product.freePortBase());
        product.login(product.up("--empty", "--devices", "0").mustSucceed());
    }

    @AfterAll
    static void stop() {
        agents.forEach(AgentProcess::close);
        product.close();
    }

    @Test
    @Order(1)
    void devicesEnrolWithTheOneLineCommandAndConnect() {
        List<String> flags = product.enrolFlags(4);

        for (int i = 1; i <= 4; i++) {
            AgentProcess agent = new AgentProcess(folder.resolve("agents"), "pump-" + i);
            agents.add(agent);
            agent.enrol(flags);
            agent.start();
        }

        eventually("four devices online", () -> number(product.json("fleet"), "online") == 4);
        AgentProcess fifth = new AgentProcess(folder.resolve("agents"), "pump-5");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> fifth.enrol(flags)))
                .as("a token for four devices enrols no fifth")
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("token");
    }

    @Test
    @Order(2)
    void telemetryArrivesInOrderAndIsShown() {
        eventually("cpu load of pump-1", () -> product.items("telemetry", "latest", "pump-1").stream()
                .anyMatch(item -> Product.text(item, "metric").startsWith("cpu")));
    }

    @Test
    @Order(3)
    void rolloutInstallsImageAndAppInTwoWavesAndOneDeviceGoesBackByItself() throws IOException {
        byte[] image = image("2.0.0");
        AgentProcess broken = agents.get(3);
        broken.failHealthOf("2.0.0");
        byte[] before = broken.bootedImage();
        Path hap =
                HapFile.write(folder.resolve("camera-3.hap"), BUNDLE, 3, "1.3", List.of(CAMERA, MICROPHONE, LOCATION));
        String release = release("spring", upload(image, "2.0.0", 2), upload(hap));

        String rollout = rollOut("spring", release, "--success", "60", "--max-failure", "50");

        // One program that waits, not one every half second: they would take the CPU from the devices.
        product.musterWithin(PATIENCE, "rollout", "watch", rollout).mustSucceed();
        assertThat(product.json("rollout", "show", rollout)).containsEntry("state", "completed");
        for (AgentProcess agent : agents.subList(0, 3)) {
            assertThat(agent.bootedImage()).as(agent.name()).isEqualTo(image);
            assertThat(agent.installedApp(BUNDLE)).as(agent.name()).isNotEmpty();
        }
        assertThat(broken.bootedImage()).as("went back to its old slot").isEqualTo(before);
        assertThat(product.json("devices", "show", "pump-1")).containsEntry("inSync", true);
        assertThat(product.json("devices", "show", "pump-4")).containsEntry("inSync", false);
        assertThat(product.items("rollout", "devices", rollout)).anySatisfy(row -> assertThat(row)
                .containsEntry("device", "pump-4")
                .containsEntry("state", "failed")
                .containsEntry("reason", "HealthCheckFailed"));
    }

    @Test
    @Order(4)
    void policyIsAnsweredOnTheDeviceGrantedAndDeniedWithReason() throws IOException {
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(policy, """
                apiVersion: muster.dev/v1
                kind: Role
                metadata:
                  name: camera-operator
                spec:
                  permissions: [ohos.permission.CAMERA, ohos.permission.MICROPHONE]
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata:
                  name: cameras
                spec:
                  roles: [camera-operator]
                  apps:
                    bundles: [com.example.camera]
                  devices: all
                ---
                apiVersion: muster.dev/v1
                kind: GuardRail
                metadata:
                  name: no-microphone
                spec:
                  deny: [ohos.permission.MICROPHONE]
                """);
        product.muster("policy", "lint", policy.toString()).mustSucceed();
        product.muster("policy", "apply", policy.toString()).mustSucceed();
        product.muster("policy", "publish", "--comment", "first policy", "--wait")
                .mustSucceed();

        for (AgentProcess agent : agents.subList(0, 3)) {
            Command camera = agent.verify(BUNDLE, CAMERA);
            assertThat(camera.exit()).as(agent.name() + ": " + camera.out()).isZero();
            assertThat(camera.out()).contains("camera-operator");
            Command microphone = agent.verify(BUNDLE, MICROPHONE);
            assertThat(microphone.exit())
                    .as(agent.name() + ": " + microphone.out())
                    .isEqualTo(1);
            assertThat(microphone.out()).contains("no-microphone");
            assertThat(agent.verify(BUNDLE, LOCATION).exit())
                    .as("no binding grants it")
                    .isEqualTo(1);
            assertThat(agent.verify(BUNDLE, "ohos.permission.NO_SUCH").exit()).isEqualTo(1);
            assertThat(agent.verify("com.example.unknown", CAMERA).exit()).isEqualTo(1);
        }
        Map<String, Object> explained =
                product.json("policy", "explain", "--device", "pump-1", "--app", BUNDLE, "--permission", MICROPHONE);
        assertThat(explained).containsEntry("granted", false);
    }

    @Test
    @Order(5)
    void wrongInputIsRefusedWithOneLineAndAnExitCode() throws IOException {
        Path notAPackage = Files.writeString(folder.resolve("broken.hap"), "this is no ZIP file");

        Command upload = product.muster("artifact", "upload", "app", notAPackage.toString());
        Command unknown = product.muster("devices", "show", "nobody");

        assertThat(upload.exit()).isEqualTo(1);
        assertThat(upload.out().strip().lines()).hasSize(1);
        assertThat(unknown.exit()).isEqualTo(5);
    }

    @Test
    @Order(6)
    void endsTheSameWhenControlPlaneKafkaAndAnAgentAreKilledOnTheWay() throws IOException {
        byte[] image = image("3.0.0");
        Path hap = HapFile.write(folder.resolve("camera-4.hap"), BUNDLE, 4, "1.4", List.of(CAMERA));
        String release = release("autumn", upload(image, "3.0.0", 3), upload(hap));
        String rollout = rollOut("autumn", release, "--success", "100");

        product.kill("control-plane/target/quarkus-app");
        agents.getFirst().kill();
        product.kill("KafkaMain");
        agents.getFirst().start();

        eventually("product answers again", () -> product.muster("fleet").exit() == 0);
        eventually("rollout completed", () -> {
            Command shown = product.muster("rollout", "show", rollout, "-o", "json");
            return shown.exit() == 0 && shown.out().contains("\"completed\"");
        });
        for (AgentProcess agent : agents) {
            assertThat(agent.bootedImage()).as(agent.name()).isEqualTo(image);
            assertThat(agent.installedApp(BUNDLE).stream().map(Path::toString))
                    .as(agent.name())
                    .anyMatch(p -> p.contains("4"));
        }
        eventually(
                "policy still answers",
                () -> agents.getFirst().verify(BUNDLE, CAMERA).exit() == 0);
    }

    @Test
    @Order(7)
    void isOldOrNewAndNeverTwiceWhereverAnAgentIsKilled() throws IOException {
        AgentProcess agent = new AgentProcess(folder.resolve("agents"), UpdateFault.DEVICE);
        agents.add(agent);
        agent.enrol(product.enrolFlags(1));

        UpdateFault.Summary summary =
                new UpdateFault(product, agent, folder, FAULT_SEED, System.out::println).run(FAULT_KILLS);

        assertThat(summary.kills()).isEqualTo(FAULT_KILLS);
        assertThat(summary.forward() + summary.back()).isGreaterThan(1);
    }

    private static String upload(Path hap) {
        return Product.text(product.json("artifact", "upload", "app", hap.toString()), "sha256");
    }

    private static String release(String name, String image, String app) {
        return Product.text(product.json("release", "create", name, "1", "--artifact", image, "--artifact", app), "id");
    }

    /** One canary, then the rest. */
    private static String rollOut(String name, String release, String... gates) {
        List<String> words = new ArrayList<>(
                List.of("rollout", "create", name, "--release", release, "--wave", "1", "--wave", "100%"));
        words.addAll(List.of(gates));
        return Product.text(product.json(words.toArray(String[]::new)), "id");
    }

    private static String upload(byte[] image, String version, int counter) throws IOException {
        Path file = folder.resolve("image-" + version + ".img");
        Files.write(file, image);
        return Product.text(
                product.json(
                        "artifact",
                        "upload",
                        "image",
                        file.toString(),
                        "--name",
                        "factory",
                        "--version",
                        version,
                        "--hardware",
                        "sim-board",
                        "--release-counter",
                        Integer.toString(counter)),
                "sha256");
    }

    /** Two megabytes that look like nothing else, after the header the simulated boot loader reads. */
    private static byte[] image(String version) {
        byte[] header = ("muster-image\nversion=" + version + "\n\n").getBytes(StandardCharsets.US_ASCII);
        byte[] image = Arrays.copyOf(header, 2 << 20);
        new java.util.Random(version.hashCode()).nextBytes(image);
        System.arraycopy(header, 0, image, 0, header.length);
        return image;
    }

    private static long number(Map<String, Object> answer, String name) {
        return Long.parseLong(Product.text(answer, name));
    }

    private static void eventually(String what, Callable<Boolean> condition) {
        await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .until(condition);
    }
}
