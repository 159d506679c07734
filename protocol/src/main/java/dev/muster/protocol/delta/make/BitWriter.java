package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.Bits;
import java.io.ByteArrayOutputStream;

/** An arithmetic encoder: the other side of {@code BitReader}. Not thread-safe. */
final class BitWriter implements Bits {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long low;
    private long high = 0xFFFF_FFFFL;

    @Override
    public int code(int probability, int bit) {
        long middle = low + (((high - low) * probability) >>> 16);
        if (bit == 1) {
            high = middle;
        } else {
            low = middle + 1;
        }
        while (((low ^ high) & 0xFF00_0000L) == 0) {
            out.write((int) (low >>> 24));
            low = (low << 8) & 0xFFFF_FFFFL;
            high = ((high << 8) & 0xFFFF_FFFFL) | 0xFF;
        }
        return bit;
    }

    /** All of it; as many bytes as a reader reads. */
    byte[] end() {
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.write((int) (low >>> shift));
        }
        return out.toByteArray();
    }
}
