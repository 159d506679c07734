package dev.muster.protocol.delta;

import java.util.Arrays;

/**
 * What differences of four bytes were at the same old addresses and near them, and which of that to propose for the next: what most
 * agree on, each as much as it was right of late. Integers only; memory is fixed. Not thread-safe.
 */
final class KnownFields {
    /** Places that are remembered, and the field before. */
    static final int SOURCES = 5;

    private static final int LAST = SOURCES - 1;
    private static final int KEPT_LOG = 13;
    private static final int TRUST_SHIFT = 5;
    private static final int PRIME = 0x9E37_79B1;
    private static final int LOWEST_BYTE = 0xFF;

    private final int[] kept = new int[LAST << KEPT_LOG];
    private final int[] places = new int[LAST];
    private final int[] proposals = new int[SOURCES];
    private final int[] trust = new int[SOURCES];
    private int last;
    private int best;
    private int agreeing;

    /** Forgets everything. */
    void reset() {
        Arrays.fill(kept, 0);
        Arrays.fill(places, 0);
        Arrays.fill(proposals, 0);
        Arrays.fill(trust, Bits.WHOLE / 2);
        last = 0;
    }

    /**
     * Looks what is known of a field.
     *
     * @param near how many low bits of an address do not matter for being near
     * @return whether there is something to propose: fields begin with a byte that is not zero
     */
    boolean look(int target, int absolute, int near) {
        places[0] = place(0, target);
        places[1] = place(1, absolute);
        places[2] = place(2, target >>> near);
        places[3] = place(3, absolute >>> near);
        for (int i = 0; i < LAST; i++) {
            proposals[i] = kept[places[i]];
        }
        proposals[LAST] = last;
        int most = -1;
        for (int i = 0; i < SOURCES; i++) {
            int sum = trusted(proposals[i]);
            if (sum > most && (proposals[i] & LOWEST_BYTE) != 0) {
                most = sum;
                best = proposals[i];
            }
        }
        agreeing = 0;
        for (int i = 0; i < SOURCES; i++) {
            agreeing |= proposals[i] == best ? 1 << i : 0;
        }
        return most >= 0;
    }

    private int trusted(int proposal) {
        int sum = 0;
        for (int i = 0; i < SOURCES; i++) {
            sum += proposals[i] == proposal ? trust[i] : 0;
        }
        return sum;
    }

    private static int place(int source, int known) {
        return (source << KEPT_LOG) + ((known * PRIME) >>> (32 - KEPT_LOG));
    }

    /** What to propose; the lowest byte comes first. */
    int best() {
        return best;
    }

    /** Who proposes it, a bit each. */
    int agreeing() {
        return agreeing;
    }

    /** The field before. */
    int last() {
        return last;
    }

    /** Learns what the field at the place looked at last was. */
    void learn(int value) {
        for (int i = 0; i < SOURCES; i++) {
            trust[i] += ((proposals[i] == value ? Bits.WHOLE : 0) - trust[i]) >> TRUST_SHIFT;
        }
        for (int place : places) {
            kept[place] = value;
        }
        last = value;
    }
}
