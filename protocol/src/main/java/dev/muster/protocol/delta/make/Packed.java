package dev.muster.protocol.delta.make;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A deflated stream in an image, and what is wrapped around it: a local header of a zip, or zlib's header and checksum. Also bytes
 * that could be a stream and lie as they are.
 *
 * @param from where its wrapping begins
 * @param start where its bytes begin
 * @param packed how many there are
 * @param raw how many there are unpacked; 0 if they lie as they are
 * @param to where its wrapping ends
 */
record Packed(long from, long start, int packed, int raw, long to) {
    private static final int PART_BYTES = 64 << 10;

    /** Bytes that lie as they are. */
    static Packed stored(long start, int length) {
        return new Packed(start, start, length, 0, start + length);
    }

    /** A stream that begins at {@code start} and ends before {@code limit}, with nothing after it; null if there is none. */
    static @Nullable Packed read(ImageBytes image, long from, long start, long limit, int most) {
        Inflater inflater = new Inflater(true);
        try {
            byte[] input = new byte[PART_BYTES];
            byte[] output = new byte[PART_BYTES];
            long at = start;
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    int count = (int) Math.min(input.length, limit - at);
                    if (count == 0) {
                        return null;
                    }
                    image.get(at, input, 0, count);
                    inflater.setInput(input, 0, count);
                    at += count;
                }
                if ((inflater.inflate(output) == 0 && inflater.needsDictionary())
                        || inflater.getBytesWritten() > most) {
                    return null;
                }
            }
            int packed = (int) inflater.getBytesRead();
            int raw = (int) inflater.getBytesWritten();
            return raw == 0 ? null : new Packed(from, start, packed, raw, start + packed);
        } catch (DataFormatException e) {
            return null;
        } finally {
            inflater.end();
        }
    }

    /** Where its bytes end. */
    long end() {
        return start + packed;
    }

    /** Bytes that it takes where it is a part of the base, with its wrapping. */
    long baseBytes() {
        return start - from + (raw == 0 ? packed : raw) + to - end();
    }

    /** What is in it. */
    byte[] content(ImageBytes image) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes(image, start, packed));
            byte[] content = new byte[raw];
            int done = 0;
            while (done < raw) {
                done += inflater.inflate(content, done, raw - done);
            }
            return content;
        } catch (DataFormatException e) {
            throw new IllegalStateException("it was inflated before", e);
        } finally {
            inflater.end();
        }
    }

    /** The first of {@code levels} at which zlib makes exactly these bytes of the content; 0 if at none. */
    int level(ImageBytes image, int... levels) {
        byte[] expected = bytes(image, start, packed);
        byte[] content = content(image);
        for (int level : levels) {
            if (makes(expected, content, level)) {
                return level;
            }
        }
        return 0;
    }

    private static boolean makes(byte[] expected, byte[] content, int level) {
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setInput(content);
            deflater.finish();
            byte[] made = new byte[PART_BYTES];
            int at = 0;
            while (!deflater.finished()) {
                int count = deflater.deflate(made);
                if (at + count > expected.length || Arrays.mismatch(made, 0, count, expected, at, at + count) >= 0) {
                    return false;
                }
                at += count;
            }
            return at == expected.length;
        } finally {
            deflater.end();
        }
    }

    static byte[] bytes(ImageBytes image, long at, int length) {
        byte[] bytes = new byte[length];
        image.get(at, bytes, 0, length);
        return bytes;
    }
}
