package dev.muster.policy.language.lint;

import dev.muster.policy.language.ParseResult.ParsedDocument;
import dev.muster.policy.language.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gathers findings with their places. Confined to one call of the lint. */
final class Findings {
    private final List<Finding> found = new ArrayList<>();
    private final Map<String, Integer> order = new HashMap<>();

    Findings(List<ParsedDocument> documents) {
        documents.forEach(document -> order.putIfAbsent(document.source(), order.size()));
    }

    /** Adds one about a part of a document; see {@link dev.muster.policy.language.Places} for the names of parts. */
    void add(LintRule rule, ParsedDocument document, String part, String message) {
        Place place = document.places().of(part);
        found.add(new Finding(
                rule,
                document.source(),
                place.line(),
                place.column(),
                document.document().kind() + " `" + document.document().name() + "`: " + message));
    }

    List<Finding> sorted() {
        return found.stream()
                .sorted(Comparator.comparingInt((Finding one) -> order.getOrDefault(one.source(), 0))
                        .thenComparingInt(Finding::line)
                        .thenComparingInt(Finding::column)
                        .thenComparing(Finding::rule)
                        .thenComparing(Finding::message))
                .distinct()
                .toList();
    }
}
