package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An installation that is lost, and made again out of a backup that is older than what its device knows: the device comes back by itself,
 * refuses nothing, and takes what is new.
 */
@SuppressWarnings("NullAway.Init")
class BackupST {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String BUNDLE = "com.example.camera";
    private static final String CAMERA = "ohos.permission.CAMERA";
    private static final String DEVICE = "veteran";
    private static final String PASSPHRASE = "a passphrase for this test";

    @TempDir
    Path folder;

    private int base;
    private Product product;
    private AgentProcess agent;
    private Path file;
    private Path passphrase;

    @BeforeEach
    void begin() throws IOException {
        base = Product.freePortBase();
        product = Product.withSharedPrograms(folder.resolve("data"), base);
        // Not JUnit's directory: a socket's path must be short.
        agent = new AgentProcess(Files.createTempDirectory("bk"), DEVICE);
        file = folder.resolve("safe.backup");
        passphrase = Files.writeString(folder.resolve("passphrase"), PASSPHRASE + "\n");
    }

    @AfterEach
    void end() {
        agent.close();
        product.close();
    }

    @Test
    void aDeviceThatHasSeenMoreThanTheBackupRefusesNothingAndGoesOn() throws IOException {
        String printed = product.up("--devices", "0").mustSucceed();
        product.login(printed);
        agent.enrol(product.enrolFlags(1));
        agent.start();
        String camera = upload("app", HapFile.write(folder.resolve("camera.hap"), BUNDLE, 3, "1.3", List.of(CAMERA)));
        String image = upload(
                "image",
                Files.write(folder.resolve("two.img"), image()),
                "--name",
                "two",
                "--version",
                "2.0.0",
                "--hardware",
                "sim-board",
                "--release-counter",
                "2");
        rollOut("camera", camera);
        grant(true, "before");
        setting("7");
        assertThat(agent.verify(BUNDLE, CAMERA).exit()).isZero();

        String told = product.muster(
                        "backup",
                        file.toString(),
                        "--data",
                        product.data().toString(),
                        "--passphrase-file",
                        passphrase.toString())
                .mustSucceed();

        assertThat(told).contains("wrote " + file);
        assertThat(product.muster("backup", "verify", file.toString(), "--passphrase-file", passphrase.toString())
                        .mustSucceed())
                .contains("whole: ");
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .doesNotContain("PRIVATE KEY")
                .doesNotContain("postgres.superuser");

        // What the backup does not know: several documents, policies and settings that the device has taken.
        for (int i = 0; i < 3; i++) {
            grant(false, "after " + i);
            setting(Integer.toString(10 + i));
        }
        assertThat(agent.verify(BUNDLE, CAMERA).exit()).isEqualTo(1);
        String later = Product.text(product.json("devices", "show", DEVICE), "generation");
        product.close();
        delete(product.data());

        product = Product.withSharedPrograms(folder.resolve("again"), base);
        assertThat(product.muster(
                                "restore",
                                file.toString(),
                                "--data",
                                product.data().toString(),
                                "--passphrase-file",
                                passphrase.toString())
                        .mustSucceed())
                .contains("--port-base " + base);
        String again = product.up("--devices", "0").mustSucceed();
        product.login(printed);
        assertThat(Product.Login.printedIn(again)).isEqualTo(Product.Login.printedIn(printed));

        eventually(
                "the device is back",
                () -> Boolean.TRUE.equals(
                        product.json("devices", "show", DEVICE).get("online")));
        eventually(
                "it holds what the backup says",
                () -> agent.verify(BUNDLE, CAMERA).exit() == 0);
        eventually(
                "and says so",
                () -> Boolean.TRUE.equals(
                        product.json("devices", "show", DEVICE).get("inSync")));
        assertThat(Long.parseLong(Product.text(product.json("devices", "show", DEVICE), "generation")))
                .isGreaterThan(Long.parseLong(later));

        // New things, and bytes that only the backup had.
        setting("21");
        grant(false, "after the restore");
        assertThat(agent.verify(BUNDLE, CAMERA).exit()).isEqualTo(1);
        rollOut("two", image);
        assertThat(agent.bootedImage()).isEqualTo(image());
        assertThat(Files.readString(agent.state().resolve("agent.log")))
                .doesNotContain("refused")
                .doesNotContain("PolicyOlder")
                .doesNotContain("Downgrade");
        assertThat(product.items("audit", "list", "--object", "server"))
                .anySatisfy(row -> assertThat(row).containsEntry("verb", "server.restore"));
        product.muster("audit", "verify").mustSucceed();

        assertThat(product.muster(
                                "restore",
                                file.toString(),
                                "--data",
                                product.data().toString(),
                                "--passphrase-file",
                                passphrase.toString())
                        .exit())
                .as("never over something")
                .isEqualTo(7);
    }

    private String upload(String kind, Path bytes, String... options) {
        List<String> words = new ArrayList<>(List.of("artifact", "upload", kind, bytes.toString()));
        words.addAll(List.of(options));
        return Product.text(product.json(words.toArray(String[]::new)), "sha256");
    }

    private void rollOut(String name, String artifact) {
        String release = Product.text(product.json("release", "create", name, "1", "--artifact", artifact), "id");
        String rollout =
                Product.text(product.json("rollout", "create", name, "--release", release, "--wave", "100%"), "id");
        product.musterWithin(PATIENCE, "rollout", "watch", rollout).mustSucceed();
        assertThat(product.json("rollout", "show", rollout)).containsEntry("state", "completed");
    }

    private void setting(String seconds) {
        product.muster("settings", "set", "device", DEVICE, "agent.sampleSeconds=" + seconds)
                .mustSucceed();
        product.muster("settings", "rollout", "-q", "name==" + DEVICE, "--wait").mustSucceed();
    }

    private void grant(boolean camera, String comment) throws IOException {
        Path policy = Files.writeString(
                folder.resolve("policy.yaml"), """
                apiVersion: muster.dev/v1
                kind: Role
                metadata: {name: operator}
                spec: {permissions: [%s]}
                ---
                apiVersion: muster.dev/v1
                kind: Binding
                metadata: {name: cameras}
                spec: {roles: [operator], apps: {bundles: [%s]}, devices: all}
                """.formatted(camera ? CAMERA : "ohos.permission.INTERNET", BUNDLE));
        product.muster("policy", "apply", policy.toString()).mustSucceed();
        product.muster("policy", "publish", "--comment", comment, "--now", "--wait")
                .mustSucceed();
    }

    private static byte[] image() {
        byte[] header = "muster-image\nversion=2.0.0\n\n".getBytes(StandardCharsets.US_ASCII);
        byte[] image = Arrays.copyOf(header, 1 << 20);
        new Random(2).nextBytes(image);
        System.arraycopy(header, 0, image, 0, header.length);
        return image;
    }

    private static void delete(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path one : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(one);
            }
        }
    }

    private static void eventually(String what, Callable<Boolean> condition) {
        await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .until(condition);
    }
}
