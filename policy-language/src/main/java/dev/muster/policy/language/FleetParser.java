package dev.muster.policy.language;

import dev.muster.policy.language.DocumentReader.NameRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads files that say what a fleet is: documents of every kind, in any order. Policy documents and rules of alerts are only
 * told apart here, their own readers read them. Stateless.
 */
public final class FleetParser {
    /** Kinds that only stand in such files. */
    public static final List<String> OWN_KINDS =
            List.of("Site", "Group", "Settings", "Freeze", "Rollout", "AlertChannel", "Webhook");

    /** All kinds, in the order people meet them. */
    public static final List<String> KINDS = Stream.of(OWN_KINDS, List.of(AlertRuleParser.KIND), Kinds.NAMES)
            .flatMap(List::stream)
            .toList();

    private static final int MOST_DOCUMENTS = 2_000;
    private static final NameRule NAME = rule(
            "[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "1 to 64 letters, digits, `.`, `_` and `-`, a letter or digit first,");
    private static final NameRule OWNER = rule(
            "tenant|(site|group)/[A-Za-z0-9][A-Za-z0-9._-]{0,63}|device/[A-Za-z0-9][A-Za-z0-9._/-]{0,127}",
            "`tenant`, `site/NAME`, `group/NAME` or `device/ID`");

    private final Errors errors;
    private final List<FleetDocument> documents = new ArrayList<>();
    private final List<PolicySource> policies = new ArrayList<>();
    private final Map<String, FleetDocument> seen = new HashMap<>();

    private FleetParser(List<PolicySource> files) {
        this.errors = new Errors(files);
    }

    /**
     * What came of reading.
     *
     * @param policies the files with policy documents, with nothing else in them and every line where it was
     * @param errors in order of files and places; where there are some, nothing else is
     */
    public record Result(List<FleetDocument> documents, List<PolicySource> policies, List<PolicyError> errors) {
        public Result {
            documents = List.copyOf(documents);
            policies = List.copyOf(policies);
            errors = List.copyOf(errors);
        }
    }

    /** Reads all documents of all files. */
    public static Result parse(List<PolicySource> files) {
        FleetParser parser = new FleetParser(files);
        files.forEach(parser::file);
        return parser.errors.isEmpty()
                ? new Result(parser.documents, parser.policies, List.of())
                : new Result(List.of(), List.of(), parser.errors.sorted());
    }

    private void file(PolicySource file) {
        StringBuilder policy = new StringBuilder(file.text());
        boolean some = false;
        for (YamlReader.Document document : YamlReader.read(file, errors)) {
            if (errors.isFull()) {
                return;
            }
            Optional<FleetDocument> read = document(file, document);
            read.ifPresent(this::add);
            if (read.filter(one -> Kinds.NAMES.contains(one.kind())).isPresent()) {
                some = true;
            } else {
                blank(policy, document);
            }
        }
        if (some) {
            policies.add(new PolicySource(file.name(), policy.toString()));
        }
    }

    private Optional<FleetDocument> document(PolicySource file, YamlReader.Document document) {
        return new DocumentReader(file, errors)
                .header(document.root(), KINDS, FleetParser::names)
                .flatMap(header -> new FleetReader(file, errors, header)
                        .read()
                        .map(spec -> new FleetDocument(
                                header.kind(),
                                header.name(),
                                header.description(),
                                file,
                                document.start(),
                                header.at(),
                                spec,
                                document.text())));
    }

    private void add(FleetDocument document) {
        FleetDocument first = seen.putIfAbsent(document.kind() + "/" + document.name(), document);
        if (first != null) {
            errors.add(
                    document.file(),
                    document.at(),
                    document.kind() + " `" + document.name()
                            + "`: one document of this name expected, found another at "
                            + first.file().name() + ":" + first.at().line());
        } else if (documents.size() == MOST_DOCUMENTS) {
            errors.add(document.file(), document.at(), "at most " + MOST_DOCUMENTS + " documents expected, found more");
        } else {
            documents.add(document);
        }
    }

    private static NameRule names(String kind) {
        return switch (kind) {
            case "Settings" -> OWNER;
            case "Site", "Group", "Freeze", "Rollout" -> NAME;
            default -> NameRule.POLICY;
        };
    }

    private static NameRule rule(String pattern, String expected) {
        Pattern compiled = Pattern.compile(pattern);
        return new NameRule(text -> compiled.matcher(text).matches(), expected);
    }

    // Lines stay where they are, so that the policy's own reader names the places of the file.
    private static void blank(StringBuilder text, YamlReader.Document document) {
        for (int i = document.start(); i < document.end(); i++) {
            if (text.charAt(i) != '\n' && text.charAt(i) != '\r') {
                text.setCharAt(i, ' ');
            }
        }
    }
}
