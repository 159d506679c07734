package dev.muster.standalone.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** An exclusive lock held by this process through a file; the system releases it when the process dies. */
public final class FolderLock implements AutoCloseable {
    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock if nobody holds it; empty if another process, or another part of this one, does. */
    public static Optional<FolderLock> tryAcquire(Path file) {
        try {
            FileChannel channel = open(file);
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return Optional.of(new FolderLock(channel));
                }
            } catch (OverlappingFileLockException e) {
                // Held by this very process: the same answer as for another one.
            }
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            throw Folders.unusable(file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StandaloneException(ExitCode.FAILED, "cannot release a lock: " + e.getMessage(), e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
