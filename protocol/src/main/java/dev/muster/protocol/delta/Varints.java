package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;

/** Reads numbers of seven bits a byte, lowest first. Not thread-safe. */
final class Varints {
    private static final int LONGEST = 9;

    private final byte[] bytes;
    private final int end;
    private int position;

    Varints(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
    }

    int position() {
        return position;
    }

    boolean atEnd() {
        return position == end;
    }

    int octet() {
        if (position >= end) {
            throw new ProtocolException("delta: a recipe ends in the middle");
        }
        return bytes[position++] & 0xFF;
    }

    /** A number from 0 to {@code max}. */
    long next(long max) {
        long value = 0;
        for (int i = 0; i < LONGEST; i++) {
            int octet = octet();
            value |= (octet & 0x7FL) << (7 * i);
            if (octet < 0x80) {
                if (value > max) {
                    break;
                }
                return value;
            }
        }
        throw new ProtocolException("delta: expected a number of at most " + max + ", found a larger one");
    }

    int nextInt(int max) {
        return (int) next(max);
    }

    /** A number from {@code -max} to {@code max}, with its sign in the lowest bit. */
    long nextSigned(long max) {
        long value = next((max << 1) + 1);
        return (value >>> 1) ^ -(value & 1);
    }
}
