package dev.muster.policy.language;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;

/** Gathers mistakes, up to a number nobody reads further than. Confined to one call of the parser. */
final class Errors {
    private static final int MOST = 200;

    private final List<Found> found = new ArrayList<>();
    private final IdentityHashMap<PolicySource, Integer> order = new IdentityHashMap<>();

    private record Found(int source, PolicyError error) {}

    Errors(List<PolicySource> sources) {
        sources.forEach(source -> order.putIfAbsent(source, order.size()));
    }

    void add(PolicySource source, Place place, String message) {
        if (found.size() < MOST) {
            found.add(new Found(
                    order.getOrDefault(source, 0),
                    new PolicyError(source.name(), place.line(), place.column(), message)));
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** Whether further mistakes are no longer kept; looking for them is then a waste. */
    boolean isFull() {
        return found.size() >= MOST;
    }

    /** All mistakes in order of source and place. */
    List<PolicyError> sorted() {
        return found.stream()
                .sorted(Comparator.comparingInt(Found::source)
                        .thenComparingInt(one -> one.error().line())
                        .thenComparingInt(one -> one.error().column()))
                .map(Found::error)
                .toList();
    }
}
