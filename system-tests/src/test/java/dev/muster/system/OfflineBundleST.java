package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A file of the real control plane, a device in a network namespace without a network, and its report when it has one. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class OfflineBundleST {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String DEVICE = "stick-1";

    @TempDir
    Path folder;

    private final Product product;

    OfflineBundleST(SharedProduct.Running running) {
        this.product = running.product();
    }

    @Test
    void aDeviceWithoutALinkIsUpdatedByAFileAndReportsWhenItHasOne() throws IOException {
        assumeThat(AgentProcess.canCutOff())
                .as("this machine makes no network namespaces (`unshare -rn true`)")
                .isTrue();
        // Not JUnit's directory: a socket's path must be short.
        Path agents = Files.createTempDirectory("ob");
        try (AgentProcess agent = new AgentProcess(agents, DEVICE)) {
            agent.enrol(product.enrolFlags(1));
            byte[] image = image("9.0.0");
            Path file = Files.write(folder.resolve("nine.img"), image);
            String sha256 = Product.text(
                    product.json(
                            "artifact",
                            "upload",
                            "image",
                            file.toString(),
                            "--name",
                            "stick",
                            "--version",
                            "9.0.0",
                            "--hardware",
                            "sim-board",
                            "--release-counter",
                            "9"),
                    "sha256");
            String release = Product.text(product.json("release", "create", "stick", "9", "--artifact", sha256), "id");
            String rollout = Product.text(
                    product.json(
                            "rollout",
                            "create",
                            "stick",
                            "--release",
                            release,
                            "-q",
                            "id==" + DEVICE,
                            "--wave",
                            "100%"),
                    "id");
            await().atMost(SOON).untilAsserted(() -> assertThat(
                            product.muster("devices", "desired", DEVICE).out())
                    .contains("9.0.0"));
            Path bundle = folder.resolve("stick.mbundle");

            product.muster("bundle", "create", "--device", DEVICE, "--out", bundle.toString())
                    .mustSucceed();
            String told = agent.applyBundleCutOff(bundle).mustSucceed();

            assertThat(told).contains("image 9.0.0 committed");
            assertThat(agent.bootedImage()).isEqualTo(image);
            assertThat(product.json("devices", "show", DEVICE)).containsEntry("inSync", false);

            agent.start();
            await().atMost(SOON).untilAsserted(() -> assertThat(product.json("rollout", "show", rollout))
                    .containsEntry("state", "completed"));
            // Its last report may come after the one that ended the rollout.
            await().atMost(SOON).untilAsserted(() -> assertThat(product.json("devices", "show", DEVICE))
                    .containsEntry("inSync", true));
        } finally {
            product.muster("devices", "retire", DEVICE, "--yes").mustSucceed();
        }
    }

    private static byte[] image(String version) {
        byte[] header = ("muster-image\nversion=" + version + "\n\n").getBytes(StandardCharsets.US_ASCII);
        byte[] image = Arrays.copyOf(header, 1 << 20);
        new Random(9).nextBytes(image);
        System.arraycopy(header, 0, image, 0, header.length);
        return image;
    }
}
