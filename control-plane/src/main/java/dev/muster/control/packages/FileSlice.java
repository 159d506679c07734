package dev.muster.control.packages;

import dev.muster.control.packages.PackageRefused.Code;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * A part of a file that can be read at any place, and not beyond its ends. Reading never moves the channel, so slices of
 * one channel do not disturb each other. Valid while the channel is open.
 */
public final class FileSlice {
    private final FileChannel channel;
    private final long start;
    private final long length;

    private FileSlice(FileChannel channel, long start, long length) {
        this.channel = channel;
        this.start = start;
        this.length = length;
    }

    /** The whole file. */
    public static FileSlice of(FileChannel channel) throws IOException {
        return new FileSlice(channel, 0, channel.size());
    }

    /** In bytes. */
    public long length() {
        return length;
    }

    /** A part of this part; {@link PackageRefused} where it would reach beyond it. */
    public FileSlice slice(long offset, long count) {
        require(offset, count);
        return new FileSlice(channel, start + offset, count);
    }

    /** Bytes in little endian, as every number in these formats; {@link PackageRefused} beyond the ends. */
    public ByteBuffer bytes(long offset, int count) throws IOException {
        require(offset, count);
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, start + offset + buffer.position()) < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
        }
        return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** All bytes from the first on. */
    public InputStream stream() {
        return new Stream();
    }

    private void require(long offset, long count) {
        if (offset < 0 || count < 0 || offset > length - count) {
            throw new PackageRefused(
                    Code.TRUNCATED,
                    "expected " + count + " bytes from byte " + offset + " on, found a part of " + length + " bytes");
        }
    }

    private final class Stream extends InputStream {
        private long position;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            Objects.checkFromIndexSize(offset, count, into.length);
            if (count == 0) {
                return 0;
            }
            int wanted = (int) Math.min(count, length - position);
            if (wanted <= 0) {
                return -1;
            }
            int read = channel.read(ByteBuffer.wrap(into, offset, wanted), start + position);
            if (read > 0) {
                position += read;
            }
            return read;
        }
    }
}
