package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./muster simulate} against the packaged product: its devices are devices like others, and behave as they were asked to. */
class SimulateST {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int DEVICES = 50;
    private static final int FAILING = 5;

    @TempDir
    Path folder;

    private Product product;

    @BeforeEach
    void start() {
        product = Product.withSharedPrograms(folder.resolve("data"), Product.freePortBase());
        product.login(product.up("--empty", "--devices", "0").mustSucceed());
    }

    @AfterEach
    void stop() {
        product.close();
    }

    @Test
    void fiftyDevicesOfAMixEnrolFollowARolloutComeAndGoAndEndInOrder() throws IOException, InterruptedException {
        Process simulator = simulate("--mix", "steady=60,flapping=20,failing=10,clock-wrong=10");
        try {
            await("those that stay are online")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> onlineAmong("steady").size() == 30);
            assertThat(product.json("fleet")).containsEntry("devices", DEVICES);

            // Lost, and there again.
            await("a flapping one is away")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> onlineAmong("flapping").size() < 10);
            Set<String> away = names("fact.simulator.behaviour==flapping;online==false");
            away.removeAll(onlineAmong("flapping"));
            await("those that were away are back, at one time or another")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        away.removeAll(onlineAmong("flapping"));
                        return away.isEmpty();
                    });

            String rollout = rollOut();
            await("every device said how it ended")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(2))
                    .until(() -> String.valueOf(total(rollout).get("succeeded")).equals("" + (DEVICES - FAILING))
                            && String.valueOf(total(rollout).get("failed")).equals("" + FAILING));
            assertThat(product.items("rollout", "devices", rollout).stream()
                            .filter(row -> "failed".equals(row.get("state")))
                            .map(row -> String.valueOf(row.get("reason"))))
                    .isNotEmpty()
                    .allSatisfy(reason -> assertThat(reason).isIn("DigestMismatch", "NoSpace", "HealthCheckFailed"));
            assertThat(product.items("telemetry", "latest", "mixed-00001"))
                    .extracting(row -> row.get("metric"))
                    .contains("cpu.load", "temperature.celsius");
        } finally {
            // The signal alone: the process's own method would close the output as well.
            simulator.toHandle().destroy();
        }
        String said = new String(simulator.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        simulator.waitFor();

        assertThat(said)
                .contains("50 devices were enrolled, 0 had their certificates already")
                .contains(" 0 still connected");
        await("all are away").atMost(PATIENCE).until(() -> Product.text(product.json("fleet"), "online")
                .equals("0"));

        // Each has its certificate: another run, for which nobody gives out a token.
        Command again = product.muster(
                "simulate",
                "--devices",
                "50",
                "--state",
                folder.resolve("simulated").toString(),
                "--data",
                folder.resolve("nothing").toString(),
                "--for",
                "5s");
        assertThat(again.mustSucceed())
                .contains("0 devices were enrolled, 50 had their certificates already")
                .contains(" 0 still connected");
        assertThat(product.json("fleet")).containsEntry("devices", DEVICES);
    }

    private Process simulate(String... options) {
        List<String> words = new java.util.ArrayList<>(List.of(
                "simulate",
                "--devices",
                Integer.toString(DEVICES),
                "--prefix",
                "mixed",
                "--telemetry",
                "5s",
                "--state",
                folder.resolve("simulated").toString(),
                "--data",
                product.data().toString()));
        words.addAll(List.of(options));
        return product.start(words.toArray(String[]::new));
    }

    private Set<String> onlineAmong(String behaviour) {
        return names("fact.simulator.behaviour==" + behaviour + ";online==true");
    }

    private Set<String> names(String query) {
        return product.items("devices", "list", "-q", query, "--limit", "100").stream()
                .map(row -> String.valueOf(row.get("id")))
                .collect(Collectors.toSet());
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> total(String rollout) {
        return (Map<String, Object>) product.json("rollout", "show", rollout).getOrDefault("total", Map.of());
    }

    private String rollOut() throws IOException {
        byte[] image = Arrays.copyOf("muster-image\nversion=2.0.0\n\n".getBytes(StandardCharsets.US_ASCII), 4_096);
        Path file = Files.write(folder.resolve("image.img"), image);
        String sha256 = Product.text(
                product.json(
                        "artifact",
                        "upload",
                        "image",
                        file.toString(),
                        "--name",
                        "factory",
                        "--version",
                        "2.0.0",
                        "--hardware",
                        "sim-board",
                        "--release-counter",
                        "2"),
                "sha256");
        String release = Product.text(product.json("release", "create", "spring", "1", "--artifact", sha256), "id");
        return Product.text(
                product.json(
                        "rollout",
                        "create",
                        "spring",
                        "--release",
                        release,
                        "--wave",
                        "100%",
                        "--success",
                        "50",
                        "--max-failure",
                        "50"),
                "id");
    }
}
