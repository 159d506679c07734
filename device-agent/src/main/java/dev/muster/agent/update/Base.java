package dev.muster.agent.update;

import dev.muster.protocol.delta.BaseBytes;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * What a delta may start from: the bytes that are in force. Whether they still are what was once written there shows when a segment
 * made of them is checked.
 *
 * @param sha256 of the first {@code length} bytes when they were written
 */
public record Base(String sha256, long length, FileChannel channel) implements AutoCloseable {
    private static final int PAGE_BYTES = 4096;

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Its bytes, wherever they are asked for. */
    BaseBytes bytes() {
        return (position, target, offset, count) -> {
            ByteBuffer buffer = ByteBuffer.wrap(target, offset, count);
            long at = position;
            while (buffer.hasRemaining()) {
                int read = channel.read(buffer, at);
                if (read < 0) {
                    throw new EOFException("the base ends at " + at);
                }
                at += read;
            }
        };
    }

    /** Its bytes, zeros where the disk does not give them: to look for what is there, not to use it unchecked. */
    BaseBytes readable() {
        BaseBytes bytes = bytes();
        return (position, target, offset, count) -> {
            try {
                bytes.read(position, target, offset, count);
            } catch (IOException e) {
                for (int done = 0; done < count; done += PAGE_BYTES) {
                    int part = Math.min(PAGE_BYTES, count - done);
                    try {
                        bytes.read(position + done, target, offset + done, part);
                    } catch (IOException unreadable) {
                        Arrays.fill(target, offset + done, offset + done + part, (byte) 0);
                    }
                }
            }
        };
    }
}
