package dev.muster.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/** Replaces files so that a power cut leaves the old content or the new, never a part of either. */
public final class AtomicFiles {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private AtomicFiles() {}

    /** Writes {@code content} beside {@code file}, syncs it, renames it over {@code file} and syncs the directory. */
    public static void write(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        try (FileChannel channel = FileChannel.open(
                temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        } catch (IOException e) {
            // A channel does not say what it is that cannot be written.
            throw new IOException("`" + file + "` cannot be written: " + e.getMessage(), e);
        }
        move(temporary, file);
    }

    /**
     * Opens a file to read and write, made for its owner only if it is not there; its name is durable then, its content not
     * yet. What is there beyond {@code length} bytes is cut off.
     */
    public static FileChannel openOrCreate(Path file, long length) throws IOException {
        boolean isNew = !Files.exists(file);
        FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE), OWNER_ONLY);
        try {
            if (isNew) {
                syncParent(file);
            } else if (channel.size() > length) {
                channel.truncate(length);
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return channel;
    }

    /** Renames within one file system, atomically and durably; replaces a file that is there. */
    public static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncParent(to);
        if (!parent(from).equals(parent(to))) {
            syncParent(from);
        }
    }

    /** Makes the creation, renaming or removal of {@code entry} durable. */
    public static void syncParent(Path entry) throws IOException {
        sync(parent(entry));
    }

    /** Makes the entries of a directory, or the content of a file, durable. */
    public static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Syncs every file and directory below {@code root}, and {@code root} itself. */
    public static void syncTree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
                if (!Files.isSymbolicLink(path)) {
                    sync(path);
                }
            }
        }
    }

    /** Copies {@code from} with all below it to {@code to}, which is not there; nothing of it is durable. */
    public static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /** Removes {@code root} with all below it, if it is there; symbolic links are removed, not followed. */
    public static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static Path parent(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("expected a path below a directory, found `" + path + "`");
        }
        return parent;
    }
}
