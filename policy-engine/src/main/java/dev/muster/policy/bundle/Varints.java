package dev.muster.policy.bundle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Numbers below 2^28 in one to four bytes, seven bits each, low ones first, the top bit set on all but the last. */
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
        int value = 0;
        for (int i = 0; i < MOST_BYTES && at < end; i++) {
            int read = bytes.get(at++);
            value |= (read & 0x7F) << (7 * i);
            if (read >= 0) {
                return read == 0 && i > 0 ? -1 : value;
            }
        }
        return -1;
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
