package dev.muster.control.config;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The server's directory: made owner-only, refused if others can read it. Thread-safe. */
@Singleton
public final class DataDirectory {
    private static final Set<PosixFilePermission> OWNER_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");

    private final Path root;

    DataDirectory(MusterConfig config) {
        this.root = config.dataDir().toAbsolutePath().normalize();
        make(root);
    }

    /** A directory below the data directory, made owner-only if missing. */
    public Path directory(String name) {
        Path directory = root.resolve(name);
        make(directory);
        return directory;
    }

    /**
     * Writes a secret whole and owner-only, or not at all: to a new file that is then moved into place. Durable when it
     * returns.
     */
    public static void writeSecret(Path file, byte[] content) {
        try {
            Path part = Files.createTempFile(
                    file.getParent(),
                    file.getFileName() + ".",
                    ".part",
                    PosixFilePermissions.asFileAttribute(OWNER_FILE));
            try (var channel = java.nio.channels.FileChannel.open(part, StandardOpenOption.WRITE)) {
                var buffer = java.nio.ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(part, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write `" + file + "`", e);
        }
    }

    /** Removes a directory below the data directory with all that is in it; nothing happens if there is none. */
    public void remove(String relative) {
        Path gone = root.resolve(relative);
        if (!Files.exists(gone)) {
            return;
        }
        try (java.util.stream.Stream<Path> inside = Files.walk(gone)) {
            for (Path file : inside.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove `" + gone + "`", e);
        }
    }

    private static void make(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_DIRECTORY));
            }
            Set<PosixFilePermission> found = Files.getPosixFilePermissions(directory);
            if (!OWNER_DIRECTORY.containsAll(found)) {
                throw new IllegalStateException("expected `" + directory
                        + "` to be the owner's only (rwx------), found " + PosixFilePermissions.toString(found));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the directory `" + directory + "`", e);
        }
    }
}
