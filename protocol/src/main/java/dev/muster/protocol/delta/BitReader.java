package dev.muster.protocol.delta;

import dev.muster.protocol.ProtocolException;

/**
 * Reads what {@code make.BitWriter} wrote: an arithmetic decoder whose interval has 32 bits and gives away its leading bytes as soon
 * as they are settled. Not thread-safe.
 */
final class BitReader implements Bits {
    private static final int AHEAD_BYTES = 4;

    private final byte[] bytes;
    private final int end;
    private int position;
    private long low;
    private long high = 0xFFFF_FFFFL;
    private long value;

    BitReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
        for (int i = 0; i < AHEAD_BYTES; i++) {
            value = (value << 8) | octet();
        }
    }

    private int octet() {
        if (position >= end) {
            throw new ProtocolException("delta: a payload ends too early");
        }
        return bytes[position++] & 0xFF;
    }

    boolean atEnd() {
        return position == end;
    }

    @Override
    public int code(int probability, int bit) {
        long middle = low + (((high - low) * probability) >>> 16);
        int read;
        if (value <= middle) {
            read = 1;
            high = middle;
        } else {
            read = 0;
            low = middle + 1;
        }
        while (((low ^ high) & 0xFF00_0000L) == 0) {
            low = (low << 8) & 0xFFFF_FFFFL;
            high = ((high << 8) & 0xFFFF_FFFFL) | 0xFF;
            value = ((value << 8) & 0xFFFF_FFFFL) | octet();
        }
        return read;
    }
}
