package dev.muster.policy.language;

import dev.muster.policy.language.Fields.Text;
import dev.muster.policy.language.message.Quote;
import dev.muster.policy.language.message.Suggestion;
import dev.muster.policy.model.Names;
import dev.muster.policy.model.PolicyDocument;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Turns one tree into one document of the model. Reports every mistake it meets and goes on as far as it can. */
final class DocumentReader {
    private static final int MOST_DESCRIPTION = 1_000;

    private final PolicySource source;
    private final Errors errors;

    DocumentReader(PolicySource source, Errors errors) {
        this.source = source;
        this.errors = errors;
    }

    /** Kind, name and place of the body; empty when the document has no use without them. */
    Optional<Header> header(YamlNode root) {
        return header(root, Kinds.NAMES);
    }

    /** The same where other kinds may stand. */
    Optional<Header> header(YamlNode root, List<String> kinds) {
        return header(root, kinds, kind -> NameRule.POLICY);
    }

    /**
     * What a name may be.
     *
     * @param expected the same in words
     */
    record NameRule(Predicate<String> test, String expected) {
        static final NameRule POLICY =
                new NameRule(Names::isValid, "1 to 63 of a-z, 0-9 and -, starting and ending with a letter or digit");
    }

    /** The same where names differ by kind. */
    Optional<Header> header(YamlNode root, List<String> kinds, Function<String, NameRule> names) {
        Optional<Fields> document =
                Fields.of(source, errors, "document", root, Set.of("apiVersion", "kind", "metadata", "spec"));
        if (document.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = document.get();
        fields.requiredValue("apiVersion", "`" + Kinds.API_VERSION + "`", version -> Optional.of(version)
                .filter(Kinds.API_VERSION::equals));
        Optional<Text> kind = fields.requiredText("kind").filter(text -> isKind(fields, text, kinds));
        Optional<Fields> metadata = fields.required("metadata")
                .flatMap(node -> Fields.of(source, errors, "metadata", node, Set.of("name", "description")));
        Optional<YamlNode> spec = fields.required("spec");
        NameRule rule = kind.map(text -> names.apply(text.value())).orElse(NameRule.POLICY);
        Optional<Text> name =
                metadata.flatMap(meta -> meta.requiredText("name").filter(text -> isName(meta, text, rule)));
        String description = metadata.flatMap(meta -> meta.value(
                        "description",
                        "a text of at most " + MOST_DESCRIPTION + " characters",
                        text -> Optional.of(text).filter(one -> one.length() <= MOST_DESCRIPTION)))
                .orElse("");
        if (kind.isEmpty() || name.isEmpty() || spec.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Header(
                kind.get().value(), name.get().value(), description, name.get().at(), spec.get()));
    }

    /** The document; empty when a mistake was reported that leaves none. */
    Optional<PolicyDocument> body(Header header, Reading reading) {
        String what = header.kind() + " `" + header.name() + "`";
        Set<String> known = Kinds.FIELDS.getOrDefault(header.kind(), Set.of());
        return Fields.of(source, errors, what, header.spec(), known).flatMap(spec -> switch (header.kind()) {
            case "Role" -> new GrantReader(reading, header).role(spec);
            case "Binding" -> new GrantReader(reading, header).binding(spec);
            case "GuardRail" -> new GrantReader(reading, header).guardRail(spec);
            case "Capability" -> new GrantReader(reading, header).capability(spec);
            case "Zone" -> new FactReader(header).zone(spec);
            case "Shift" -> new FactReader(header).shift(spec);
            case "PolicyTest" -> new TestReader(reading, header).test(spec);
            default -> Optional.empty();
        });
    }

    private static boolean isKind(Fields fields, Text text, List<String> kinds) {
        if (kinds.contains(text.value())) {
            return true;
        }
        fields.error(
                text.at(),
                "field `kind`: one of " + String.join(", ", kinds) + " expected, found " + Quote.of(text.value())
                        + Suggestion.didYouMean(text.value(), kinds));
        return false;
    }

    private static boolean isName(Fields metadata, Text text, NameRule rule) {
        if (rule.test().test(text.value())) {
            return true;
        }
        metadata.error(text.at(), "field `name`: " + rule.expected() + " expected, found " + Quote.of(text.value()));
        return false;
    }
}
