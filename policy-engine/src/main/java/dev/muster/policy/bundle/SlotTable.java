package dev.muster.policy.bundle;

import static dev.muster.policy.bundle.BundleFormat.EMPTY_SLOT;
import static dev.muster.policy.bundle.BundleFormat.MAX_SLOTS;
import static dev.muster.policy.bundle.BundleFormat.bucket;
import static dev.muster.policy.bundle.BundleFormat.bucketWords;
import static dev.muster.policy.bundle.BundleFormat.buckets;
import static dev.muster.policy.bundle.BundleFormat.slot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Places the permissions of one row so that each has a slot of its own which a reader computes without searching (hash
 * and displace: Belazzougui, Botelho, Dietzfelbinger, ESA 2009). Deterministic.
 */
final class SlotTable {
    private SlotTable() {}

    /** A placed row: bucket bytes and slots as the words of the format. */
    record Placed(int slots, int buckets, List<Integer> words) {}

    /** Places permission ids, sorted and distinct, each with its decision. */
    static Placed place(int[] permissions, int[] decisions) {
        int buckets = buckets(permissions.length);
        List<List<Integer>> members = new ArrayList<>();
        for (int i = 0; i < buckets; i++) {
            members.add(new ArrayList<>());
        }
        for (int i = 0; i < permissions.length; i++) {
            members.get(bucket(permissions[i], buckets)).add(i);
        }
        // Full buckets first, while there is room; the sort is stable, so the order is always the same.
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < buckets; i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingInt(bucket -> -members.get(bucket).size()));
        for (int slots = permissions.length + permissions.length / 8 + 1; slots <= MAX_SLOTS; slots++) {
            int[] table = new int[slots];
            Arrays.fill(table, EMPTY_SLOT);
            int[] shifts = new int[buckets];
            if (order.stream()
                    .allMatch(bucket -> fit(members.get(bucket), bucket, permissions, decisions, table, shifts))) {
                return new Placed(slots, buckets, words(shifts, table));
            }
        }
        throw new BundleException("bundle: a row of fewer permissions expected, found " + permissions.length);
    }

    private static boolean fit(
            List<Integer> members, int bucket, int[] permissions, int[] decisions, int[] table, int[] shifts) {
        for (int shift = 0; shift < 256; shift++) {
            int placed = 0;
            while (placed < members.size()) {
                int member = members.get(placed);
                int at = slot(permissions[member], shift, table.length);
                if (table[at] != EMPTY_SLOT) {
                    break;
                }
                table[at] = (permissions[member] << 16) | decisions[member];
                placed++;
            }
            if (placed == members.size()) {
                shifts[bucket] = shift;
                return true;
            }
            for (int i = 0; i < placed; i++) {
                table[slot(permissions[members.get(i)], shift, table.length)] = EMPTY_SLOT;
            }
        }
        return false;
    }

    private static List<Integer> words(int[] shifts, int[] table) {
        int[] packed = new int[bucketWords(shifts.length)];
        for (int i = 0; i < shifts.length; i++) {
            packed[i >> 2] |= shifts[i] << ((i & 3) * 8);
        }
        List<Integer> words = new ArrayList<>();
        Arrays.stream(packed).forEach(words::add);
        Arrays.stream(table).forEach(words::add);
        return words;
    }
}
