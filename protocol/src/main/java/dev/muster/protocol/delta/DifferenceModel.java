package dev.muster.protocol.delta;

import java.io.IOException;
import java.util.Arrays;

/**
 * What the next difference will be, learned from those before and from the old bytes around it. Differences of programs are
 * addresses that moved: the same old address, or an old jump to the same place, moves by the same distance each time. Several contexts
 * say how likely a bit is; a mixer learns whom to believe (as M. Mahoney's PAQ does). Integers only, so that every machine computes the
 * same. Memory is fixed. Not thread-safe.
 */
public final class DifferenceModel {
    /** Old bytes that must lie before a difference's own, zeros where the base has none. */
    public static final int BEFORE_BYTES = 2;
    /** Old bytes that must lie after it. */
    public static final int AFTER_BYTES = 3;
    /** Differences that are told to be all zero at once: most are. */
    public static final int GROUP = 16;

    private static final int INPUTS = 7;
    private static final int TABLE_LOG = 15;
    private static final int FIELD_BYTES = 4;
    private static final int RING = 32;
    // Of a predictor: 22 bits of probability, 10 of how often it was asked.
    private static final int COUNT_BITS = 10;
    private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;
    private static final int MOST_COUNTED = 250;
    private static final int EVEN = 1 << 31;
    private static final int STRETCHED = 3072;
    private static final int GROUP_SET = FIELD_BYTES * 9;
    private static final int FIRST_WEIGHT = 20_000;
    private static final int LEARNING_SHIFT = 15;
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
    private final int[] weights = new int[(GROUP_SET + 1) * INPUTS];
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
    private int lastField;

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
        Arrays.fill(recent, (byte) 0);
        recentAt = 0;
        groupLeft = 0;
        groups = 0;
        changed = 0;
        phase = 0;
        field = 0;
        lastField = 0;
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
        int bit = code(bits, 256, GROUP_SET, zero ? 0 : 1);
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
     * @param difference what a writer is to write
     */
    public int next(Bits bits, byte[] old, int at, long position, int difference) {
        groupLeft--;
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
        int value = 0;
        if (code(bits, 0, set, difference == 0 ? 0 : 1) == 1) {
            int node = 1;
            for (int bit = 7; bit >= 0; bit--) {
                node = (node << 1) | code(bits, node, set + 1 + bit, (difference >>> bit) & 1);
            }
            value = node & 0xFF;
        }
        learn(value);
        return value;
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
        contexts[5] = mix(6, mix(lastField, partial));
        contexts[6] = mix(7, mix(back(1) | (back(2) << 8) | (back(4) << 16), phase));
    }

    private void learn(int value) {
        recent[recentAt++ & (RING - 1)] = (byte) value;
        changed = (changed << 1) | (value == 0 ? 0 : 1);
        if (phase > 0) {
            field |= value << (8 * phase);
            phase = (phase + 1) % FIELD_BYTES;
            if (phase == 0) {
                lastField = field;
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

    private int code(Bits bits, int node, int set, int bit) {
        int from = set * INPUTS;
        long sum = 0;
        for (int i = 0; i < INPUTS; i++) {
            int slot = (i << TABLE_LOG) + (((contexts[i] + node * 0x2F0B_4C47) * PRIME) >>> (32 - TABLE_LOG));
            int input = STRETCH[predictors[slot] >>> 20];
            slots[i] = slot;
            inputs[i] = input;
            sum += (long) input * weights[from + i];
        }
        int stretched = (int) Math.max(-STRETCHED, Math.min(STRETCHED, sum >> 16));
        int probability = SQUASH[stretched + STRETCHED];
        int coded = bits.code(probability, bit);
        int error = (coded << 16) - probability;
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
}
