package dev.muster.agent;

import dev.muster.agent.config.StateDir;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;

/** One agent at a time on a state directory. */
final class StateLock {
    private StateLock() {}

    /** Held until the channel is closed, or the process ends. */
    static FileChannel take(StateDir state) throws IOException {
        FileChannel channel = FileChannel.open(state.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // The same process: said below.
        }
        channel.close();
        throw new IOException("another agent already runs on `" + state.root() + "`");
    }
}
