package dev.muster.policy.bundle;

import static dev.muster.policy.bundle.BundleFormat.*;

import dev.muster.policy.decision.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Format version 3: a bundle of version 2 whose rows, steps and rules are written as {@link Varints}. A reader makes version 2 of it
 * again and checks that.
 */
final class CompactBundle {
    private static final int FOLLOWED_BIT = 0x80;
    private static final int LEASE_BIT = 0x40;
    private static final int CONDITION_BIT = 0x20;
    private static final int REASON_BITS = 0x1F;
    /** Sections in the order in which they lie in the file. */
    private static final int[] SECTIONS = {
        AT_ROWS, AT_WORDS, AT_DECISIONS, AT_CONDITIONS, AT_RULES, AT_EXTRA, AT_STRINGS
    };

    private final ByteBuffer in;

    private CompactBundle(ByteBuffer in) {
        this.in = in;
    }

    /** The same in version 3. */
    static byte[] compact(byte[] version2) {
        ByteBuffer in = ByteBuffer.wrap(version2).order(ByteOrder.LITTLE_ENDIAN);
        CompactBundle from = new CompactBundle(in);
        return from.rewrite(VERSION_3, from.compactRows(), from.compactSteps(), from.compactRules());
    }

    /**
     * The bytes of version 2 that a bundle of version 3 stands for, at most four times as long.
     *
     * @param version3 with a checked header and sections
     * @throws BundleException when a row, a step or a rule is none
     */
    static ByteBuffer expand(ByteBuffer version3) {
        CompactBundle from = new CompactBundle(version3);
        return ByteBuffer.wrap(from.rewrite(VERSION_2, from.expandRows(), from.expandSteps(), from.expandRules()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] compactRows() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int count = in.getInt(AT_ROWS + 4);
        Varints.write(count, out);
        int name = 0;
        for (int i = 0; i < count; i++) {
            int at = in.getInt(AT_ROWS) + i * ROW_2;
            // The writer puts names of rows first and in order, so each is one small step on.
            Varints.write(in.getInt(at) - name, out);
            name = in.getInt(at);
            Varints.write(in.getInt(at + 4), out);
            Varints.write(in.getInt(at + 8), out);
            Varints.write(in.getInt(at + 12), out);
        }
        return padded(out);
    }

    private byte[] expandRows() {
        Varints from = section(AT_ROWS);
        int count = count("rows", from, 4);
        ByteBuffer out = ByteBuffer.allocate(count * ROW_2).order(ByteOrder.LITTLE_ENDIAN);
        int name = 0;
        for (int i = 0; i < count; i++) {
            name += next("rows", i, from);
            out.putInt(name)
                    .putInt(next("rows", i, from))
                    .putInt(next("rows", i, from))
                    .putInt(next("rows", i, from));
        }
        end("rows", from);
        return out.array();
    }

    private byte[] compactSteps() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int count = in.getInt(AT_DECISIONS + 4);
        Varints.write(count, out);
        boolean follows = false;
        for (int i = 0; i < count; i++) {
            int at = in.getInt(AT_DECISIONS) + i * DECISION;
            boolean followed = (in.get(at + 1) & FOLLOWED) != 0;
            int condition = in.getShort(at + 4) & 0xFFFF;
            // All steps of a chain have the lease rule of its first.
            int lease = follows ? NO_RULE : in.getShort(at + 6) & 0xFFFF;
            out.write(in.get(at)
                    | (followed ? FOLLOWED_BIT : 0)
                    | (lease != NO_RULE ? LEASE_BIT : 0)
                    | (condition != 0 ? CONDITION_BIT : 0));
            Varints.write((in.getShort(at + 2) + 1) & 0xFFFF, out);
            if (condition != 0) {
                Varints.write(condition, out);
            }
            if (lease != NO_RULE) {
                Varints.write(lease, out);
            }
            follows = followed;
        }
        return padded(out);
    }

    private byte[] expandSteps() {
        Varints from = section(AT_DECISIONS);
        int count = count("decisions", from, 2);
        ByteBuffer out = ByteBuffer.allocate(count * DECISION).order(ByteOrder.LITTLE_ENDIAN);
        boolean follows = false;
        int lease = NO_RULE;
        for (int i = 0; i < count; i++) {
            int head = from.nextByte();
            boolean hasLease = head >= 0 && (head & LEASE_BIT) != 0;
            if (head < 0 || (hasLease && follows)) {
                throw refused("decisions", i, "a step");
            }
            int rule = below("decisions", i, from);
            int condition = (head & CONDITION_BIT) != 0 ? below("decisions", i, from) : 0;
            if ((head & CONDITION_BIT) != 0 && condition == 0) {
                throw refused("decisions", i, "a condition");
            }
            lease = follows ? lease : hasLease ? below("decisions", i, from) : NO_RULE;
            if (hasLease && lease == NO_RULE) {
                throw refused("decisions", i, "a lease rule");
            }
            follows = (head & FOLLOWED_BIT) != 0;
            int reason = head & REASON_BITS;
            boolean isGranted = Reason.isKnown(reason) && Reason.of(reason).isGranted();
            out.put((byte) reason)
                    .put((byte) ((isGranted ? 1 : 0) | (follows ? FOLLOWED : 0)))
                    .putShort((short) (rule - 1))
                    .putShort((short) condition)
                    .putShort((short) lease);
        }
        end("decisions", from);
        return out.array();
    }

    private byte[] compactRules() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int count = in.getInt(AT_RULES + 4);
        Varints.write(count, out);
        for (int i = 0; i < count; i++) {
            int at = in.getInt(AT_RULES) + i * RULE;
            out.write(in.get(at));
            Varints.write(in.getInt(at + 4), out);
            Varints.write(in.getInt(at + 8) + 1, out);
        }
        return padded(out);
    }

    private byte[] expandRules() {
        Varints from = section(AT_RULES);
        int count = count("rules", from, 3);
        ByteBuffer out = ByteBuffer.allocate(count * RULE).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            out.putInt(from.nextByte()).putInt(next("rules", i, from)).putInt(next("rules", i, from) - 1);
        }
        end("rules", from);
        return out.array();
    }

    private Varints section(int at) {
        return new Varints(in, in.getInt(at), in.getInt(at) + in.getInt(at + 4));
    }

    /** A number of entries that the bytes there are enough for. */
    private static int count(String section, Varints from, int leastBytes) {
        int count = from.next();
        if (count < 0 || count > from.left() / leastBytes) {
            throw refused(section, 0, "a number of entries that fit in");
        }
        return count;
    }

    private static int next(String section, int index, Varints from) {
        int value = from.nextInt();
        if (value < 0) {
            throw refused(section, index, "a number in its shortest form");
        }
        return value;
    }

    private static int below(String section, int index, Varints from) {
        int value = next(section, index, from);
        if (value > 0xFFFF) {
            throw refused(section, index, "a number of at most 65535");
        }
        return value;
    }

    private static void end(String section, Varints from) {
        boolean isEnd = from.left() < 4;
        while (from.left() > 0) {
            isEnd &= from.nextByte() == 0;
        }
        if (!isEnd) {
            throw refused(section, 0, "zeros after the last entry");
        }
    }

    private static BundleException refused(String section, int index, String expected) {
        return new BundleException("bundle: section `" + section + "` entry " + index + ": " + expected
                + " expected, found something else");
    }

    private static byte[] padded(ByteArrayOutputStream out) {
        while (out.size() % 4 != 0) {
            out.write(0);
        }
        return out.toByteArray();
    }

    /** The file with other rows and steps, sealed. */
    private byte[] rewrite(int version, byte[] rows, byte[] steps, byte[] rules) {
        int change = rows.length + steps.length + rules.length - bytes(AT_ROWS) - bytes(AT_DECISIONS) - bytes(AT_RULES);
        byte[] bytes = new byte[in.capacity() + change];
        ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.put(0, in, 0, HEADER).putShort(AT_VERSION, (short) version).putInt(AT_LENGTH, bytes.length);
        out.position(HEADER);
        for (int section : SECTIONS) {
            out.putInt(section, out.position());
            switch (section) {
                case AT_ROWS -> put(out, section, rows, version);
                case AT_DECISIONS -> put(out, section, steps, version);
                case AT_RULES -> put(out, section, rules, version);
                default -> out.put(in.slice(in.getInt(section), bytes(section)));
            }
        }
        out.putInt(AT_CRC, BundleWriter.checksum(bytes));
        return bytes;
    }

    private static void put(ByteBuffer out, int section, byte[] content, int version) {
        out.putInt(section + 4, content.length / size(version, section)).put(content);
    }

    private int bytes(int section) {
        return in.getInt(section + 4) * size(in.getShort(AT_VERSION), section);
    }
}
