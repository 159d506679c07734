package dev.muster.standalone.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/** Makes a folder once, whole or not at all, whoever asks first, in whichever process. */
public final class OnceInstaller {
    private static final Duration WAIT_FOR_OTHER = Duration.ofMinutes(5);

    private OnceInstaller() {}

    /** Fills an empty folder; what it throws leaves nothing behind. */
    @FunctionalInterface
    public interface Filling {
        /** Writes the content into {@code folder}, which exists and is empty. */
        void fill(Path folder) throws IOException;
    }

    /**
     * Answers {@code target}, filling it first if it does not exist. A second caller waits for the first; what a dead
     * one left half-done is removed and done again.
     *
     * @throws StandaloneException if the disk is full or not writable, or another process takes over five minutes
     */
    public static Path ensure(Path target, Filling filling) {
        if (Files.isDirectory(target)) {
            return target;
        }
        Path parent = target.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("`" + target + "` has no parent folder");
        }
        Path partial = parent.resolve(target.getFileName() + ".partial");
        try {
            Files.createDirectories(parent);
            Path lockFile = parent.resolve(target.getFileName() + ".lock");
            try (FolderLock lock = acquire(lockFile, target)) {
                if (!Files.isDirectory(target)) {
                    Folders.delete(partial);
                    Files.createDirectory(partial);
                    filling.fill(partial);
                    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            return target;
        } catch (IOException e) {
            throw Folders.unusable(target, e);
        }
    }

    private static FolderLock acquire(Path lockFile, Path target) {
        FolderLock[] held = new FolderLock[1];
        boolean acquired = Await.until(WAIT_FOR_OTHER, () -> {
            Optional<FolderLock> lock = FolderLock.tryAcquire(lockFile);
            lock.ifPresent(value -> held[0] = value);
            return lock.isPresent();
        });
        if (!acquired) {
            throw new StandaloneException(
                    ExitCode.IN_USE, "another process has been preparing `" + target + "` for over five minutes");
        }
        return held[0];
    }
}
