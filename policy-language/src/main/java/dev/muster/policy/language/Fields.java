package dev.muster.policy.language;

import dev.muster.policy.language.YamlNode.Field;
import dev.muster.policy.language.YamlNode.Scalar;
import dev.muster.policy.language.message.Quote;
import dev.muster.policy.language.message.Suggestion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The fields of one mapping, read by name; what is unknown, missing or of the wrong kind is reported at its place. */
final class Fields {
    private final PolicySource source;
    private final Errors errors;
    private final String what;
    private final YamlNode.Mapping mapping;

    private Fields(PolicySource source, Errors errors, String what, YamlNode.Mapping mapping) {
        this.source = source;
        this.errors = errors;
        this.what = what;
        this.mapping = mapping;
    }

    /** A text with its place. */
    record Text(Place at, String value) {}

    /** The fields of a node that must be a mapping with no other fields than these; empty when it is none. */
    static Optional<Fields> of(PolicySource source, Errors errors, String what, YamlNode node, Set<String> known) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            errors.add(
                    source,
                    node.at(),
                    what + ": a mapping with " + list(known) + " expected, found " + node.describe());
            return Optional.empty();
        }
        for (Field field : mapping.fields()) {
            if (errors.isFull()) {
                break;
            }
            if (!known.contains(field.name())) {
                errors.add(
                        source,
                        field.at(),
                        what + ": one of " + list(known) + " expected, found " + Quote.of(field.name())
                                + Suggestion.didYouMean(field.name(), known));
            }
        }
        return Optional.of(new Fields(source, errors, what, mapping));
    }

    /** The fields of a node inside this one. */
    Optional<Fields> inner(String name, YamlNode node, Set<String> known) {
        return of(source, errors, what + " " + name, node, known);
    }

    Place at() {
        return mapping.at();
    }

    PolicySource source() {
        return source;
    }

    /** The value of a field; empty where it is not written or nothing stands behind it. */
    Optional<YamlNode> node(String name) {
        return field(name).map(Field::value);
    }

    Optional<YamlNode> required(String name) {
        Optional<YamlNode> value = node(name);
        if (value.isEmpty()) {
            Optional<Place> written = mapping.fields().stream()
                    .filter(field -> field.name().equals(name))
                    .map(Field::at)
                    .findFirst();
            errors.add(
                    source,
                    written.orElse(mapping.at()),
                    what + ": field `" + name + "` expected, found "
                            + (written.isEmpty() ? "no such field" : "nothing behind it"));
        }
        return value;
    }

    Optional<Text> requiredText(String name) {
        return required(name).flatMap(node -> text(name, node));
    }

    Optional<Text> text(String name) {
        return node(name).flatMap(node -> text(name, node));
    }

    /** The texts of a list; empty where the field is missing, wrong items left out. */
    Optional<List<Text>> texts(String name) {
        return node(name).flatMap(node -> texts(name, node));
    }

    Optional<List<Text>> requiredTexts(String name) {
        return required(name).flatMap(node -> texts(name, node));
    }

    /** Texts that say nothing new when said twice. */
    List<String> values(String name) {
        return texts(name).orElse(List.of()).stream().map(Text::value).toList();
    }

    /** The items of a list, whatever they are. */
    Optional<List<YamlNode>> items(String name) {
        return node(name).flatMap(node -> {
            if (node instanceof YamlNode.Sequence sequence) {
                return Optional.of(sequence.items());
            }
            error(node.at(), "field `" + name + "`: a list expected, found " + node.describe());
            return Optional.empty();
        });
    }

    /** A text that must be understood by {@code reader}; what it does not understand is reported as not expected. */
    <T> Optional<T> value(String name, String expected, Function<String, Optional<T>> reader) {
        return text(name).flatMap(text -> value(name, text, expected, reader));
    }

    <T> Optional<T> requiredValue(String name, String expected, Function<String, Optional<T>> reader) {
        return requiredText(name).flatMap(text -> value(name, text, expected, reader));
    }

    /** The texts of a list that {@code reader} understands, each once. */
    <T> List<T> values(String name, String expected, Function<String, Optional<T>> reader) {
        List<T> values = new ArrayList<>();
        Set<T> seen = new HashSet<>();
        for (Text text : texts(name).orElse(List.of())) {
            value(name, text, expected, reader).ifPresent(value -> {
                if (seen.add(value)) {
                    values.add(value);
                } else {
                    error(
                            text.at(),
                            "field `" + name + "`: " + Quote.of(text.value()) + " expected once, found it again");
                }
            });
        }
        return values;
    }

    void error(Place place, String message) {
        errors.add(source, place, what + ": " + message);
    }

    /** Whether looking for further mistakes is a waste. */
    boolean isHopeless() {
        return errors.isFull();
    }

    private <T> Optional<T> value(String name, Text text, String expected, Function<String, Optional<T>> reader) {
        Optional<T> value = reader.apply(text.value());
        if (value.isEmpty()) {
            error(text.at(), "field `" + name + "`: " + expected + " expected, found " + Quote.of(text.value()));
        }
        return value;
    }

    private Optional<Field> field(String name) {
        return mapping.fields().stream()
                .filter(field -> field.name().equals(name))
                .filter(field -> !(field.value() instanceof Scalar scalar && scalar.isEmpty()))
                .findFirst();
    }

    private Optional<Text> text(String name, YamlNode node) {
        if (node instanceof Scalar scalar) {
            return Optional.of(new Text(scalar.at(), scalar.text()));
        }
        error(node.at(), "field `" + name + "`: a text expected, found " + node.describe());
        return Optional.empty();
    }

    private Optional<List<Text>> texts(String name, YamlNode node) {
        if (!(node instanceof YamlNode.Sequence sequence)) {
            error(node.at(), "field `" + name + "`: a list expected, found " + node.describe());
            return Optional.empty();
        }
        List<Text> texts = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            if (item instanceof Scalar scalar && !scalar.text().isBlank()) {
                texts.add(new Text(scalar.at(), scalar.text()));
            } else {
                error(item.at(), "field `" + name + "`: a text expected in the list, found " + item.describe());
            }
        }
        return Optional.of(texts);
    }

    private static String list(Set<String> names) {
        return String.join(
                ", ", names.stream().map(name -> "`" + name + "`").sorted().toList());
    }
}
