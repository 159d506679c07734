package dev.muster.protocol.delta;

import java.io.IOException;
import java.util.Arrays;

/**
 * What the next difference will be, learned from those before and from the old bytes around it. Differences of programs are
 * addresses that moved: the same old address, or an old jump to the same place, moves by the same distance each time, and what lies near
 * it by the same too. Several contexts say how likely a bit is; a mixer learns whom to believe, and its word is corrected by what came
 * of it before (as M. Mahoney's PAQ does). Integers only, so that every machine computes the same. Memory is fixed. Not thread-safe.
 */
public final class DifferenceModel {
    /** Old bytes that must lie before a difference's own, zeros where the base has none. */
    public static final int BEFORE_BYTES = 2;
    /** Old bytes that must lie after it. */
    public static final int AFTER_BYTES = 3;
    /** Differences that are told to be all zero at once: most are. */
    public static final int GROUP = 16;

    private static final int INPUTS = 9;
    private static final int TABLE_LOG = 15;
    private static final int FIELD_BYTES = 4;
    private static final int RING = 32;
    // Of a predictor: 22 bits of probability, 10 of how often it was asked.
    private static final int COUNT_BITS = 10;
    private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;
    // So few, because moved addresses follow the place: what was long ago says little.
    private static final int MOST_COUNTED = 8;
    private static final int NEAR_BITS = 13;
    private static final int EVEN = 1 << 31;
    private static final int STRETCHED = 3072;
    private static final int GROUP_SET = FIELD_BYTES * 9;
    private static final int FIRST_WEIGHT = 20_000;
    private static final int LEARNING_SHIFT = 14;
    // Corrections: for each bit of a byte and each byte of a field, by how sure the mixer is, between which lies a
    // line.
    private static final int CORRECTION_STEPS = 32;
    private static final int CORRECTION_STEP = 2 * STRETCHED / CORRECTION_STEPS;
    private static final int CORRECTION_SHIFT = 5;
    private static final int CORRECTION_BITS = 6;
    private static final int GROUP_CORRECTION = FIELD_BYTES << 8;
    private static final int FIELD_SET = GROUP_SET + 1;
    private static final int FIELD_CORRECTION = GROUP_CORRECTION + 1;
    private static final int PRIME = 0x9E37_79B1;
    private static final int[] STRETCH = new int[4096];
    private static final int[] SQUASH = new int[2 * STRETCHED + 1];
    private static final int[] RATE = new int[MOST_COUNTED + 1];

    static {
        // StrictMath: the tables are part of the format.
        for (int i = 0; i < STRETCH.length; i++) {
            double probability = (i + 0.5) / STRETCH.length;
            STRETCH[i] = (int) StrictMath.rint(StrictMath.log(probability / (1 - probability)) * 256);
        }
        for (int i = 0; i < SQUASH.length; i++) {
            double squashed = Bits.WHOLE / (1 + StrictMath.exp((STRETCHED - i) / 256.0));
            SQUASH[i] = Math.max(1, Math.min(Bits.WHOLE - 1, (int) StrictMath.rint(squashed)));
        }
        for (int i = 0; i < RATE.length; i++) {
            RATE[i] = (int) (Bits.WHOLE / (i + 1.6));
        }
    }

    private final int[] predictors = new int[INPUTS << TABLE_LOG];
    private final int[] contexts = new int[INPUTS];
    private final int[] slots = new int[INPUTS];
    private final int[] inputs = new int[INPUTS];
    private final int[] weights = new int[(FIELD_SET + 1) * INPUTS];
    private final int[] corrections = new int[(FIELD_CORRECTION + (1 << KnownFields.SOURCES)) * (CORRECTION_STEPS + 1)];
    private final KnownFields known = new KnownFields();
    private final byte[] recent = new byte[RING];
    private int recentAt;
    private int groupLeft;
    private boolean groupIsZero;
    private int groups;
    private int changed;
    private int phase;
    private int fieldAbsolute;
    private int fieldTarget;
    private int field;
    private int hits;
    private int pending;
    private int pendingField;

    /** One that knows nothing yet. */
    public DifferenceModel() {
        reset();
    }

    /** Reads {@code count} old bytes and what lies around them; the first is then at {@link #BEFORE_BYTES}. */
    public static void readAround(BaseBytes base, long baseLength, long position, byte[] target, int count)
            throws IOException {
        int before = (int) Math.min(BEFORE_BYTES, position);
        int after = (int) Math.min(AFTER_BYTES, baseLength - position - count);
        Arrays.fill(target, 0, BEFORE_BYTES - before, (byte) 0);
        base.read(position - before, target, BEFORE_BYTES - before, before + count + after);
        Arrays.fill(target, BEFORE_BYTES + count + after, BEFORE_BYTES + count + AFTER_BYTES, (byte) 0);
    }

    /** Forgets everything. */
    public void reset() {
        Arrays.fill(predictors, EVEN);
        Arrays.fill(weights, FIRST_WEIGHT);
        for (int i = 0; i < corrections.length; i++) {
            corrections[i] = SQUASH[i % (CORRECTION_STEPS + 1) * CORRECTION_STEP] << CORRECTION_BITS;
        }
        Arrays.fill(recent, (byte) 0);
        recentAt = 0;
        groupLeft = 0;
        groups = 0;
        changed = 0;
        phase = 0;
        field = 0;
        known.reset();
        hits = 0;
        pending = 0;
    }

    /** Whether the next difference begins a group, which is to be coded first. */
    public boolean beginsGroup() {
        return groupLeft == 0;
    }

    /**
     * Codes whether all of the next {@link #GROUP} differences are zero, or all that are left.
     *
     * @param zero what a writer knows
     */
    public void group(Bits bits, boolean zero) {
        Arrays.fill(contexts, 0);
        contexts[0] = mix(20, groups & 0xFF);
        contexts[1] = mix(21, groups & 0xFFFF);
        contexts[2] = mix(22, Integer.numberOfTrailingZeros(groups));
        int bit = code(bits, 256, GROUP_SET, GROUP_CORRECTION, zero ? 0 : 1);
        groups = (groups << 1) | bit;
        groupIsZero = bit == 0;
        groupLeft = GROUP;
        if (groupIsZero) {
            changed = 0;
            phase = 0;
        }
    }

    /**
     * Codes a difference.
     *
     * @param old the old byte is at {@code at}, others around it
     * @param position of the old byte in the base
     * @param left how many differences there are from this one on
     * @param ahead what a writer is to write: this one and the three after it, the lowest byte first
     */
    public int next(Bits bits, byte[] old, int at, long position, int left, int ahead) {
        groupLeft--;
        if (pending > 0) {
            int value = pendingField & 0xFF;
            pendingField >>>= 8;
            pending--;
            remember(value);
            return value;
        }
        if (groupIsZero) {
            recent[recentAt++ & (RING - 1)] = 0;
            return 0;
        }
        if (phase == 0) {
            fieldAbsolute = word(old, at);
            fieldTarget = fieldAbsolute + (int) position;
            field = 0;
        }
        look(old, at);
        int set = phase * 9;
        int correction = phase << 8;
        int value = 0;
        int difference = ahead & 0xFF;
        if (code(bits, 0, set, correction, difference == 0 ? 0 : 1) == 1) {
            if (phase == 0 && left >= FIELD_BYTES && proposed(bits, old, at, ahead)) {
                return known.last() & 0xFF;
            }
            int node = 1;
            for (int bit = 7; bit >= 0; bit--) {
                node = (node << 1) | code(bits, node, set + 1 + bit, correction | node, (difference >>> bit) & 1);
            }
            value = node & 0xFF;
        }
        learn(value);
        return value;
    }

    /** Codes whether this field is what is known of its place. If so, it is over. */
    private boolean proposed(Bits bits, byte[] old, int at, int ahead) {
        if (!known.look(fieldTarget, fieldAbsolute, NEAR_BITS)) {
            return false;
        }
        int agreeing = known.agreeing();
        int proposal = known.best();
        contexts[0] = mix(31, agreeing);
        contexts[1] = mix(32, fieldTarget);
        contexts[2] = mix(33, fieldAbsolute);
        contexts[3] = mix(34, proposal);
        contexts[4] = mix(35, (old[at - 1] & 0xFF) | ((old[at - 2] & 0xFF) << 8) | (agreeing << 16));
        contexts[5] = mix(36, ((changed & 0xFF) << KnownFields.SOURCES) | agreeing);
        contexts[6] = mix(37, mix(fieldTarget >>> NEAR_BITS, agreeing));
        contexts[7] = mix(38, mix(hits & 0xFF, agreeing));
        contexts[8] = mix(39, back(4) | (back(8) << 8) | (back(24) << 16));
        boolean hit = code(bits, 257, FIELD_SET, FIELD_CORRECTION + agreeing, ahead == proposal ? 1 : 0) == 1;
        hits = (hits << 1) | (hit ? 1 : 0);
        if (hit) {
            known.learn(proposal);
            remember(proposal & 0xFF);
            pending = FIELD_BYTES - 1;
            pendingField = proposal >>> 8;
        }
        return hit;
    }

    private void look(byte[] old, int at) {
        int partial = mix(field, phase);
        int before = old[at - 1] & 0xFF;
        int same = old[at] & 0xFF;
        contexts[0] = mix(1, ((changed & 0xFFF) << 2) | phase);
        contexts[1] = mix(2, mix(before | ((old[at - 2] & 0xFF) << 8) | (same << 16), phase | ((changed & 3) << 2)));
        contexts[2] = mix(3, mix(fieldTarget, partial));
        contexts[3] = mix(4, mix(fieldAbsolute, partial));
        contexts[4] = mix(5, mix(back(8) | (back(24) << 8), partial));
        contexts[5] = mix(6, mix(known.last(), partial));
        contexts[6] = mix(7, mix(back(1) | (back(2) << 8) | (back(4) << 16), phase));
        contexts[7] = mix(8, mix(fieldTarget >>> NEAR_BITS, partial));
        contexts[8] = mix(9, mix(fieldAbsolute >>> NEAR_BITS, partial));
    }

    private void remember(int value) {
        recent[recentAt++ & (RING - 1)] = (byte) value;
        changed = (changed << 1) | (value == 0 ? 0 : 1);
    }

    private void learn(int value) {
        remember(value);
        if (phase > 0) {
            field |= value << (8 * phase);
            phase = (phase + 1) % FIELD_BYTES;
            if (phase == 0) {
                known.learn(field);
            }
        } else if (value != 0) {
            field = value;
            phase = 1;
        }
    }

    private int back(int distance) {
        return recent[(recentAt - distance) & (RING - 1)] & 0xFF;
    }

    private static int word(byte[] old, int at) {
        return (old[at] & 0xFF)
                | ((old[at + 1] & 0xFF) << 8)
                | ((old[at + 2] & 0xFF) << 16)
                | ((old[at + 3] & 0xFF) << 24);
    }

    private static int mix(int first, int second) {
        int mixed = (first * 0x2545_F491 + second) * PRIME;
        return mixed ^ (mixed >>> 15);
    }

    private int code(Bits bits, int node, int set, int correction, int bit) {
        int from = set * INPUTS;
        long sum = 0;
        for (int i = 0; i < INPUTS; i++) {
            int slot = (i << TABLE_LOG) + (((contexts[i] + node * 0x2F0B_4C47) * PRIME) >>> (32 - TABLE_LOG));
            int input = STRETCH[predictors[slot] >>> 20];
            slots[i] = slot;
            inputs[i] = input;
            sum += (long) input * weights[from + i];
        }
        int stretched = (int) Math.max(-STRETCHED, Math.min(STRETCHED, sum >> 16)) + STRETCHED;
        int mixed = SQUASH[stretched];
        int coded = corrected(bits, stretched, mixed, correction * (CORRECTION_STEPS + 1), bit);
        int error = (coded << 16) - mixed;
        int goal = coded == 0 ? 0 : (1 << 22) - 1;
        for (int i = 0; i < INPUTS; i++) {
            weights[from + i] += (inputs[i] * error) >> LEARNING_SHIFT;
            int predictor = predictors[slots[i]];
            int count = predictor & COUNT_MASK;
            int expected = predictor >>> COUNT_BITS;
            expected += (int) (((long) (goal - expected) * RATE[count]) >> 16);
            predictors[slots[i]] = (expected << COUNT_BITS) | Math.min(count + 1, MOST_COUNTED);
        }
        return coded;
    }

    /** Codes with what lies half way between the mixer's word and what came of such words. */
    private int corrected(Bits bits, int stretched, int mixed, int from, int bit) {
        int step = Math.min(stretched / CORRECTION_STEP, CORRECTION_STEPS - 1);
        int beyond = stretched - step * CORRECTION_STEP;
        int at = from + step;
        int came = (corrections[at] >> CORRECTION_BITS) * (CORRECTION_STEP - beyond)
                + (corrections[at + 1] >> CORRECTION_BITS) * beyond;
        int probability = (mixed + came / CORRECTION_STEP) / 2;
        int coded = bits.code(Math.max(1, Math.min(Bits.WHOLE - 1, probability)), bit);
        int goal = coded == 0 ? 0 : (Bits.WHOLE - 1) << CORRECTION_BITS;
        corrections[at] += (goal - corrections[at]) >> CORRECTION_SHIFT;
        corrections[at + 1] += (goal - corrections[at + 1]) >> CORRECTION_SHIFT;
        return coded;
    }
}
