package dev.muster.protocol.delta.make;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * New bytes as differences to old ones: stretches that mostly agree, written as what to add to the old bytes, and what is new
 * between them. The rule for where a stretch begins and ends is that of C. Percival, "Naive differences of executable code" (2003);
 * matches are found by chains of hashes instead of a suffix array, which is enough within a few megabytes.
 */
final class Difference {
    private static final int HASH_BITS = 18;
    private static final int SHORTEST = 8;
    private static final int DEPTH = 64;
    private static final int GOOD_ENOUGH = 4096;
    private static final int BETTER_BY = 8;

    private final byte[] old;
    private final byte[] fresh;
    private final int[] heads = new int[1 << HASH_BITS];
    private final int[] chain;
    private final ByteArrayOutputStream control = new ByteArrayOutputStream();
    private final ByteArrayOutputStream added = new ByteArrayOutputStream();
    private final ByteArrayOutputStream extra = new ByteArrayOutputStream();
    private final List<Stretch> stretches = new ArrayList<>();
    private int matchLength;
    private int matchAt;

    private Difference(byte[] old, byte[] fresh) {
        this.old = old;
        this.fresh = fresh;
        this.chain = new int[Math.max(1, old.length)];
        Arrays.fill(heads, -1);
        for (int i = 0; i + SHORTEST <= old.length; i++) {
            int hash = hash(old, i);
            chain[i] = heads[hash];
            heads[hash] = i;
        }
    }

    /** Old bytes to which something is added. */
    record Stretch(int from, int length) {}

    /** The three streams: steps, what is added, what is new. */
    static final class Streams {
        private final List<Stretch> stretches;
        private final byte[] control;
        private final byte[] added;
        private final byte[] extra;

        Streams(List<Stretch> stretches, byte[] control, byte[] added, byte[] extra) {
            this.stretches = stretches;
            this.control = control;
            this.added = added;
            this.extra = extra;
        }

        /** Where in the old bytes what is added belongs, in its order. */
        List<Stretch> stretches() {
            return stretches;
        }

        byte[] control() {
            return control;
        }

        byte[] added() {
            return added;
        }

        byte[] extra() {
            return extra;
        }
    }

    static Streams of(byte[] old, byte[] fresh) {
        Difference difference = new Difference(old, fresh);
        difference.run();
        return new Streams(
                difference.stretches,
                difference.control.toByteArray(),
                difference.added.toByteArray(),
                difference.extra.toByteArray());
    }

    private static int hash(byte[] bytes, int at) {
        long word = 0;
        for (int i = 0; i < SHORTEST; i++) {
            word = word << 8 | (bytes[at + i] & 0xFF);
        }
        return (int) ((word * 0x9E3779B97F4A7C15L) >>> (64 - HASH_BITS));
    }

    private int common(int oldAt, int freshAt) {
        int most = Math.min(old.length - oldAt, fresh.length - freshAt);
        int differs = Arrays.mismatch(old, oldAt, oldAt + most, fresh, freshAt, freshAt + most);
        return differs < 0 ? most : differs;
    }

    /** The longest match of what is at {@code scan}; one on the line that is followed anyway is looked at first. */
    private void match(int scan, int offset) {
        matchLength = 0;
        if (scan + SHORTEST > fresh.length) {
            return;
        }
        int straight = scan + offset;
        if (straight >= 0 && straight < old.length) {
            int length = common(straight, scan);
            if (length >= SHORTEST) {
                matchLength = length;
                matchAt = straight;
            }
        }
        int candidate = heads[hash(fresh, scan)];
        for (int depth = 0; candidate >= 0 && depth < DEPTH && matchLength < GOOD_ENOUGH; depth++) {
            int last = candidate + matchLength;
            if (last < old.length
                    && scan + matchLength < fresh.length
                    && (matchLength == 0 || old[last] == fresh[scan + matchLength])) {
                int length = common(candidate, scan);
                if (length >= SHORTEST && length > matchLength) {
                    matchLength = length;
                    matchAt = candidate;
                }
            }
            candidate = chain[candidate];
        }
    }

    private boolean agrees(int freshAt, int offset) {
        int at = freshAt + offset;
        return at >= 0 && at < old.length && old[at] == fresh[freshAt];
    }

    private void run() {
        int scan = 0;
        int lastScan = 0;
        int lastAt = 0;
        int offset = 0;
        matchLength = 0;
        while (scan < fresh.length) {
            int score = 0;
            scan += matchLength;
            int scored = scan;
            for (; scan < fresh.length; scan++) {
                match(scan, offset);
                for (; scored < scan + matchLength; scored++) {
                    if (agrees(scored, offset)) {
                        score++;
                    }
                }
                if ((matchLength == score && matchLength != 0) || matchLength > score + BETTER_BY) {
                    break;
                }
                if (agrees(scan, offset)) {
                    score--;
                }
            }
            if (matchLength != score || scan >= fresh.length) {
                scan = Math.min(scan, fresh.length);
                int forward = forward(lastScan, lastAt, scan);
                int backward = scan < fresh.length ? backward(lastScan, scan) : 0;
                int overlap = lastScan + forward - (scan - backward);
                if (overlap > 0) {
                    int kept = split(lastScan + forward - overlap, lastAt + forward - overlap, scan, backward, overlap);
                    forward += kept - overlap;
                    backward -= kept;
                }
                int inserted = scan - backward - lastScan - forward;
                int next = (scan < fresh.length ? matchAt : lastAt + forward) - backward;
                emit(lastScan, lastAt, forward, inserted, next);
                lastScan = scan - backward;
                lastAt = next;
                offset = next - lastScan;
            }
        }
    }

    /** How far the line before is best followed from {@code lastScan} on. */
    private int forward(int lastScan, int lastAt, int scan) {
        int agreed = 0;
        int best = 0;
        int bestLength = 0;
        for (int i = 0; lastScan + i < scan && lastAt + i < old.length; ) {
            if (old[lastAt + i] == fresh[lastScan + i]) {
                agreed++;
            }
            i++;
            if (agreed * 2 - i > best * 2 - bestLength) {
                best = agreed;
                bestLength = i;
            }
        }
        return bestLength;
    }

    /** How far the match at {@code scan} is best followed backwards. */
    private int backward(int lastScan, int scan) {
        int agreed = 0;
        int best = 0;
        int bestLength = 0;
        for (int i = 1; scan - i >= lastScan && matchAt - i >= 0; i++) {
            if (old[matchAt - i] == fresh[scan - i]) {
                agreed++;
            }
            if (agreed * 2 - i > best * 2 - bestLength) {
                best = agreed;
                bestLength = i;
            }
        }
        return bestLength;
    }

    /** How much of an overlap goes with the line before. */
    private int split(int freshAt, int oldAt, int scan, int backward, int overlap) {
        int balance = 0;
        int best = 0;
        int kept = 0;
        for (int i = 0; i < overlap; i++) {
            if (fresh[freshAt + i] == old[oldAt + i]) {
                balance++;
            }
            if (fresh[scan - backward + i] == old[matchAt - backward + i]) {
                balance--;
            }
            if (balance > best) {
                best = balance;
                kept = i + 1;
            }
        }
        return kept;
    }

    private void emit(int lastScan, int lastAt, int forward, int inserted, int next) {
        for (int i = 0; i < forward; i++) {
            added.write(fresh[lastScan + i] - old[lastAt + i]);
        }
        if (forward > 0) {
            stretches.add(new Stretch(lastAt, forward));
        }
        extra.write(fresh, lastScan + forward, inserted);
        Numbers.write(control, forward);
        Numbers.write(control, inserted);
        Numbers.writeSigned(control, next - (lastAt + forward));
    }
}
