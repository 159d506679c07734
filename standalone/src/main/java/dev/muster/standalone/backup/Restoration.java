package dev.muster.standalone.backup;

import dev.muster.standalone.postgres.PostgresServer;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.Operator;
import dev.muster.standalone.process.OwnerLogin;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.standalone.process.StandaloneException;
import dev.muster.standalone.up.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Makes an instance out of a backup, in a directory that is empty or absent: whole or not at all. */
final class Restoration {
    private static final String MARK = "muster.restoring";

    private final Path target;
    private final int newestSchema;
    private final Consumer<String> line;

    /**
     * @param target the data directory to be
     * @param newestSchema number of the newest migration that the packaged server has
     * @param line takes words for the person at the terminal
     */
    Restoration(Path target, int newestSchema, Consumer<String> line) {
        this.target = target;
        this.newestSchema = newestSchema;
        this.line = line;
    }

    /** Checks {@code file} to its end, then restores it. */
    Manifest run(Path file, Passphrase passphrase) {
        requireEmpty();
        ArchiveReader archive = new ArchiveReader(file, passphrase);
        requireReadable(archive.manifest());
        line.accept("muster: checking " + file);
        archive.check(new Advance("checked", line, System::nanoTime));
        Path work = target.resolveSibling(target.getFileName() + ".restoring");
        removeEarlier(work);
        try {
            Folders.ownerOnly(work);
            Folders.writeOwnerOnly(work.resolve(MARK), "");
            line.accept("muster: restoring into " + target);
            Manifest manifest = archive.unpack(work, new Advance("restored", line, System::nanoTime));
            Instance instance = Instance.inTheMaking(work);
            Folders.ownerOnly(work.resolve("log"));
            Folders.ownerOnly(work.resolve("run"));
            putRight(instance, manifest);
            instance.complete();
            Files.delete(work.resolve(MARK));
            Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
            return manifest;
        } catch (IOException e) {
            throw Folders.unusable(target, e);
        } finally {
            Folders.delete(work);
        }
    }

    private void requireEmpty() {
        try {
            if (Files.exists(target)) {
                try (Stream<Path> inside = Files.list(target)) {
                    if (inside.findAny().isPresent()) {
                        throw new StandaloneException(
                                ExitCode.DATA_UNUSABLE,
                                "expected an empty folder or none, found files in `" + target
                                        + "`; nothing was changed, choose another `--data`");
                    }
                }
            }
        } catch (IOException e) {
            throw Folders.unusable(target, e);
        }
    }

    /** What another version of the product, or another machine, made may not be readable here. */
    private void requireReadable(Manifest manifest) {
        String postgres = RuntimeFiles.version("postgres");
        if (manifest.schema() > newestSchema) {
            throw SealedFile.refused("expected a backup of this Muster (" + RuntimeFiles.version("muster")
                    + ", schema " + newestSchema + ") or an older one, found one of Muster " + manifest.muster()
                    + ", schema " + manifest.schema() + "; restore it with that version");
        }
        if (!Manifest.major(manifest.postgres()).equals(Manifest.major(postgres))) {
            throw SealedFile.refused("expected files of PostgreSQL " + Manifest.major(postgres)
                    + ", found those of PostgreSQL " + manifest.postgres() + "; restore it with Muster "
                    + manifest.muster());
        }
        String architecture = System.getProperty("os.arch");
        if (!manifest.architecture().equals(architecture)) {
            throw SealedFile.refused("expected a backup of a machine of architecture " + architecture
                    + ", found one of " + manifest.architecture());
        }
    }

    private static void removeEarlier(Path work) {
        if (Files.exists(work)) {
            if (!Files.exists(work.resolve(MARK))) {
                throw new StandaloneException(
                        ExitCode.DATA_UNUSABLE,
                        "`" + work
                                + "` is in the way, and is not what a restore left that broke off; nothing was changed");
            }
            Folders.delete(work);
        }
    }

    /** PostgreSQL makes one instant of its files as it starts; then versions are raised above what devices may have seen. */
    private void putRight(Instance instance, Manifest manifest) {
        try (PostgresServer postgres = PostgresServer.start(instance.postgres(Ports.free()))) {
            if (!manifest.telemetry()) {
                dropTelemetry(postgres);
            }
            OwnerLogin owner = new OwnerLogin(
                    postgres.jdbcUrl("muster"),
                    "muster_owner",
                    postgres.options().passwords().owner());
            Versions.raise(owner, manifest.made(), Operator.name());
        }
    }

    /** Their files are not there: what is left of them in the catalog goes too. */
    private static void dropTelemetry(PostgresServer postgres) {
        try (Connection superuser = DriverManager.getConnection(
                        postgres.jdbcUrl("muster"),
                        postgres.superuser(),
                        postgres.options().passwords().superuser());
                Statement statement = superuser.createStatement()) {
            List<String> parts = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("""
                    select format('%I.%I', n.nspname, c.relname) from pg_inherits i
                      join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
                      join pg_namespace n on n.oid = p.relnamespace
                     where n.nspname = 'telemetry' and p.relname in ('sample', 'rollup_1m', 'rollup_1h')
                       and c.relkind = 'r'""")) {
                while (rows.next()) {
                    parts.add(rows.getString(1));
                }
            }
            for (String part : parts) {
                statement.execute("drop table " + part);
            }
        } catch (SQLException e) {
            throw new StandaloneException(
                    ExitCode.FAILED, "the restored database cannot be put right: " + e.getMessage(), e);
        }
    }
}
