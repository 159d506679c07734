package dev.muster.protocol.delta.make;

import java.util.SplittableRandom;

/** Hashes that roll over bytes, and hashes of whole blocks. Only the maker sees them: another table makes another, equally good delta. */
final class Gear {
    /** One random word per value of a byte (W. Xia et al., "FastCDC", USENIX ATC 2016). */
    static final long[] TABLE = new SplittableRandom(0x6D757374L).longs(256).toArray();

    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private Gear() {}

    /** Spreads a hash over all its bits. */
    static long mix(long value) {
        long mixed = (value ^ (value >>> 32)) * PRIME;
        return mixed ^ (mixed >>> 29);
    }

    /** A hash of bytes that are found by it and compared afterwards. Never 0, which stands for none. */
    static long hash(byte[] bytes, int from, int length) {
        long hash = length;
        for (int i = from; i < from + length; i++) {
            hash = (hash ^ (bytes[i] & 0xFF)) * 0x100000001B3L;
        }
        long mixed = mix(hash);
        return mixed == 0 ? 1 : mixed;
    }
}
