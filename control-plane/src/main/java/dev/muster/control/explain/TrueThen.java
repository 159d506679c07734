package dev.muster.control.explain;

import dev.muster.policy.model.Condition;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.PolicyTest;
import java.time.Instant;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a device said holds of all that its policy asks about the moment. INVARIANT (told, not guessed): it says something
 * about those questions only which the bundle and the capabilities it names ask.
 *
 * @param at by the device's clock; it stands until the device says something else
 * @param policySha256 of the bundle that asks
 * @param capabilitiesSha256 of the capability file that asks; empty without one
 * @param facts what holds, such as {@code zone/pit}; all else that is asked does not
 */
public record TrueThen(Instant at, String policySha256, String capabilitiesSha256, NavigableSet<String> facts) {
    public TrueThen {
        facts = Collections.unmodifiableNavigableSet(new TreeSet<>((SortedSet<String>) facts));
    }

    /** Whether it answers all that is asked where this is in force. */
    public boolean answers(Held held) {
        return !held.sha256().isEmpty()
                && held.sha256().equals(policySha256)
                && held.capabilities().equals(capabilitiesSha256);
    }

    /** Whether a fact holds. */
    public boolean holds(Condition.Fact fact) {
        return facts.contains(word(fact.kind(), fact.name()));
    }

    /** A moment at which this holds; of {@code told} nothing but the time is known where it is empty. */
    public static PolicyTest.Moment moment(Instant now, Optional<TrueThen> told) {
        return new PolicyTest.Moment(
                now,
                named(told, FactKind.ZONE),
                named(told, FactKind.GROUP),
                named(told, FactKind.STATE),
                named(told, FactKind.NETWORK).stream().findFirst().orElse(""));
    }

    private static NavigableSet<String> named(Optional<TrueThen> told, FactKind kind) {
        NavigableSet<String> names = new TreeSet<>();
        String start = word(kind, "");
        told.map(TrueThen::facts).orElseGet(TreeSet::new).stream()
                .filter(fact -> fact.startsWith(start))
                .forEach(fact -> names.add(fact.substring(start.length())));
        return names;
    }

    private static String word(FactKind kind, String name) {
        return kind.text() + "/" + name;
    }
}
