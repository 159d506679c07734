package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.BaseBytes;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of any length in memory pages that the operating system may take back. Thread-safe; stays mapped until it is garbage. */
public final class ImageBytes implements BaseBytes {
    private static final int SHIFT = 30;
    private static final int MASK = (1 << SHIFT) - 1;
    private static final int COMPARED = 64 << 10;

    private final ByteBuffer[] maps;
    private final long length;

    private ImageBytes(ByteBuffer[] maps, long length) {
        this.maps = maps;
        this.length = length;
    }

    /** Maps a file, which must not be shortened while it is in use. */
    public static ImageBytes map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = channel.size();
            ByteBuffer[] maps = new ByteBuffer[Math.toIntExact((length + MASK) >>> SHIFT)];
            for (int i = 0; i < maps.length; i++) {
                long from = (long) i << SHIFT;
                maps[i] = channel.map(FileChannel.MapMode.READ_ONLY, from, Math.min(1L << SHIFT, length - from));
            }
            return new ImageBytes(maps, length);
        }
    }

    /** Bytes in memory. */
    public static ImageBytes of(byte[] bytes) {
        return new ImageBytes(
                bytes.length == 0 ? new ByteBuffer[0] : new ByteBuffer[] {ByteBuffer.wrap(bytes)}, bytes.length);
    }

    public long length() {
        return length;
    }

    byte at(long position) {
        return maps[(int) (position >>> SHIFT)].get((int) position & MASK);
    }

    @Override
    public void read(long position, byte[] target, int offset, int count) throws IOException {
        if (position < 0 || position > length - count) {
            throw new EOFException("expected " + count + " bytes at " + position + ", found " + length + " in all");
        }
        get(position, target, offset, count);
    }

    void get(long position, byte[] target, int offset, int count) {
        int done = 0;
        while (done < count) {
            long at = position + done;
            int within = (int) at & MASK;
            ByteBuffer map = maps[(int) (at >>> SHIFT)];
            int part = Math.min(count - done, map.limit() - within);
            map.get(within, target, offset + done, part);
            done += part;
        }
    }

    /** How many bytes from the two places on are the same, at most {@code most}. */
    long same(long position, ImageBytes other, long otherPosition, long most) {
        long limit = Math.min(most, Math.min(length - position, other.length - otherPosition));
        long done = 0;
        while (done < limit) {
            int left = (int) ((position + done) & MASK);
            int right = (int) ((otherPosition + done) & MASK);
            ByteBuffer mine = maps[(int) ((position + done) >>> SHIFT)];
            ByteBuffer its = other.maps[(int) ((otherPosition + done) >>> SHIFT)];
            int part = (int)
                    Math.min(Math.min(COMPARED, limit - done), Math.min(mine.limit() - left, its.limit() - right));
            int differs = mine.slice(left, part).mismatch(its.slice(right, part));
            if (differs >= 0) {
                return done + differs;
            }
            done += part;
        }
        return limit;
    }

    /** How many bytes right before the two places are the same, at most {@code most}. */
    long sameBefore(long position, ImageBytes other, long otherPosition, long most) {
        long limit = Math.min(most, Math.min(position, otherPosition));
        long done = 0;
        while (done < limit && at(position - 1 - done) == other.at(otherPosition - 1 - done)) {
            done++;
        }
        return done;
    }
}
