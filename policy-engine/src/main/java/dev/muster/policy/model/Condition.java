package dev.muster.policy.model;

import java.time.Instant;
import java.util.List;

/**
 * When a right holds, as a formula over facts of the moment. The language module writes it from CEL; lowering brings it
 * into the terms that a bundle carries. Minutes and weekdays are local to the device's site.
 */
public sealed interface Condition {
    /** No condition. */
    record Always() implements Condition {}

    /**
     * A named fact holds.
     *
     * @param kind what sort of fact
     * @param name for {@link FactKind#ZONE} and {@link FactKind#SHIFT} the name of a document of the policy; else a word
     *     that the platform reports, 1 to 63 characters
     */
    record Fact(FactKind kind, String name) implements Condition, Comparable<Fact> {
        public Fact {
            if (name.isEmpty() || name.length() > 63) {
                throw new IllegalArgumentException("fact of kind `" + kind.text()
                        + "`: a name of 1 to 63 characters expected, found " + name.length());
            }
        }

        @Override
        public int compareTo(Fact other) {
            int byKind = kind.compareTo(other.kind);
            return byKind != 0 ? byKind : name.compareTo(other.name);
        }
    }

    /**
     * The minute of the local day lies in {@code [from, to)}.
     *
     * @param from 0 to 1439
     * @param to above {@code from}, at most 1440
     */
    record Minutes(int from, int to) implements Condition {
        public Minutes {
            if (from < 0 || to > 1440 || from >= to) {
                throw new IllegalArgumentException(
                        "minutes of a day: 0 <= from < to <= 1440 expected, found from " + from + " to " + to);
            }
        }
    }

    /**
     * The local weekday is one of a set.
     *
     * @param days bit 0 Monday to bit 6 Sunday, at least one
     */
    record Weekdays(int days) implements Condition {
        /** All seven. */
        public static final int ALL = 0x7F;

        public Weekdays {
            if (days <= 0 || days > ALL) {
                throw new IllegalArgumentException("weekdays: 1 to 127 expected, found " + days);
            }
        }
    }

    /** Device time is {@code at} or later. */
    record From(Instant at) implements Condition {}

    /** Device time is before {@code at}. */
    record Until(Instant at) implements Condition {}

    /** All of them hold; true when empty. */
    record All(List<Condition> of) implements Condition {
        public All {
            of = List.copyOf(of);
        }
    }

    /** At least one of them holds; false when empty. */
    record Any(List<Condition> of) implements Condition {
        public Any {
            of = List.copyOf(of);
        }
    }

    /** It does not hold. */
    record Not(Condition of) implements Condition {}

    Condition ALWAYS = new Always();

    /** Both hold. */
    static Condition both(Condition a, Condition b) {
        if (a instanceof Always) {
            return b;
        }
        return b instanceof Always ? a : new All(List.of(a, b));
    }
}
