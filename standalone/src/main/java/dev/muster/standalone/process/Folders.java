package dev.muster.standalone.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Owner-only folders and files, whole-or-absent writes, and disk errors told in plain words. */
public final class Folders {
    private static final long FULL_BYTES = 1024 * 1024;

    private Folders() {}

    /** Creates {@code folder} and its parents; the folder itself becomes readable by its owner only. */
    public static Path ownerOnly(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            return folder;
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /** Replaces {@code file} by {@code text} in one step, flushed to disk, readable by its owner only. */
    public static void writeOwnerOnly(Path file, String text) {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.deleteIfExists(temporary);
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.write(StandardCharsets.UTF_8.encode(text));
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /** Removes {@code folder} with all it holds; symbolic links are removed, not followed. Absent is fine. */
    public static void delete(Path folder) {
        if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /** What {@code failure} at {@code path} means for the person at the terminal. */
    public static StandaloneException unusable(Path path, IOException failure) {
        String detail = String.valueOf(failure.getMessage());
        String why;
        if (failure instanceof AccessDeniedException) {
            why = "no permission; expected a path that `" + System.getProperty("user.name") + "` may write";
        } else if (detail.contains("No space left")) {
            why = "the disk is full (" + free(path) + "); free some space and start again, nothing is lost";
        } else if (detail.contains("Read-only")) {
            why = "the file system is read-only";
        } else {
            why = failure.getClass().getSimpleName() + ": " + detail;
        }
        return new StandaloneException(ExitCode.DATA_UNUSABLE, "cannot use `" + path + "`: " + why, failure);
    }

    /** Whether next to nothing fits on the disk of {@code path} any more: a child that died there died of it. */
    public static boolean isFull(Path path) {
        OptionalLong free = usable(path);
        return free.isPresent() && free.getAsLong() < FULL_BYTES;
    }

    /** What to tell when {@link #isFull} holds. */
    public static StandaloneException full(Path path) {
        return unusable(path, new IOException("No space left on device"));
    }

    private static String free(Path path) {
        OptionalLong free = usable(path);
        return free.isPresent() ? free.getAsLong() / (1024 * 1024) + " MiB free" : "free space unknown";
    }

    private static OptionalLong usable(Path path) {
        for (Path folder = path.toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder)) {
                try {
                    return OptionalLong.of(Files.getFileStore(folder).getUsableSpace());
                } catch (IOException e) {
                    return OptionalLong.empty();
                }
            }
        }
        return OptionalLong.empty();
    }
}
