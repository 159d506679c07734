package dev.muster.protocol.delta.make;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A block of a squashfs as its tables name it: a stream of zlib (RFC 1950), or bytes as they are. Nothing of it was read yet.
 *
 * @param from where what says how long it is begins, if that lies before it; else its own place
 * @param start where in the image it begins
 * @param length bytes there; 0 for a hole
 * @param stored whether they are as they are
 */
record SquashedBlock(long from, long start, int length, boolean stored) {
    private static final int HEADER_BYTES = 2;
    private static final int CHECKSUM_BYTES = 4;
    private static final int DEFLATED = 8;
    private static final int MOST_WINDOW = 7;
    private static final int HEADER_MODULUS = 31;
    private static final int DICTIONARY = 1 << 5;
    private static final int LEVEL_SHIFT = 6;
    /** By what a header says of the level: fastest, fast, usual, best. */
    private static final int[][] LEVELS = {{1}, {5, 4, 3, 2}, {6}, {9, 8, 7}};

    long end() {
        return start + length;
    }

    /** What of it is deflated, or all of it where it is stored; null if it is no stream of at most {@code most} bytes. */
    @Nullable Packed read(ImageBytes image, int most) {
        if (length == 0) {
            return null;
        }
        if (stored) {
            return Packed.stored(start, length);
        }
        long end = end() - CHECKSUM_BYTES;
        if (length <= HEADER_BYTES + CHECKSUM_BYTES || !hasHeader(image)) {
            return null;
        }
        Packed stream = Packed.read(image, from, start + HEADER_BYTES, end, most);
        return stream == null || stream.end() != end
                ? null
                : new Packed(from, stream.start(), stream.packed(), stream.raw(), end());
    }

    private boolean hasHeader(ImageBytes image) {
        int method = image.at(start) & 0xFF;
        int flags = image.at(start + 1) & 0xFF;
        return (method & 0xF) == DEFLATED
                && method >>> 4 <= MOST_WINDOW
                && ((method << Byte.SIZE) | flags) % HEADER_MODULUS == 0
                && (flags & DICTIONARY) == 0;
    }

    /** Levels of zlib that write such a header, likeliest first. */
    int[] levels(ImageBytes image) {
        return LEVELS[(image.at(start + 1) & 0xFF) >>> LEVEL_SHIFT];
    }

    /** Unpacks it into {@code target}; returns how many bytes it has, -1 if it is damaged or longer than there is room. */
    int unpack(ImageBytes image, byte[] target) {
        if (stored) {
            if (length > target.length) {
                return -1;
            }
            image.get(start, target, 0, length);
            return length;
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(Packed.bytes(image, start, length));
            int done = 0;
            while (!inflater.finished()) {
                int count = inflater.inflate(target, done, target.length - done);
                if (count == 0 && !inflater.finished()) {
                    return -1;
                }
                done += count;
            }
            return done;
        } catch (DataFormatException e) {
            return -1;
        } finally {
            inflater.end();
        }
    }
}
