package dev.muster.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What {@code ./muster images build} makes, read by the specification and run by an engine's own runtime; on demand, with {@code -Dmuster.long=true}. */
@EnabledIfSystemProperty(named = "muster.long", matches = "true")
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
@ResourceLock(SbomST.LIST)
class ImagesST {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration ENDS = Duration.ofMinutes(2);
    private static final Duration STARTS = Duration.ofMinutes(3);
    private static final List<String> NAMES = List.of("server", "agent", "simulator");
    private static final String LABEL = "org.opencontainers.image.";

    @TempDir
    static Path folder;

    private static Path layout;

    @BeforeAll
    static void make() throws IOException {
        Path list = Product.home().resolve("target/sbom/muster.json");
        Path built = Product.home().resolve("control-plane/target/quarkus-app/quarkus-run.jar");
        if (!Files.isRegularFile(list)
                || Files.getLastModifiedTime(list).compareTo(Files.getLastModifiedTime(built)) < 0) {
            muster("sbom").mustSucceed();
        }
        layout = folder.resolve("images");
        String said = muster("images", "build", "--to", layout.toString()).mustSucceed();
        assertThat(said).contains("for one platform only");
    }

    private static Command muster(String... words) {
        return Command.run(
                Map.of("MUSTER_NO_BUILD", "1"),
                LIMIT,
                Command.words(Product.home().resolve("muster").toString(), words));
    }

    private static Image image(String name) throws IOException {
        return Image.named(layout, "muster/" + name);
    }

    @Test
    void equalInputsGiveEqualDigestsWhateverIsBuiltBeside() throws IOException {
        Path again = folder.resolve("again");

        muster("images", "build", "--only", "agent", "--to", again.toString()).mustSucceed();

        assertThat(Image.named(again, "muster/agent").digest())
                .isEqualTo(image("agent").digest());
    }

    @Test
    void saysWhatItIsAndRunsAsNobodyWhoMayWriteMoreThanItsVolumes() throws IOException {
        for (String name : NAMES) {
            Map<String, Object> config = Image.map(image(name).config().get("config"));
            assertThat(config).containsEntry("User", "10001:10001");
            assertThat(Image.map(config.get("Volumes"))).containsKey("/tmp").hasSizeGreaterThan(1);
            assertThat(Image.map(config.get("Labels")))
                    .containsEntry(LABEL + "licenses", "Apache-2.0")
                    .containsKeys(LABEL + "title", LABEL + "version", LABEL + "description", LABEL + "created");
            assertThat(Image.map(image(name).document().get("annotations")))
                    .containsAllEntriesOf(Image.map(config.get("Labels")));
        }
        assertThat(image("server").layers().subList(0, 2))
                .isEqualTo(image("simulator").layers().subList(0, 2));
    }

    @Test
    void codeOfOursIsInALayerOfItsOwnAndTheListOfComponentsNamesTheRest() throws IOException {
        for (String name : NAMES) {
            List<Path> layers = image(name).layers();
            Set<String> libraries = names(layers.get(2));
            assertThat(libraries).noneMatch(file -> file.contains("dev.muster") || file.contains("SNAPSHOT"));
            assertThat(names(layers.get(3)))
                    .noneMatch(file -> file.endsWith(".jar") && libraries.contains(file))
                    .anyMatch(file -> file.contains("muster"));
            String inside = Command.run(
                            Map.of(),
                            LIMIT,
                            List.of("tar", "-xOzf", layers.get(4).toString(), "usr/share/doc/muster/sbom.cdx.json"))
                    .mustSucceed();
            Path beside;
            try (var files = Files.list(layout)) {
                beside = files.filter(file -> file.getFileName().toString().matches(name + "-\\w+\\.cdx\\.json"))
                        .findFirst()
                        .orElseThrow();
            }
            assertThat(inside).isEqualTo(Files.readString(beside));
            Map<String, Object> bom = JSON.std.mapFrom(inside);
            assertThat(bom).containsEntry("bomFormat", "CycloneDX").containsEntry("specVersion", "1.6");
            assertThat(Image.maps(bom.get("components")).stream()
                            .filter(one -> String.valueOf(one.get("purl")).startsWith("pkg:maven/"))
                            .map(one -> String.valueOf(one.get("purl")))
                            .collect(Collectors.toSet()))
                    .hasSameSizeAs(libraries.stream()
                            .filter(file -> file.endsWith(".jar"))
                            .collect(Collectors.toSet()));
            assertThat(Image.maps(bom.get("components")))
                    .anySatisfy(one -> assertThat(one).containsEntry("name", "openjdk"))
                    .anySatisfy(one ->
                            assertThat(String.valueOf(one.get("name"))).matches("libc6|/usr/lib.*/libc\\.so\\.6"));
        }
    }

    private static Set<String> names(Path layer) {
        return Command.run(Map.of(), LIMIT, List.of("tar", "-tzf", layer.toString()))
                .mustSucceed()
                .lines()
                .collect(Collectors.toSet());
    }

    /** The folder with its unpacked root. */
    private static Path unpacked(String name) throws IOException {
        assumeThat(System.getProperty("user.name")).as("runc runs as root").isEqualTo("root");
        assumeThat(Files.isExecutable(Image.RUNC)).as("runc is installed").isTrue();
        Path bundle = folder.resolve("run-" + name);
        if (!Files.exists(bundle)) {
            image(name).unpack(bundle);
        }
        return bundle;
    }

    @Test
    void agentAndSimulatorStartOnARootThatCannotBeWritten() throws IOException {
        String agent = Command.run(
                        Map.of(),
                        STARTS,
                        image("agent")
                                .run(unpacked("agent"), "muster-agent-st", Map.of(), Map.of(), List.of("--version")))
                .mustSucceed();
        String simulator = Command.run(
                        Map.of(),
                        STARTS,
                        image("simulator")
                                .run(
                                        unpacked("simulator"),
                                        "muster-simulator-st",
                                        Map.of(),
                                        Map.of(),
                                        List.of("--help")))
                .mustSucceed();

        // Both streams of the container: the JVM's own line of its compiler comes first.
        assertThat(agent.replaceFirst("^\\d+ compiler directives added\n", ""))
                .startsWith("muster-agent ")
                .contains(", Java ");
        assertThat(simulator).contains("Example: ./muster simulate");
    }

    @Test
    void migratesAndThenServesWithoutTheOwnersPassword(SharedProduct.Running shared) throws Exception {
        Path bundle = unpacked("server");
        new Database(shared).execute("create database image owner muster_owner");
        new Database(shared).execute("grant temporary on database image to muster_app, muster_ingest, muster_jobs");
        int base = Product.freePortBase();
        Path settings = Files.createDirectories(folder.resolve("settings"));
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                settings.resolve("application.properties"),
                settings(shared, base).entrySet().stream()
                        .map(one -> one.getKey() + "=" + one.getValue() + "\n")
                        .collect(Collectors.joining()));
        Command.run(Map.of(), LIMIT, List.of("chown", "10001:10001", data.toString()))
                .mustSucceed();
        Map<String, Path> binds = Map.of("/etc/muster/server", settings, "/var/lib/muster", data);
        Map<String, String> environment = Map.of(
                "QUARKUS_CONFIG_LOCATIONS",
                "/etc/muster/server/application.properties",
                "JAVA_TOOL_OPTIONS",
                "-Xmx384m");

        Map<String, String> ofOwner = new TreeMap<>(environment);
        ofOwner.put("MUSTER_DB_OWNER_PASSWORD", shared.secret("postgres.owner"));
        String migrated = Command.run(
                        Map.of(),
                        STARTS,
                        image("server").run(bundle, "muster-migrate-st", binds, ofOwner, List.of("migrate")))
                .mustSucceed();
        assertThat(migrated).containsPattern("migrate: done, [1-9][0-9]+ migrations applied");

        Path log = folder.resolve("server.log");
        Process server = new ProcessBuilder(
                        image("server").run(bundle, "muster-server-st", binds, environment, List.of()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + (base + 8) + "/q/health/ready"))
                    .build();
            // Not before it listens: a program that is the first of its container misses a SIGTERM until it asks for
            // it.
            await().atMost(STARTS).ignoreExceptionsInstanceOf(IOException.class).untilAsserted(() -> {
                assertThat(server.isAlive()).as(Files.readString(log)).isTrue();
                assertThat(client.send(ready, HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(200);
            });
        } finally {
            server.destroy();
            if (!server.waitFor(ENDS.toSeconds(), TimeUnit.SECONDS)) {
                server.destroyForcibly();
                Command.run(Map.of(), LIMIT, image("server").kill(bundle, "muster-server-st"));
            }
        }
        assertThat(server.exitValue()).as("ended by SIGTERM").isIn(0, 143);
        assertThat(log).content().doesNotContain("libnetty_tcnative", "UnsatisfiedLinkError");
    }

    private static Map<String, String> settings(SharedProduct.Running shared, int base) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("muster.data-dir", "/var/lib/muster/data");
        settings.put("muster.instance", "image");
        settings.put(
                "muster.db.url",
                "jdbc:postgresql://127.0.0.1:" + shared.product().port(6) + "/image");
        settings.put("muster.db.migrate", "false");
        for (String login : List.of("app", "ingest", "jobs")) {
            settings.put("muster.db." + login + ".password", shared.secret("postgres." + login));
        }
        settings.put("muster.kafka.bootstrap", "127.0.0.1:" + shared.product().port(4));
        settings.put("muster.kafka.topic-prefix", "image.");
        settings.put(
                "muster.oidc.issuer", "http://localhost:" + shared.product().port(3) + "/realms/muster");
        settings.put("quarkus.http.port", Integer.toString(base));
        settings.put("muster.device.port", Integer.toString(base + 1));
        settings.put("muster.gateway.port", Integer.toString(base + 2));
        settings.put("muster.ddi.port", Integer.toString(base + 7));
        settings.put("quarkus.management.port", Integer.toString(base + 8));
        return settings;
    }
}
