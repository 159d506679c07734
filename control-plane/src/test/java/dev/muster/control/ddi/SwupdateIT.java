package dev.muster.control.ddi;

import static dev.muster.control.ddi.DdiConformanceIT.access;
import static dev.muster.control.ddi.DdiConformanceIT.startRollout;
import static dev.muster.control.testing.FleetApi.get;
import static dev.muster.control.testing.FleetApi.post;
import static dev.muster.control.testing.FleetApi.rollout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.muster.control.testing.FleetApi;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's swupdate, as it is, through real rollouts: an update that goes well, one that it refuses, one that is stopped. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class SwupdateIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String TOKEN = "gateway-token-of-swupdate";

    @Inject
    DdiServer server;

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void open() {
        Assumptions.assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "swupdate"))),
                "swupdate is not installed: apt-get install -y swupdate");
        access(Map.of("enabled", true, "hardware", "swu-board", "confirmation", false, "polling", "00:00:30"));
        post("/ddi/gateway-token", Map.of("token", TOKEN)).statusCode(201);
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Process process : started) {
            stop(process);
        }
    }

    @Test
    void aSignedUpdateGoesThroughARolloutToAClosedAction() throws Exception {
        SwuFile publisher = new SwuFile();
        Path file = directory.resolve("installed.txt");
        DdiClient asked = client("swu-good");
        String rollout = rolledOut(asked, "swu-good", publisher.update("2.0.0", file, "the new system"));

        Process installing = swupdate("swu-good", publisher);
        await().atMost(SOON)
                .until(() -> Files.exists(file) && Files.readString(file).equals("the new system"));
        await().atMost(SOON).untilAsserted(() -> get("/devices/swu-good/ddi")
                .body("actions[0].history.status", hasItem("RUNNING"))
                .body(
                        "actions[0].history.messages.flatten()",
                        hasItem(org.hamcrest.Matchers.containsString("nstall"))));
        rollout(rollout).body("state", equalTo("running"));
        stop(installing);
        // It came up again after the update, and says that all is well.
        swupdate("swu-good", publisher, "-c", "2");

        await().atMost(SOON)
                .untilAsserted(() -> get("/devices/swu-good/ddi").body("actions[0].state", equalTo("finished")));
        await().atMost(SOON)
                .untilAsserted(() ->
                        rollout(rollout).body("state", equalTo("completed")).body("total.succeeded", equalTo(1)));
        get("/devices/swu-good").body("image.version", equalTo("2.0.0"));
        get("/devices/swu-good/timeline").body("items.what", hasItem("ddi.action.finished"));
    }

    @Test
    void anUpdateOfAnotherPublisherFailsAtTheGate() throws Exception {
        SwuFile publisher = new SwuFile();
        Path file = directory.resolve("never.txt");
        String rollout =
                rolledOut(client("swu-bad"), "swu-bad", new SwuFile().update("2.0.0", file, "from somebody else"));

        swupdate("swu-bad", publisher);

        await().atMost(SOON)
                .untilAsserted(() -> get("/devices/swu-bad/ddi").body("actions[0].state", equalTo("failed")));
        await().atMost(SOON)
                .untilAsserted(
                        () -> rollout(rollout).body("state", equalTo("paused")).body("total.failed", equalTo(1)));
        get("/rollouts/" + rollout + "/devices").body("items[0].reason", equalTo("ClientFailed"));
        assertThat(file).doesNotExist();
    }

    @Test
    void anUpdateThatIsStoppedIsClosedAsCanceled() throws Exception {
        SwuFile publisher = new SwuFile();
        Path file = directory.resolve("stopped.txt");
        DdiClient asked = client("swu-stopped");
        rolledOut(asked, "swu-stopped", publisher.update("2.0.0", file, "not wanted any more"));
        await().atMost(SOON).until(() -> asked.link("deploymentBase").isPresent());
        String id = JsonObject.parse(
                        asked.follow(asked.link("deploymentBase").orElseThrow()).body())
                .string("id");
        post("/devices/swu-stopped/ddi/actions/" + id + "/cancel", Map.of())
                .statusCode(200)
                .body("state", equalTo("canceling"));

        swupdate("swu-stopped", publisher);

        await().atMost(SOON)
                .untilAsserted(() -> get("/devices/swu-stopped/ddi").body("actions[0].state", equalTo("canceled")));
        assertThat(file).doesNotExist();
    }

    private static String rolledOut(DdiClient client, String tag, byte[] update) throws Exception {
        access(Map.of("tags", List.of(tag)));
        assertThat(client.get("").statusCode()).isEqualTo(200);
        String hash = FleetApi.admin()
                .contentType("application/octet-stream")
                .body(update)
                .post("/api/v1/artifacts?kind=image&name=" + tag
                        + ".swu&hardware=swu-board&version=2.0.0&releaseCounter=2")
                .then()
                .statusCode(200)
                .extract()
                .path("sha256");
        return startRollout(tag, FleetApi.release(tag, "2.0.0", hash), Map.of());
    }

    private DdiClient client(String controller) {
        return new DdiClient(server.port(), "DEFAULT", controller).gateway(TOKEN);
    }

    private Process swupdate(String controller, SwuFile publisher, String... more) throws Exception {
        Path home = Files.createDirectories(directory.resolve(controller + "-" + started.size()));
        Path certificate = Files.writeString(home.resolve("publisher.pem"), publisher.pem());
        List<String> suricatta = new ArrayList<>(List.of(
                "-t", "DEFAULT", "-u", "http://127.0.0.1:" + server.port(), "-i", controller, "-g", TOKEN, "-p", "1"));
        suricatta.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(
                "swupdate", "-v", "-k", certificate.toString(), "-H", "board:1.0", "-u", String.join(" ", suricatta));
        builder.environment().put("TMPDIR", home.toString());
        builder.redirectErrorStream(true).redirectOutput(home.resolve("log").toFile());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static void stop(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }
}
