package dev.muster.control.foureyes;

import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which kinds of change nobody makes alone. Immutable.
 *
 * @param revision grows by one with every change; 0 where nobody set a rule yet
 * @param changedBy identity; empty where nobody did
 */
record FourEyesRule(
        Set<Critical> kinds, long revision, @Nullable Instant changedAt, String changedBy, String changedByName) {
    /** Out of the box: a fleet of one person must be able to start. */
    static final FourEyesRule NONE = new FourEyesRule(Set.of(), 0, null, "", "");

    FourEyesRule {
        kinds = Set.copyOf(kinds);
    }

    /** What {@code wanted} asks for and this does not: takes effect at once. */
    Set<Critical> addedBy(Set<Critical> wanted) {
        return without(wanted, kinds);
    }

    /** What this asks for and {@code wanted} does not: needs a second person. */
    Set<Critical> droppedBy(Set<Critical> wanted) {
        return without(kinds, wanted);
    }

    /** The names, in a fixed order. */
    static List<String> texts(Collection<Critical> kinds) {
        return kinds.stream().sorted().map(Critical::text).toList();
    }

    private static Set<Critical> without(Set<Critical> from, Set<Critical> taken) {
        EnumSet<Critical> left = EnumSet.noneOf(Critical.class);
        left.addAll(from);
        left.removeAll(taken);
        return left;
    }
}
