package dev.muster.control.testing;

import dev.muster.standalone.process.ChildProcess;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.HttpProbe;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.standalone.testing.TestBroker;
import dev.muster.standalone.testing.TestDatabase;
import dev.muster.standalone.testing.TestServers;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * PostgreSQL and Kafka of their own, and as many packaged servers on them as a test starts, each a process that can be
 * killed. The servers share one data directory, as instances of one installation do. For one thread.
 */
public final class PackagedServers implements AutoCloseable {
    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final Duration START = Duration.ofMinutes(3);

    private final Path directory;
    private final KeyPair people;
    private final TestDatabase postgres;
    private final TestBroker kafka;
    private final List<Instance> started = new ArrayList<>();

    /** Starts PostgreSQL and Kafka; all they write is below {@code directory}. */
    public PackagedServers(Path directory) throws NoSuchAlgorithmException {
        this.directory = directory;
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        this.people = generator.generateKeyPair();
        TestServers servers = TestServers.chosen();
        this.postgres = servers.postgres(directory.resolve("postgres"));
        this.kafka = servers.kafka(directory.resolve("kafka"));
    }

    /** One server. */
    public final class Instance {
        private final String name;
        private final int api;
        private final int management;
        private final ChildProcess process;

        private Instance(String name, int api, int management, ChildProcess process) {
            this.name = name;
            this.api = api;
            this.management = management;
            this.process = process;
        }

        /** Waits until it is ready; fails with the end of its log where it ends instead. */
        public void awaitReady() {
            try (HttpProbe ready =
                    new HttpProbe(URI.create("http://127.0.0.1:" + management + "/q/health/ready"), Optional.empty())) {
                process.awaitReady(START, ready);
            }
        }

        /** What it said so far. */
        public String log() throws IOException {
            return Files.readString(directory.resolve(name + ".log"));
        }

        /** What its connections to the database are called. */
        public String name() {
            return name;
        }

        /** Where its REST API answers. */
        public URI address() {
            return URI.create("http://127.0.0.1:" + api);
        }

        /** A token of the administrator, for requests that are not made with {@link #admin}. */
        public String token() {
            return Tokens.admin(people.getPrivate());
        }

        /** SIGKILL. */
        public void kill() {
            process.kill();
        }

        /** A request of the administrator to this server. */
        public RequestSpecification admin() {
            return RestAssured.given()
                    .baseUri("http://127.0.0.1")
                    .port(api)
                    .auth()
                    .oauth2(Tokens.admin(people.getPrivate()))
                    .contentType(ContentType.JSON);
        }
    }

    /** Starts a server with the roles {@code api} and {@code worker}, and waits until it is ready. */
    public Instance start(String name) {
        return start(name, Map.of());
    }

    /** The same with further settings, which win. */
    public Instance start(String name, Map<String, String> further) {
        Instance instance = begin(name, further);
        instance.awaitReady();
        return instance;
    }

    /** Starts a server, and does not wait for it. */
    public Instance begin(String name, Map<String, String> further) {
        int api = Ports.free();
        int management = Ports.free();
        ChildProcess process = ChildProcess.start(new ChildProcess.Spec(
                name,
                command(written(name, settings(name, api, management, further))),
                Map.of(),
                directory.resolve(name + ".log")));
        Instance instance = new Instance(name, api, management, process);
        started.add(instance);
        return instance;
    }

    /**
     * What a process said that has ended.
     *
     * @param exit its exit code
     */
    public record Ended(int exit, String out) {}

    /** Runs the server with arguments, to its end. */
    public Ended run(String name, Map<String, String> further, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(command(written(name, settings(name, 0, 0, further))));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out);
    }

    private Path written(String name, Map<String, String> settings) {
        Path file = directory.resolve(name + ".properties");
        Folders.writeOwnerOnly(
                file,
                settings.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
        return file;
    }

    private static List<String> command(Path settings) {
        return List.of(
                RuntimeFiles.java().toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dquarkus.config.locations=" + settings.toUri(),
                "-jar",
                JAR.toAbsolutePath().toString());
    }

    private Map<String, String> settings(String name, int api, int management, Map<String, String> further) {
        Map<String, String> settings = Servers.settings(postgres, kafka, people, directory.resolve("data"));
        settings.put("muster.instance", name);
        settings.put("muster.roles", "api,worker");
        settings.put("muster.db.url", postgres.jdbcUrl("muster") + "?ApplicationName=" + name);
        // The shortest that a broker allows: how soon others take over what a dead consumer had.
        settings.put("muster.kafka.client.\"session.timeout.ms\"", "6000");
        settings.put("muster.kafka.client.\"heartbeat.interval.ms\"", "2000");
        settings.put("quarkus.http.port", Integer.toString(api));
        // Vert.x takes servers that ask for the same port, also for any, as one.
        settings.put("muster.ddi.port", Integer.toString(Ports.free()));
        settings.put("quarkus.management.port", Integer.toString(management));
        settings.putAll(further);
        return settings;
    }

    /** A connection that no row-level security binds. */
    public Connection database() throws SQLException {
        Properties login = new Properties();
        login.put("user", postgres.superuser());
        login.put("password", postgres.passwords().superuser());
        login.put("currentSchema", "muster");
        return DriverManager.getConnection(postgres.jdbcUrl("muster"), login);
    }

    /** Where Kafka is. */
    public String bootstrap() {
        return kafka.bootstrap();
    }

    @Override
    public void close() {
        started.forEach(Instance::kill);
        kafka.close();
        postgres.close();
    }
}
