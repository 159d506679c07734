package dev.muster.protocol.delta.make;

/** Where in the old image blocks of a hash begin: the first place of each, in a table of fixed size. */
final class BlockIndex {
    private final long[] hashes;
    private final long[] places;
    private final int mask;
    private int free;

    /** Room for {@code blocks} of them. */
    BlockIndex(int blocks) {
        int size = Integer.highestOneBit(Math.max(16, blocks)) << 2;
        hashes = new long[size];
        places = new long[size];
        mask = size - 1;
        free = size / 2;
    }

    void add(long hash, long place) {
        int slot = (int) hash & mask;
        while (hashes[slot] != 0) {
            if (hashes[slot] == hash) {
                return;
            }
            slot = (slot + 1) & mask;
        }
        if (free-- > 0) {
            hashes[slot] = hash;
            places[slot] = place;
        }
    }

    /** Where a block of this hash begins, -1 if none is known. */
    long find(long hash) {
        int slot = (int) hash & mask;
        while (hashes[slot] != 0) {
            if (hashes[slot] == hash) {
                return places[slot];
            }
            slot = (slot + 1) & mask;
        }
        return -1;
    }
}
