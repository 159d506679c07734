package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A right goes from a policy over the key of a contractor to that of a technician, and the device itself answers. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class DelegatedRightST {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String APP = "com.example.pitcamera";
    private static final String INTERNET = "ohos.permission.INTERNET";

    @TempDir
    Path folder;

    private final Product product;

    DelegatedRightST(SharedProduct.Running running) {
        this.product = running.product();
    }

    @Test
    void aRightThatWasHandedOnCountsOnTheDeviceUntilItsBlockIsRevoked() throws IOException {
        String role = product.muster("policy", "show", "Role", "camera-user").mustSucceed();
        String contractor = key("contractor.key");
        String technician = key("technician.key");
        Instant end = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
        Path right = Files.writeString(folder.resolve("service.yaml"), """
                apiVersion: muster.dev/v1
                kind: Capability
                metadata: {name: camera-service}
                spec:
                  permissions: [%s]
                  apps: {bundles: [%s]}
                  devices: {ids: [sim-03]}
                  notAfter: "%s"
                  holder: %s
                """.formatted(INTERNET, APP, end, contractor));
        Path without = Files.writeString(folder.resolve("role.yaml"), role.replace(", " + INTERNET, ""));
        Path chain = folder.resolve("technician.chain");
        product.muster("policy", "apply", without.toString(), right.toString()).mustSucceed();
        product.muster("policy", "publish", "--comment", "handed on", "--now", "--wait")
                .mustSucceed();
        product.muster(
                        "capability",
                        "delegate",
                        "--root",
                        right.toString(),
                        "--key",
                        folder.resolve("contractor.key").toString(),
                        "--to",
                        technician,
                        "--device",
                        "sim-03",
                        "--until",
                        end.toString(),
                        "--out",
                        chain.toString())
                .mustSucceed();

        await().atMost(SOON).untilAsserted(() -> {
            Command proved = prove("sim-03", chain, "technician.key");
            assertThat(proved.out()).contains("delegated");
            assertThat(proved.exit()).isZero();
        });
        assertThat(prove("sim-04", chain, "technician.key").exit())
                .as("another device")
                .isEqualTo(1);
        assertThat(prove("sim-03", chain, "contractor.key").exit())
                .as("not the key it was handed to")
                .isEqualTo(2);

        product.muster("capability", "revoke", chain.toString(), "--reason", "tablet lost")
                .mustSucceed();

        await().atMost(SOON).untilAsserted(() -> {
            Command proved = prove("sim-03", chain, "technician.key");
            assertThat(proved.out()).contains("block 1 is revoked");
            assertThat(proved.exit()).isEqualTo(1);
        });
        Path before = Files.writeString(folder.resolve("before.yaml"), role);
        product.muster("policy", "apply", before.toString()).mustSucceed();
        product.muster("policy", "delete", "Capability", "camera-service").mustSucceed();
        product.muster("policy", "publish", "--comment", "as before", "--now", "--wait")
                .mustSucceed();
    }

    /** Makes a key; answers the public one. */
    private String key(String file) {
        return Product.text(
                product.json("capability", "keygen", folder.resolve(file).toString()), "publicKey");
    }

    private Command prove(String device, Path chain, String key) {
        return product.muster(
                "capability",
                "prove",
                "--chain",
                chain.toString(),
                "--key",
                folder.resolve(key).toString(),
                "--socket",
                product.data().resolve("agents/" + device + "/agent.sock").toString(),
                "--app",
                APP,
                "--permission",
                INTERNET);
    }
}
