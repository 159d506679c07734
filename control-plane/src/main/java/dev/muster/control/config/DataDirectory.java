package dev.muster.control.config;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** The server's directory: made owner-only, refused if others can read it. Thread-safe. */
@Singleton
public final class DataDirectory {
    private static final Set<PosixFilePermission> OWNER_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");

    /** For the threads of this process, whom a lock on a file does not part. */
    private static final Map<Path, Lock> LOCKS = new ConcurrentHashMap<>();

    private final Path root;

    @Inject
    DataDirectory(MusterConfig config) {
        this(config.dataDir());
    }

    DataDirectory(Path root) {
        this.root = root.toAbsolutePath().normalize();
        make(this.root);
    }

    /** Held until it is closed, by the thread that took it. */
    public static final class Held implements AutoCloseable {
        private final FileChannel channel;
        private final Lock here;

        private Held(FileChannel channel, Lock here) {
            this.channel = channel;
            this.here = here;
        }

        @Override
        public void close() {
            try {
                // Releases the lock on the file, too.
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close a lock", e);
            } finally {
                here.unlock();
            }
        }
    }

    /**
     * Waits until nobody else holds {@code name}, neither in this instance nor in another one with the same directory, and holds it: what
     * is made at a first start is made once. A file below {@code locks} is locked; that ends with its process. Not to be taken twice by
     * one thread.
     */
    public Held hold(String name) {
        Path file = directory("locks").resolve(name);
        Lock here = LOCKS.computeIfAbsent(file, path -> new ReentrantLock());
        here.lock();
        try {
            FileChannel channel = open(file);
            lock(channel, file);
            return new Held(channel, here);
        } catch (RuntimeException e) {
            here.unlock();
            throw e;
        }
    }

    private static FileChannel open(Path file) {
        try {
            return FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(OWNER_FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open `" + file + "`", e);
        }
    }

    private static void lock(FileChannel channel, Path file) {
        try {
            channel.lock();
        } catch (IOException e) {
            try {
                channel.close();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw new UncheckedIOException(
                    "expected a file system on which `" + file + "` can be locked, as instances that share it need", e);
        }
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
            try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
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
