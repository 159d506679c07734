package dev.muster.policy.bundle;

import java.util.Arrays;

/**
 * Numbers of names with a tag each (user and instance of an app, nothing for a permission): open addressing on the hash a
 * {@link String} keeps anyway. Immutable; asking does not allocate.
 */
final class NameTable {
    private final String[] names;
    /** The tag of each name; empty where all have {@link #tagOfAll}, as most devices have one user and no clones. */
    private final long[] tags;

    private final long tagOfAll;

    /** Hash (high half) and number + 1 (low half); 0 where empty. At least half is empty, so searches are short and end. */
    private final long[] table;

    NameTable(String[] names, long[] tags) {
        this.names = names;
        this.tagOfAll = tags.length == 0 ? 0 : tags[0];
        this.tags = Arrays.stream(tags).allMatch(tag -> tag == tagOfAll) ? new long[0] : tags;
        this.table = new long[Math.max(2, Integer.highestOneBit(Math.max(1, names.length)) * 4)];
        for (int i = 0; i < names.length; i++) {
            int hash = hash(names[i], tag(i));
            int at = home(hash);
            while (table[at] != 0) {
                at = (at + 1) & (table.length - 1);
            }
            table[at] = ((long) hash << 32) | (i + 1);
        }
    }

    /** The number of a name with this tag, or -1. */
    int find(String name, long tag) {
        int hash = hash(name, tag);
        for (int at = home(hash); ; at++) {
            long slot = table[at & (table.length - 1)];
            if ((int) (slot >>> 32) == hash && slot != 0) {
                // Equal hashes prove nothing: another name, or another instance, may have the same.
                int number = (int) slot - 1;
                if (names[number].equals(name) && tag(number) == tag) {
                    return number;
                }
            } else if (slot == 0) {
                return -1;
            }
        }
    }

    private long tag(int number) {
        return tags.length == 0 ? tagOfAll : tags[number];
    }

    static int hash(String name, long tag) {
        return name.hashCode() + (int) tag * 0x9E3779B1 + (int) (tag >>> 32) * 0x85EBCA6B;
    }

    private int home(int hash) {
        int mixed = hash * 0x9E3779B1;
        return (mixed ^ (mixed >>> 15)) & (table.length - 1);
    }
}
