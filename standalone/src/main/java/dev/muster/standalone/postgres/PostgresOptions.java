package dev.muster.standalone.postgres;

import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RuntimeFiles;
import java.nio.file.Path;

/**
 * Where and how one PostgreSQL runs.
 *
 * @param directory holds the cluster ({@code data}); made if absent, owner-only
 * @param log where its output goes
 * @param port on loopback
 * @param passwords for a cluster made now, and those it was made with later
 * @param runtime the packaged programs
 */
public record PostgresOptions(Path directory, Path log, int port, PostgresPasswords passwords, RuntimeFiles runtime) {

    /** A free port, random passwords, the programs of this build: what a test wants. Keep the options to restart. */
    public static PostgresOptions in(Path directory) {
        return new PostgresOptions(
                directory,
                directory.resolve("postgresql.log"),
                Ports.free(),
                PostgresPasswords.random(),
                RuntimeFiles.locate());
    }
}
