package dev.muster.standalone.backup;

import dev.muster.standalone.postgres.PostgresServer;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.FolderLock;
import dev.muster.standalone.process.Folders;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.standalone.process.StandaloneException;
import dev.muster.standalone.up.Instance;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Writes a backup of an instance, whether it runs or not. What the database names must be in it: the checkpoints of the trail are
 * copied before the database, artifacts after it, and keys must be the same before and after.
 */
final class Backup {
    private static final Set<String> AFTER_THE_DATABASE = Set.of("artifacts", "uploads");
    // Kafka gives streams their state again.
    private static final Set<String> LEFT_OUT = Set.of("streams");
    private static final Set<String> MAY_CHANGE = Set.of("audit");

    private final Instance instance;
    private final boolean telemetry;
    private final Consumer<String> line;

    /**
     * @param telemetry whether samples and windows are copied too
     * @param line takes words for the person at the terminal
     */
    Backup(Instance instance, boolean telemetry, Consumer<String> line) {
        this.instance = instance;
        this.telemetry = telemetry;
        this.line = line;
    }

    /** Writes {@code file}, which must not exist, whole or not at all. */
    Manifest write(Path file, Passphrase passphrase) {
        if (Files.exists(file)) {
            throw new StandaloneException(
                    ExitCode.USAGE,
                    "expected a name that is free, found `" + file + "`; a backup is never written over");
        }
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Optional<Integer> running = instance.runningPostgres();
            Manifest made;
            if (running.isPresent()) {
                made = write(partial, passphrase, running.get());
            } else {
                line.accept("  nothing runs there: starting its database for the copy");
                try (FolderLock lock = instance.lock();
                        PostgresServer postgres = PostgresServer.start(instance.postgres(Ports.free()))) {
                    made = write(partial, passphrase, postgres.port());
                }
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            return made;
        } catch (IOException e) {
            throw Folders.unusable(partial, e);
        } finally {
            deleteQuietly(partial);
        }
    }

    private Manifest write(Path partial, Passphrase passphrase, int port) throws IOException {
        Files.deleteIfExists(partial);
        Files.createFile(partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/muster";
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE);
                Connection superuser = DriverManager.getConnection(
                        url, "postgres", instance.passwords().superuser())) {
            SealedOutput sealed = new SealedOutput(durable(channel), SealedFile.create(passphrase));
            Advance advance = new Advance("written", line, System::nanoTime);
            ArchiveWriter archive = new ArchiveWriter(sealed, advance);
            Manifest manifest = fill(archive, new ClusterCopy(superuser, instance.cluster()));
            archive.end();
            // Not closed with the rest: a copy that broke off must not get an end.
            archive.close();
            line.accept("  " + advance);
            return manifest;
        } catch (SQLException e) {
            throw new StandaloneException(ExitCode.FAILED, "the database cannot be copied: " + e.getMessage(), e);
        }
    }

    private Manifest fill(ArchiveWriter archive, ClusterCopy cluster) throws IOException, SQLException {
        // Before everything: what is issued from here on may be missing in the copy.
        Manifest manifest = new Manifest(
                cluster.now(),
                RuntimeFiles.version("muster"),
                RuntimeFiles.version("postgres"),
                System.getProperty("os.arch"),
                cluster.schema(),
                telemetry,
                instance.portBase(),
                instance.host());
        archive.put(Manifest.NAME, manifest.toJson());
        Path server = instance.server();
        String place = ArchiveWriter.DATA + instance.root().relativize(server);
        Map<String, String> keys = keys(server);
        archive.tree(place, server, path -> !isLater(path));
        line.accept("  keys and secrets");
        for (String one : instance.belongings()) {
            Path file = instance.root().resolve(one);
            if (Files.isRegularFile(file)) {
                archive.file(ArchiveWriter.DATA + one, file);
            } else {
                archive.tree(ArchiveWriter.DATA + one, file, path -> true);
            }
        }
        cluster.copy(
                archive,
                ArchiveWriter.DATA + instance.root().relativize(instance.cluster()),
                telemetry ? Set.of() : cluster.telemetryFiles());
        line.accept("  databases");
        for (String later : AFTER_THE_DATABASE.stream().sorted().toList()) {
            archive.tree(
                    place + "/" + later,
                    server.resolve(later),
                    path -> !path.startsWith("partial") && !path.startsWith("incoming"));
        }
        if (!keys.equals(keys(server))) {
            throw new StandaloneException(
                    ExitCode.FAILED,
                    "keys changed while they were copied; nothing was written, start the backup again");
        }
        return manifest;
    }

    /** Closing it means that all is on disk. */
    private static OutputStream durable(FileChannel channel) {
        return new FilterOutputStream(Channels.newOutputStream(channel)) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                channel.force(true);
                super.close();
            }
        };
    }

    private static boolean isLater(Path path) {
        String first = path.getName(0).toString();
        return AFTER_THE_DATABASE.contains(first)
                || LEFT_OUT.contains(first)
                || path.toString().endsWith(".part");
    }

    /** Everything that must be of one moment, by file. */
    private static Map<String, String> keys(Path server) throws IOException {
        Map<String, String> keys = new TreeMap<>();
        if (!Files.isDirectory(server)) {
            return keys;
        }
        try (Stream<Path> files = Files.walk(server)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path path = server.relativize(file);
                if (Files.isRegularFile(file)
                        && !isLater(path)
                        && !MAY_CHANGE.contains(path.getName(0).toString())) {
                    keys.put(
                            path.toString(),
                            HexFormat.of().formatHex(ArchiveWriter.sha256().digest(Files.readAllBytes(file))));
                }
            }
        }
        return keys;
    }

    private static void deleteQuietly(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            // What failed before is what counts.
        }
    }
}
