package dev.muster.standalone.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.standalone.dist.Architecture;
import dev.muster.standalone.process.ChildProcess;
import dev.muster.standalone.process.HttpProbe;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RuntimeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster images push} to the registry that Debian has, with a login and with a certificate of its own. */
class PushIT {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final Path REGISTRY = Path.of("/usr/bin/docker-registry");
    private static final String STORE_PASSWORD = "changeit";
    private static final Map<String, String> RIGHT = Map.of(Login.NAME, "pusher", Login.PASSWORD, "right-password");
    /** Of {@code right-password}: the registry knows bcrypt only. */
    private static final String KEPT = "pusher:$2b$04$bip61HI/GjTuWbeLIdxPLuEdtC5r9reh4DMv3pSJaSturZWulXVb.\n";

    @TempDir
    static Path folder;

    private static final List<ChildProcess> STARTED = new ArrayList<>();
    private static String plain = "";
    private static String encrypted = "";
    private static Path authority = Path.of("");

    private record Ended(int exit, String out) {}

    @BeforeAll
    static void start() throws Exception {
        assumeThat(Files.isExecutable(REGISTRY))
                .as("a registry is installed (package docker-registry)")
                .isTrue();
        Path users = Files.writeString(folder.resolve("users"), KEPT);
        plain = registry("plain", "", "auth: {htpasswd: {realm: tests, path: " + users + "}}\n");
        authority = certificate();
        encrypted = registry(
                "encrypted", ", tls: {certificate: " + authority + ", key: " + folder.resolve("key.pem") + "}", "");
    }

    @AfterAll
    static void stop() {
        STARTED.forEach(ChildProcess::close);
    }

    private static String registry(String name, String http, String more) throws IOException {
        int port = Ports.free();
        int debug = Ports.free();
        Path config = Files.writeString(
                folder.resolve(name + ".yml"), """
            version: 0.1
            storage: {filesystem: {rootdirectory: %s}}
            http: {addr: '127.0.0.1:%d', debug: {addr: '127.0.0.1:%d'}%s}
            health: {storagedriver: {enabled: true}}
            %s""".formatted(folder.resolve(name), port, debug, http, more));
        ChildProcess process = ChildProcess.start(new ChildProcess.Spec(
                "registry " + name,
                List.of(REGISTRY.toString(), "serve", config.toString()),
                Map.of("OTEL_TRACES_EXPORTER", "none"),
                folder.resolve(name + ".log")));
        STARTED.add(process);
        try (HttpProbe healthy =
                new HttpProbe(URI.create("http://127.0.0.1:" + debug + "/debug/health"), Optional.empty())) {
            process.awaitReady(START, healthy);
        }
        return "127.0.0.1:" + port;
    }

    /** For 127.0.0.1, and nobody's but its own: a company's registry as its clients see it. */
    private static Path certificate() throws Exception {
        Path store = folder.resolve("registry.p12");
        Process keytool = new ProcessBuilder(
                        RuntimeFiles.java().resolveSibling("keytool").toString(),
                        "-genkeypair",
                        "-alias",
                        "registry",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=registry",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        STORE_PASSWORD,
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD.toCharArray());
        }
        pem(
                "key.pem",
                "PRIVATE KEY",
                keys.getKey("registry", STORE_PASSWORD.toCharArray()).getEncoded());
        return pem(
                "certificate.pem",
                "CERTIFICATE",
                keys.getCertificate("registry").getEncoded());
    }

    private static Path pem(String name, String what, byte[] bytes) throws IOException {
        return Files.writeString(
                folder.resolve(name),
                "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + what
                        + "-----\n");
    }

    /** Two images, one for two platforms, that share a layer. */
    private static Layout images(String name) throws IOException {
        Layout layout = Layout.create(folder.resolve(name));
        Layer shared = layout.add(new LayerFiles().text("shared", "shared ".repeat(10_000)), "x", TIME);
        Descriptor amd64 = manifest(layout, shared, "amd64").of(Architecture.X86_64);
        Descriptor arm64 = manifest(layout, shared, "arm64").of(Architecture.AARCH64);
        Descriptor server = layout.add(Layout.index(List.of(amd64, arm64), Map.of()), Descriptor.INDEX);
        layout.name(List.of(
                server.named(Map.of(Layout.REF_NAME, "muster/server:1.2.3")),
                manifest(layout, shared, "agent").named(Map.of(Layout.REF_NAME, "muster/agent:1.2.3"))));
        return layout;
    }

    private static Descriptor manifest(Layout layout, Layer shared, String own) throws IOException {
        Layer layer = layout.add(new LayerFiles().text("own", own), "x", TIME);
        Descriptor config = layout.add(
                Map.of(
                        "architecture",
                        own,
                        "os",
                        "linux",
                        "rootfs",
                        Map.of("type", "layers", "diff_ids", List.of(shared.diffId(), layer.diffId()))),
                Descriptor.CONFIG);
        return layout.add(
                Map.of(
                        "schemaVersion",
                        2,
                        "mediaType",
                        Descriptor.MANIFEST,
                        "config",
                        config.json(),
                        "layers",
                        List.of(shared.blob().json(), layer.blob().json())),
                Descriptor.MANIFEST);
    }

    private static Ended push(Map<String, String> login, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                RuntimeFiles.java().toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.muster.standalone.images.Main",
                "push"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("DOCKER_CONFIG", folder.resolve("no-docker").toString());
        builder.environment().putAll(login);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out);
    }

    private static HttpResponse<byte[]> pull(String path, String accept) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://" + plain + "/v2/" + path))
                            .header("Accept", accept)
                            .header("Authorization", new Login("pusher", "right-password").basic())
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    @Test
    void pushesEveryByteUnderTheVersionAndSendsNothingTwice() throws Exception {
        Layout layout = images("images");
        String from = layout.folder().toString();

        Ended first = push(RIGHT, plain, "--insecure", "--from", from);

        assertThat(first.exit()).as(first.out()).isZero();
        for (Descriptor image : layout.images()) {
            String name = image.annotations().getOrDefault(Layout.REF_NAME, "").replace(":1.2.3", "");
            assertThat(first.out()).contains(plain + "/" + name + ":1.2.3  " + image.digest());
            HttpResponse<byte[]> document = pull(name + "/manifests/1.2.3", image.mediaType());
            assertThat(Digest.of(document.body())).isEqualTo(image.digest());
            assertThat(document.headers().firstValue("Content-Type")).contains(image.mediaType());
            assertPulled(layout, name, image);
        }

        Ended again = push(RIGHT, plain, "--insecure", "--from", from, "--tag", "stable");

        assertThat(again.exit()).as(again.out()).isZero();
        assertThat(again.out()).contains("muster/server:stable", "sent 0.0 MB");
        assertThat(JSON.std.mapFrom(
                        new String(pull("muster/server/tags/list", "*/*").body(), StandardCharsets.UTF_8)))
                .containsEntry("tags", List.of("1.2.3", "stable"));
    }

    private static void assertPulled(Layout layout, String name, Descriptor document) throws Exception {
        for (Descriptor below : layout.below(document)) {
            boolean manifest = below.mediaType().equals(Descriptor.MANIFEST);
            HttpResponse<byte[]> pulled =
                    pull(name + (manifest ? "/manifests/" : "/blobs/") + below.digest(), below.mediaType());
            assertThat(pulled.statusCode()).isEqualTo(200);
            assertThat(Digest.of(pulled.body())).isEqualTo(below.digest());
            assertThat((long) pulled.body().length).isEqualTo(below.size());
            if (manifest) {
                assertPulled(layout, name, below);
            }
        }
    }

    @Test
    void saysWhoseLoginWasRefusedAndNotWhichPassword() throws Exception {
        String from = images("refused").folder().toString();
        Map<String, String> wrong = Map.of(Login.NAME, "pusher", Login.PASSWORD, "wrong-password");

        Ended refused = push(wrong, plain + "/refused", "--insecure", "--from", from);
        Ended nobody = push(Map.of(), plain + "/refused", "--insecure", "--from", from);

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.out())
                .contains("expected a login that may push `refused/server`, found `pusher` (401")
                .doesNotContain("wrong-password");
        assertThat(nobody.exit()).isEqualTo(1);
        assertThat(nobody.out()).contains("found nobody (`docker login " + plain + "`, or MUSTER_REGISTRY_USER");
        assertThat(pull("refused/server/tags/list", "*/*").statusCode()).isEqualTo(404);
    }

    @Test
    void believesAnAuthorityOfItsOwnAndNoneThatItDoesNotKnow() throws Exception {
        String from = images("encrypted-images").folder().toString();

        Ended unknown = push(Map.of(), encrypted, "--from", from);
        Ended known = push(Map.of(), encrypted, "--from", from, "--ca-file", authority.toString());
        Ended clear = push(RIGHT, plain, "--from", from);

        assertThat(unknown.exit()).isEqualTo(1);
        assertThat(unknown.out())
                .contains("`" + encrypted + "` speaks no TLS that is trusted here", "--ca-file", "--insecure");
        assertThat(known.exit()).as(known.out()).isZero();
        assertThat(clear.out()).contains("speaks no TLS that is trusted here");
    }

    @Test
    void saysWhatIsNotThere() throws Exception {
        String from = images("nobody").folder().toString();
        int closed = Ports.free();

        assertThat(push(Map.of(), "127.0.0.1:" + closed, "--insecure", "--from", from)
                        .out())
                .contains("`127.0.0.1:" + closed + "` cannot be reached");
        assertThat(push(Map.of(), plain, "--from", folder.resolve("none").toString()))
                .satisfies(ended -> assertThat(ended.exit()).isEqualTo(4))
                .satisfies(ended -> assertThat(ended.out()).contains("make them by `./muster images build`"));
        assertThat(push(Map.of(), "https://" + plain, "--from", from).exit()).isEqualTo(2);
    }
}
