package dev.muster.policy.language;

import dev.muster.policy.language.Fields.Text;
import dev.muster.policy.language.YamlNode.Scalar;
import dev.muster.policy.language.condition.ConditionReader;
import dev.muster.policy.language.condition.ConditionReader.Refused;
import dev.muster.policy.language.message.Quote;
import dev.muster.policy.language.message.Suggestion;
import dev.muster.policy.model.Condition;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the readers of all kinds share while one document is read: what is known, and where its parts stand. Confined to
 * one call of the parser.
 */
final class Reading {
    private static final String PREFIX = "ohos.permission.";

    private final PermissionCatalog catalog;
    private final ConditionReader conditions;
    private final Known known;
    private final Places.Marks marks = new Places.Marks();

    Reading(PermissionCatalog catalog, ConditionReader conditions, Known known) {
        this.catalog = catalog;
        this.conditions = conditions;
        this.known = known;
    }

    Places.Marks marks() {
        return marks;
    }

    Known known() {
        return known;
    }

    /** The condition of field {@code when}, {@link Condition#ALWAYS} without one; empty when it was refused. */
    Optional<Condition> when(Fields spec, String part) {
        Optional<YamlNode> node = spec.node("when");
        if (node.isEmpty()) {
            return Optional.of(Condition.ALWAYS);
        }
        marks.put(part, node.get().at());
        if (!(node.get() instanceof Scalar scalar)) {
            spec.error(
                    node.get().at(),
                    "field `when`: a condition as text expected, found "
                            + node.get().describe());
            return Optional.empty();
        }
        return switch (conditions.read(scalar.text(), known.zones(), known.shifts())) {
            case ConditionReader.Read read -> Optional.of(read.condition());
            case Refused refused -> {
                for (ConditionReader.Problem problem : refused.problems()) {
                    if (spec.isHopeless()) {
                        break;
                    }
                    spec.error(
                            ScalarPlaces.of(spec.source(), scalar, problem.offset()),
                            "field `when`: " + Quote.message(problem.message()));
                }
                yield Optional.empty();
            }
        };
    }

    /** The names of permissions of a list, each defined and there once. */
    Collection<String> permissions(Fields spec, String part, List<Text> texts) {
        Set<String> names = new TreeSet<>();
        for (Text text : texts) {
            if (spec.isHopeless()) {
                break;
            }
            if (permission(spec, text) && !names.add(text.value())) {
                spec.error(text.at(), "permission `" + text.value() + "` expected once, found it again");
            }
            marks.put(part + "/" + text.value(), text.at());
        }
        return names;
    }

    /** Whether a text names a permission; reports it where not. */
    boolean permission(Fields spec, Text text) {
        if (catalog.find(text.value()).isPresent()) {
            return true;
        }
        spec.error(text.at(), "the name of a permission expected, found " + Quote.of(text.value()) + meant(text));
        return false;
    }

    private String meant(Text text) {
        String prefixed = PREFIX + text.value();
        return catalog.find(prefixed).isPresent()
                ? "; did you mean `" + prefixed + "`?"
                : Suggestion.didYouMean(
                        text.value(),
                        catalog.definitions().stream()
                                .map(PermissionDefinition::name)
                                .toList());
    }

    /** Reports texts that are not among the names known of a kind of document. */
    void references(Fields spec, String part, String document, List<Text> texts, Set<String> names) {
        for (Text text : texts) {
            if (spec.isHopeless()) {
                return;
            }
            marks.put(part + "/" + text.value(), text.at());
            if (!names.contains(text.value())) {
                spec.error(
                        text.at(),
                        "the name of a " + document + " expected, found " + Quote.of(text.value())
                                + Suggestion.didYouMean(text.value(), names));
            }
        }
    }
}
