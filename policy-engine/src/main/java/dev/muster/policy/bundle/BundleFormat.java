package dev.muster.policy.bundle;

import dev.muster.policy.permission.PermissionCatalog;

/**
 * Layout of format version 1; little-endian, every section 4-byte aligned. See {@code docs/reference/bundle-format.md}.
 *
 * <pre>
 * header  96 bytes, fields at the offsets below
 * rows    20 bytes: name u32, user u32, instance u32, first slot u32, slots u32; sorted by name, user, instance
 * slots   4 bytes: permission id u16 high, decision u16 low; 0xFFFFFFFF empty; a row's slots are a small hash table
 * decisions 8 bytes: reason u8, granted u8, rule u16, condition u16, rule that denies after the lease u16
 * conditions 16 bytes: two words; none in version 1 without a feature bit
 * rules   12 bytes: kind u8, 3 zero bytes, name u32, role u32 (0xFFFFFFFF none)
 * extra   4 bytes: name u32 of the permission with id 1134 + index, sorted by name
 * strings length u16, then UTF-8 bytes
 * </pre>
 */
final class BundleFormat {
    /** "MUSTERPB" as bytes in file order. */
    static final long MAGIC = 0x42_50_52_45_54_53_55_4DL;

    static final int VERSION = 1;
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
    static final int AT_SLOTS = 48;
    static final int AT_DECISIONS = 56;
    static final int AT_CONDITIONS = 64;
    static final int AT_RULES = 72;
    static final int AT_EXTRA = 80;
    static final int AT_STRINGS = 88;

    static final int KNOWN_FEATURES = 0;

    static final int ROW = 20;
    static final int SLOT = 4;
    static final int DECISION = 8;
    static final int CONDITION = 16;
    static final int RULE = 12;
    static final int EXTRA = 4;

    static final int EMPTY_SLOT = -1;
    static final int NO_STRING = -1;
    static final int NO_RULE = 0xFFFF;
    static final int BASE = PermissionCatalog.BASE_SIZE;
    static final int MAX_PERMISSION = 0xFFFE;
    static final int MAX_STRING = 1024;

    private BundleFormat() {}

    /** Where the search for a permission starts within a row of {@code slots} slots. */
    static int home(int permission, int slots) {
        long hash = (permission * 0x9E3779B1L) & 0xFFFFFFFFL;
        return (int) ((hash * slots) >>> 32);
    }

    /** Slots for a number of entries: a quarter more, and always one empty so that every search ends. */
    static int slots(int entries) {
        return entries + entries / 4 + 1;
    }
}
