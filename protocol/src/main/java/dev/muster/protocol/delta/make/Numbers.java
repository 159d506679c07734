package dev.muster.protocol.delta.make;

import java.io.ByteArrayOutputStream;

/** Writes numbers of seven bits a byte, lowest first. */
final class Numbers {
    private Numbers() {}

    static void write(ByteArrayOutputStream out, long value) {
        long left = value;
        while (left > 0x7F) {
            out.write((int) (left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.write((int) left);
    }

    /** With the sign in the lowest bit. */
    static void writeSigned(ByteArrayOutputStream out, long value) {
        write(out, (value << 1) ^ (value >> 63));
    }
}
