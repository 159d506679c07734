package dev.muster.policy.language;

import dev.muster.policy.language.YamlNode.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gathers mistakes. Confined to one call of the parser. */
final class Errors {
    private static final int MOST = 1000;

    private final List<Found> found = new ArrayList<>();

    private record Found(int source, PolicyError error) {}

    private final List<PolicySource> sources;

    Errors(List<PolicySource> sources) {
        this.sources = sources;
    }

    void add(PolicySource source, Place place, String message) {
        if (found.size() < MOST) {
            found.add(new Found(
                    sources.indexOf(source), new PolicyError(source.name(), place.line(), place.column(), message)));
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
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
