package dev.muster.policy.bundle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Numbers from 0 in one to four or five bytes, seven bits each, low ones first, the top bit set on all but the last. */
final class Varints {
    private static final int MOST_BYTES = 4;

    private final ByteBuffer bytes;
    private final int end;
    private int at;

    Varints(ByteBuffer bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /** The next number, or -1 where none in its shortest form is left. */
    int next() {
        return next(MOST_BYTES);
    }

    /** The same for numbers below 2^31, in up to five bytes. */
    int nextInt() {
        return next(MOST_BYTES + 1);
    }

    private int next(int mostBytes) {
        long value = 0;
        for (int i = 0; i < mostBytes && at < end; i++) {
            int read = bytes.get(at++);
            value |= (long) (read & 0x7F) << (7 * i);
            if (read >= 0) {
                return (read == 0 && i > 0) || value > Integer.MAX_VALUE ? -1 : (int) value;
            }
        }
        return -1;
    }

    /** The next byte as it is, or -1 where none is left. */
    int nextByte() {
        return at < end ? bytes.get(at++) & 0xFF : -1;
    }

    /** Bytes that are left. */
    int left() {
        return end - at;
    }

    /** Where the next number begins. */
    int position() {
        return at;
    }

    static void write(int value, ByteArrayOutputStream out) {
        int left = value;
        while (left >= 0x80) {
            out.write(left | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }
}
