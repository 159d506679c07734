package dev.muster.policy.bundle;

import dev.muster.policy.permission.PermissionCatalog;

/**
 * Layout of format versions 1 to 3; little-endian, every section 4-byte aligned. See
 * {@code docs/reference/bundle-format.md}. Version 1:
 *
 * <pre>
 * header  96 bytes, fields at the offsets below
 * rows    20 bytes: name u32, user u32, instance u32, first word u32, slots u16, buckets u16; sorted by name, user, instance
 * words   4 bytes; of each row: its buckets, one byte each, four to a word, then its slots: permission id u16 high,
 *         decision u16 low, 0xFFFFFFFF empty
 * decisions 8 bytes: reason u8, granted u8, rule u16, condition u16, rule that denies after the lease u16; the first is
 *         "not requested"
 * conditions 16 bytes: two words; none in version 1 without a feature bit
 * rules   12 bytes: kind u8, 3 zero bytes, name u32, role u32 (0xFFFFFFFF none)
 * extra   4 bytes: name u32 of the permission with id 1134 + index, sorted by name
 * strings length u16, then UTF-8 bytes
 * </pre>
 *
 * Version 2, which is written only where something depends on the moment, differs in:
 *
 * <pre>
 * rows    16 bytes: name u32, user u32, instance u32, number of entries u32
 * words   bytes: of each row in order per entry two {@link Varints}: permission id less the least it can be, chain number
 * decisions 8 bytes: steps; bit 1 of granted: another step of the chain follows; condition from 1 on, 0 always holds
 * conditions bytes: a {@link dev.muster.policy.condition.ConditionBlock}
 * </pre>
 *
 * Version 3, which is written where version 2 would be long, is that with rows, steps and rules as varints: {@link CompactBundle}.
 */
final class BundleFormat {
    /** "MUSTERPB" as bytes in file order. */
    static final long MAGIC = 0x42_50_52_45_54_53_55_4DL;

    static final int VERSION = 1;
    static final int VERSION_2 = 2;
    static final int VERSION_3 = 3;
    /** A bundle of version 2 above this many bytes is written as version 3. */
    static final int COMPACT_ABOVE = 32 << 10;

    static final int HEADER = 96;

    static final int AT_MAGIC = 0;
    static final int AT_VERSION = 8;
    static final int AT_HEADER = 10;
    /** What a reader must understand, one bit each; a reader refuses a bit it does not know. None is defined yet. */
    static final int AT_FEATURES = 12;

    static final int AT_POLICY_VERSION = 16;
    static final int AT_LENGTH = 24;
    static final int AT_CRC = 28;
    static final int AT_BASE_SIZE = 32;
    static final int AT_BASE_CRC = 36;
    static final int AT_ROWS = 40;
    static final int AT_WORDS = 48;
    static final int AT_DECISIONS = 56;
    static final int AT_CONDITIONS = 64;
    static final int AT_RULES = 72;
    static final int AT_EXTRA = 80;
    static final int AT_STRINGS = 88;

    static final int KNOWN_FEATURES = 0;

    static final int ROW = 20;
    static final int ROW_2 = 16;
    /** Bit of a step's second byte: another step follows. */
    static final int FOLLOWED = 2;

    static final int WORD = 4;
    static final int DECISION = 8;
    static final int CONDITION = 16;
    static final int MAX_SLOTS = 0xFFFF;
    static final int RULE = 12;
    static final int EXTRA = 4;

    static final int EMPTY_SLOT = -1;
    static final int NO_STRING = -1;
    static final int NO_RULE = 0xFFFF;
    static final int BASE = PermissionCatalog.BASE_SIZE;
    static final int MAX_PERMISSION = 0xFFFE;
    static final int MAX_STRING = 1024;

    private BundleFormat() {}

    /** Bytes of an entry of the section whose offset is at {@code section} of the header. */
    static int size(int version, int section) {
        return switch (section) {
            case AT_ROWS -> version == VERSION ? ROW : version == VERSION_2 ? ROW_2 : 1;
            case AT_WORDS -> version == VERSION ? WORD : 1;
            case AT_DECISIONS -> version == VERSION_3 ? 1 : DECISION;
            case AT_CONDITIONS -> version == VERSION ? CONDITION : 1;
            case AT_RULES -> version == VERSION_3 ? 1 : RULE;
            case AT_EXTRA -> EXTRA;
            default -> 1;
        };
    }

    /** The bucket of a permission in a row: its byte moves the slots of its permissions so that none collide. */
    static int bucket(int permission, int buckets) {
        return range(permission * 0x9E3779B1, buckets);
    }

    /** The only slot of a row that may hold a permission whose bucket's byte is {@code shift}. */
    static int slot(int permission, int shift, int slots) {
        int hash = (permission * 0x9E3779B1) ^ (shift * 0x7FEB352D);
        hash = (hash ^ (hash >>> 15)) * 0x846CA68B;
        return range(hash ^ (hash >>> 13), slots);
    }

    /** A 32-bit hash brought into 0 to {@code size - 1} without dividing. */
    private static int range(int hash, int size) {
        return (int) (((hash & 0xFFFFFFFFL) * size) >>> 32);
    }

    static int buckets(int entries) {
        return entries / 3 + 1;
    }

    static int bucketWords(int buckets) {
        return (buckets + 3) / 4;
    }
}
