package dev.muster.control.devices;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which data of a device changed, as selectors spell them, such as {@code site} or {@code fact.os.version}.
 *
 * @param everything all of them may have
 */
public record ChangedFields(boolean everything, Set<String> names) {
    /** A new device, or one whose status changed. */
    public static final ChangedFields EVERYTHING = new ChangedFields(true, Set.of());

    public ChangedFields {
        names = Set.copyOf(names);
    }

    static ChangedFields of(Collection<String> names) {
        return new ChangedFields(false, new TreeSet<>(names));
    }

    boolean isEmpty() {
        return !everything && names.isEmpty();
    }
}
