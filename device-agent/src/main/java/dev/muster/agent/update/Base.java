package dev.muster.agent.update;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * What a delta may start from: the bytes that are in force. Whether they still are what was once written there shows when a segment
 * made of them is checked.
 *
 * @param sha256 of the first {@code length} bytes when they were written
 */
public record Base(String sha256, long length, FileChannel channel) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
