package dev.muster.policy.condition;

import dev.muster.policy.model.Zone;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The raw moment as the platform tells it. What it does not tell does not hold.
 *
 * @param now device time; minute, weekday and shifts follow from it
 * @param position where the device is, if that is known
 * @param locationTags beacons, gates and docking stations the device sees
 * @param groups groups of whoever works with the device
 * @param states states of the device, such as {@code charging}
 * @param network the network it is on
 */
public record Situation(
        Instant now,
        Optional<Zone.Point> position,
        NavigableSet<String> locationTags,
        NavigableSet<String> groups,
        NavigableSet<String> states,
        Optional<String> network) {
    public Situation {
        locationTags = copy(locationTags);
        groups = copy(groups);
        states = copy(states);
    }

    /** A moment of which only the time is known. */
    public static Situation at(Instant now) {
        return new Situation(
                now, Optional.empty(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), Optional.empty());
    }

    /** The same at another time. */
    public Situation withNow(Instant other) {
        return new Situation(other, position, locationTags, groups, states, network);
    }

    private static NavigableSet<String> copy(Collection<String> values) {
        return Collections.unmodifiableNavigableSet(new TreeSet<>(values));
    }
}
