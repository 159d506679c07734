package dev.muster.standalone.keycloak;

import dev.muster.standalone.process.Archives;
import dev.muster.standalone.process.ChildProcess;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.HttpProbe;
import dev.muster.standalone.process.KeyStoreFile;
import dev.muster.standalone.process.OnceInstaller;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RunningServer;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A running Keycloak with realm {@code muster}. Keeps nothing outside its database. Thread-safe. */
public final class KeycloakServer implements RunningServer {
    private static final Duration START = Duration.ofMinutes(4);
    private static final Duration BUILD = Duration.ofMinutes(5);
    static final String REALM = "muster";

    private final KeycloakOptions options;
    private final ChildProcess process;

    private KeycloakServer(KeycloakOptions options, ChildProcess process) {
        this.options = options;
        this.process = process;
    }

    /**
     * Unpacks and builds Keycloak if need be, starts it and waits until realm {@code muster} answers.
     *
     * @throws StandaloneException if the port is taken, the disk is full or Keycloak does not start
     */
    public static KeycloakServer start(KeycloakOptions options) {
        Path program = install(options.runtime(), options.log());
        Path home = instanceHome(options, program);
        Ports.requireFree(options.publicUrl().getPort(), "Keycloak");
        ChildProcess process = ChildProcess.start(new ChildProcess.Spec(
                "Keycloak",
                command(home, List.of("start", "--optimized", "--import-realm")),
                environment(options),
                options.log()));
        KeycloakServer server = new KeycloakServer(options, process);
        // The port opens before the realm is imported, so the realm itself is asked.
        try (HttpProbe realm = new HttpProbe(
                options.localUrl().resolve("/realms/" + REALM), options.tls().map(KeyStoreFile::trusting))) {
            process.awaitReady(START, realm);
        }
        return server;
    }

    /**
     * Unpacks Keycloak of {@code runtime} and builds it for PostgreSQL, unless that was done before; the build
     * writes to {@code log}.
     */
    public static Path install(RuntimeFiles runtime, Path log) {
        Path target = runtime.cache().resolve("keycloak-" + RuntimeFiles.version("keycloak"));
        return OnceInstaller.ensure(target, folder -> {
            Archives.unpackZipWithoutTop(runtime.archive("keycloak-quarkus-dist"), folder);
            build(folder, log);
        });
    }

    /** What it was started with. */
    public KeycloakOptions options() {
        return options;
    }

    /** Issuer of the realm's tokens. */
    public URI issuer() {
        return options.publicUrl().resolve("/realms/" + REALM);
    }

    /** Where clients trade a grant for tokens. */
    public URI tokenEndpoint() {
        return options.publicUrl().resolve("/realms/" + REALM + "/protocol/openid-connect/token");
    }

    @Override
    public ChildProcess process() {
        return process;
    }

    private static void build(Path home, Path log) {
        try (ChildProcess build = ChildProcess.start(new ChildProcess.Spec(
                "Keycloak's build",
                command(home, List.of("build", "--db=postgres", "--health-enabled=false", "--metrics-enabled=false")),
                Map.of(),
                log))) {
            if (!build.awaitEnd(BUILD) || build.exitCode() != 0) {
                throw new StandaloneException(
                        ExitCode.CHILD_FAILED, "building Keycloak failed; last lines:\n" + build.tail());
            }
        }
    }

    /** Program files are shared by every instance of a cache; what an instance writes is its own. */
    private static Path instanceHome(KeycloakOptions options, Path program) {
        Path home = Folders.ownerOnly(options.directory()).toAbsolutePath().resolve("home");
        try (InputStream realm = KeycloakServer.class.getResourceAsStream("muster-realm.json")) {
            if (realm == null) {
                throw new IllegalStateException("resource `muster-realm.json` is missing");
            }
            Files.createDirectories(home.resolve("data/import"));
            for (String part : List.of("lib", "conf", "providers", "themes")) {
                Path link = home.resolve(part);
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, program.toAbsolutePath().resolve(part));
            }
            // Secrets stay out of the file: Keycloak fills its placeholders from the environment.
            Files.write(home.resolve("data/import/muster-realm.json"), realm.readAllBytes());
        } catch (IOException e) {
            throw Folders.unusable(home, e);
        }
        return home;
    }

    /**
     * Keycloak's own script wraps the JVM in a shell that would survive, or die, without it, and fixes the collector; its
     * JVM is started directly, with the same main class and openings.
     */
    private static List<String> command(Path home, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                RuntimeFiles.java().toString(),
                "-Xms64m",
                "-Xmx384m",
                // Its first guess, 21 MB, costs full collections on the way to what Keycloak needs anyway.
                "-XX:MetaspaceSize=160m",
                "-XX:MaxMetaspaceSize=256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dfile.encoding=UTF-8",
                "-Duser.language=en",
                "-Duser.country=US",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
                "--add-opens=java.base/java.security=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                        + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
                "-Dpicocli.disable.closures=true",
                "-Dkc.home.dir=" + home,
                "-Djboss.server.config.dir=" + home.resolve("conf"),
                "-cp",
                home.resolve("lib/quarkus-run.jar").toString(),
                "io.quarkus.bootstrap.runner.QuarkusEntryPoint"));
        command.addAll(arguments);
        return command;
    }

    private static Map<String, String> environment(KeycloakOptions options) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KC_DB_URL", options.databaseUrl());
        environment.put("KC_DB_USERNAME", "keycloak");
        environment.put("KC_DB_PASSWORD", options.databasePassword());
        environment.put("KC_DB_POOL_INITIAL_SIZE", "1");
        environment.put("KC_DB_POOL_MAX_SIZE", "20");
        environment.put("KC_CACHE", "local");
        // 0: every index is made whatever its table holds. Keycloak's limit is for tables of 300,000 rows at an
        // upgrade; asking for the table three times before each index was a quarter of a first start.
        environment.put("KC_SPI_CONNECTIONS_LIQUIBASE__QUARKUS__INDEX_CREATION_THRESHOLD", "0");
        environment.put("KC_HOSTNAME", options.publicUrl().toString());
        environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", "bootstrap");
        environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", options.bootstrapPassword());
        environment.put("MUSTER_ADMIN_PASSWORD", options.adminPassword());
        environment.put("MUSTER_CONSOLE_ORIGIN", options.consoleOrigin().toString());
        environment.put(
                "MUSTER_CONSOLE_OTHER_ORIGIN",
                options.consoleOrigin().toString().replace("//localhost:", "//127.0.0.1:"));
        environment.put("MUSTER_BACK_CHANNEL", options.backChannel().toString());
        options.trusted().ifPresent(file -> environment.put("KC_TRUSTSTORE_PATHS", file.toString()));
        String port = Integer.toString(options.publicUrl().getPort());
        options.tls()
                .ifPresentOrElse(
                        store -> {
                            environment.put("KC_HTTP_HOST", "0.0.0.0");
                            environment.put("KC_HTTPS_PORT", port);
                            environment.put(
                                    "KC_HTTPS_KEY_STORE_FILE", store.file().toString());
                            environment.put("KC_HTTPS_KEY_STORE_PASSWORD", store.password());
                        },
                        () -> {
                            environment.put("KC_HTTP_ENABLED", "true");
                            environment.put("KC_HTTP_HOST", "127.0.0.1");
                            environment.put("KC_HTTP_PORT", port);
                        });
        return environment;
    }
}
