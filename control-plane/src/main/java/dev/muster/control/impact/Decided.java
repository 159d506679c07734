package dev.muster.control.impact;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A decision as impact compares it, also on the wire.
 *
 * @param granted whether it is granted at some moment
 * @param reason code, such as {@code role}
 * @param condition under which it is granted, in a canonical form; null for always
 */
public record Decided(
        boolean granted, String reason, @Nullable String condition) implements Comparable<Decided> {
    private static final Comparator<Decided> ORDER = Comparator.comparing(Decided::granted)
            .thenComparing(Decided::reason)
            .thenComparing(Decided::condition, Comparator.nullsFirst(Comparator.naturalOrder()));

    @Override
    public int compareTo(Decided other) {
        return ORDER.compare(this, other);
    }
}
