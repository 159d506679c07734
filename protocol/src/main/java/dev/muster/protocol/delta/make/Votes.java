package dev.muster.protocol.delta.make;

import dev.muster.protocol.delta.DeltaFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Which windows of the old image resemble given bytes: sampled fingerprints of the bytes vote for the bins of the old image in which
 * the same fingerprints are. Immutable once made; memory is bounded by sampling larger images more sparsely.
 */
final class Votes {
    private static final int WINDOW_BYTES = 32;
    private static final int BITS_A_BYTE = 64 / WINDOW_BYTES;
    private static final int LEAST_SAMPLING_LOG = 5;
    private static final int MOST_SAMPLES = 1 << 23;
    private static final int MOST_SAME = 4;
    private static final float NEIGHBOUR = 0.3f;
    private static final float LEAST = 0.9f;

    private final int[] prints;
    private final int[] bins;
    private final int mask;
    private final int samplingShift;
    private final int binCount;

    private Votes(int size, int samplingShift, int binCount) {
        this.prints = new int[size];
        this.bins = new int[size];
        this.mask = size - 1;
        this.samplingShift = samplingShift;
        this.binCount = binCount;
    }

    static Votes of(ImageBytes old, BooleanSupplier cancelled) {
        int log = LEAST_SAMPLING_LOG;
        while (old.length() >>> log > MOST_SAMPLES) {
            log++;
        }
        int samples = (int) (old.length() >>> log);
        int bins = (int) ((old.length() + DeltaFormat.BIN_BYTES - 1) / DeltaFormat.BIN_BYTES);
        Votes votes = new Votes(Integer.highestOneBit(Math.max(16, samples)) << 2, 64 - log, bins);
        byte[] buffer = new byte[DeltaFormat.BIN_BYTES];
        long hash = 0;
        int room = votes.prints.length / 2;
        for (int bin = 0; bin < bins && room > 0; bin++) {
            DeltaMaker.check(cancelled);
            long from = (long) bin * DeltaFormat.BIN_BYTES;
            int length = (int) Math.min(buffer.length, old.length() - from);
            old.get(from, buffer, 0, length);
            for (int i = 0; i < length; i++) {
                hash = (hash << BITS_A_BYTE) + Gear.TABLE[buffer[i] & 0xFF];
                if (hash >>> votes.samplingShift == 0 && votes.add(hash, bin)) {
                    room--;
                }
            }
        }
        return votes;
    }

    private static int print(long mixed) {
        int print = (int) (mixed >>> 32);
        return print == 0 ? 1 : print;
    }

    private boolean add(long hash, int bin) {
        long mixed = Gear.mix(hash);
        int print = print(mixed);
        int slot = (int) mixed & mask;
        int same = 0;
        while (prints[slot] != 0) {
            if (prints[slot] == print && (bins[slot] == bin || ++same >= MOST_SAME)) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        prints[slot] = print;
        bins[slot] = bin;
        return true;
    }

    /** Ranges of bins (begin, end) that resemble {@code bytes} most, ascending, at most {@code most} bins together. */
    List<int[]> windows(byte[] bytes, int most) {
        Map<Integer, Float> votes = new HashMap<>();
        int[] found = new int[MOST_SAME];
        long hash = 0;
        for (int i = 0; i < bytes.length; i++) {
            hash = (hash << BITS_A_BYTE) + Gear.TABLE[bytes[i] & 0xFF];
            if (hash >>> samplingShift != 0) {
                continue;
            }
            long mixed = Gear.mix(hash);
            int print = print(mixed);
            int same = 0;
            for (int slot = (int) mixed & mask; prints[slot] != 0 && same < MOST_SAME; slot = (slot + 1) & mask) {
                if (prints[slot] == print) {
                    found[same++] = bins[slot];
                }
            }
            for (int j = 0; j < same; j++) {
                votes.merge(found[j], 1f / same, Float::sum);
            }
        }
        Map<Integer, Float> spread = new HashMap<>(votes);
        votes.forEach((bin, weight) -> {
            spread.merge(bin - 1, NEIGHBOUR * weight, Float::sum);
            spread.merge(bin + 1, NEIGHBOUR * weight, Float::sum);
        });
        TreeSet<Integer> chosen = new TreeSet<>();
        spread.entrySet().stream()
                .filter(entry -> entry.getKey() >= 0 && entry.getKey() < binCount && entry.getValue() > LEAST)
                .sorted(Map.Entry.<Integer, Float>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .forEach(entry -> chosen.add(entry.getKey()));
        List<int[]> ranges = new ArrayList<>();
        for (int bin : chosen) {
            int[] last = ranges.isEmpty() ? null : ranges.getLast();
            if (last != null && last[1] == bin) {
                last[1] = bin + 1;
            } else {
                ranges.add(new int[] {bin, bin + 1});
            }
        }
        return ranges;
    }
}
