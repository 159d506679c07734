package dev.muster.standalone.up;

import dev.muster.standalone.postgres.PostgresOptions;
import dev.muster.standalone.postgres.PostgresPasswords;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.FolderLock;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.standalone.process.StandaloneException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A data directory as those see it who copy it or make it: what lies where, and whether it runs. */
public final class Instance {
    private final DataDirectory data;

    private Instance(DataDirectory data) {
        this.data = data;
    }

    /** The one in {@code root}; refused if nothing was ever started there. */
    public static Instance existing(Path root) {
        return new Instance(DataDirectory.existing(root));
    }

    /** One that is being made in {@code root}, which is no instance until {@link #complete}. */
    public static Instance inTheMaking(Path root) {
        return new Instance(new DataDirectory(root));
    }

    /** From now on it can be started. */
    public void complete() {
        data.mark();
    }

    /** The data directory. */
    public Path root() {
        return data.root();
    }

    /** The server's own directory: keys, artifacts. */
    public Path server() {
        return data.server().resolve("data");
    }

    /** PostgreSQL's files. */
    public Path cluster() {
        return data.postgres().resolve("data");
    }

    /** What of the rest belongs to the installation, below the data directory: secrets, addresses it was known under, certificates. */
    public List<String> belongings() {
        return List.of("secrets.properties", "run/issuers", "web", "seeded.properties", "example");
    }

    /** How it was started last; ports are the usual ones if it never was. */
    public int portBase() {
        return RunState.load(data).map(state -> state.options().ports().base()).orElse(PortPlan.DEFAULT_BASE);
    }

    /** The name for other machines under which it was started last. */
    public Optional<String> host() {
        return RunState.load(data).flatMap(state -> state.options().host());
    }

    /** Passwords of PostgreSQL's roles. */
    public PostgresPasswords passwords() {
        return Secrets.loadOrCreate(data.secrets()).postgres();
    }

    /** Its PostgreSQL on {@code port}, for who starts nothing else. */
    public PostgresOptions postgres(int port) {
        return new PostgresOptions(
                data.postgres(),
                data.logOf("postgresql"),
                port,
                passwords(),
                RuntimeFiles.locate().withCache(data.programs()));
    }

    /**
     * The port of the PostgreSQL that runs here; empty if nothing runs.
     *
     * @throws StandaloneException while it starts or stops
     */
    public Optional<Integer> runningPostgres() {
        if (RunState.supervisor(data).alive().isEmpty()) {
            return Optional.empty();
        }
        RunState state = RunState.load(data)
                .filter(found -> found.phase() == RunState.Phase.READY)
                .orElseThrow(() -> new StandaloneException(
                        ExitCode.IN_USE, "`" + data.root() + "` is starting or stopping; try again in a minute"));
        return Optional.of(state.options().ports().postgres());
    }

    /** Keeps {@code up} out until it is closed. */
    public FolderLock lock() {
        return FolderLock.tryAcquire(data.lock())
                .orElseThrow(() -> new StandaloneException(
                        ExitCode.IN_USE, "`" + data.root() + "` is in use; see `./muster status`"));
    }

    /** The packaged server. */
    public static Path serverJar() {
        return ProductFiles.locate().serverJar();
    }
}
