package dev.muster.policy.language;

import dev.muster.policy.language.AlertRuleDocument.When;
import dev.muster.policy.language.Fields.Text;
import dev.muster.policy.language.message.Quote;
import dev.muster.policy.language.message.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads rules of alerts, one per YAML document; every mistake with its place. Stateless. */
public final class AlertRuleParser {
    /** The {@code kind} of a rule. */
    public static final String KIND = "AlertRule";

    static final List<String> SEVERITIES = List.of("info", "warning", "critical");
    static final List<String> ANSWERS = List.of("granted", "denied", "any");
    static final Set<String> SPEC = Set.of("devices", "severity", "labels", "summary", "for", "when");

    private static final Map<String, Set<String>> CONDITIONS = Map.of(
            "threshold", Set.of("metric", "above", "below"),
            "change", Set.of("metric", "above", "below", "within"),
            "absence", Set.of("metric", "longerThan"),
            "offline", Set.of(),
            "drift", Set.of(),
            "permissionUse", Set.of("permission", "answers", "above", "within"));
    private static final String DURATION = "a duration such as `90s`, `5m`, `2h` or `1d`, at most 31 days,";
    private static final Pattern LENGTH = Pattern.compile("([0-9]{1,7})(s|m|h|d)");
    private static final Duration LONGEST = Duration.ofDays(31);
    private static final Pattern METRIC = Pattern.compile("[^\\s\\p{Cntrl}][^\\p{Cntrl}]{0,127}");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,62}");
    private static final double MOST = 999_999_999;
    private static final int MOST_LABELS = 16;
    private static final int MOST_SUMMARY = 300;

    private final PolicySource source;
    private final Errors errors;

    private AlertRuleParser(PolicySource source) {
        this.source = source;
        this.errors = new Errors(List.of(source));
    }

    /** What came of reading: rules and no errors, or the errors, in order of their places. */
    public record Result(List<AlertRuleDocument> rules, List<PolicyError> errors) {
        public Result {
            rules = List.copyOf(rules);
            errors = List.copyOf(errors);
        }
    }

    /** Reads all rules of a source. */
    public static Result parse(PolicySource source) {
        AlertRuleParser parser = new AlertRuleParser(source);
        List<AlertRuleDocument> rules = new ArrayList<>();
        for (YamlReader.Document document : YamlReader.read(source, parser.errors)) {
            if (parser.errors.isFull()) {
                break;
            }
            parser.rule(document).ifPresent(rules::add);
        }
        return parser.errors.isEmpty() ? new Result(rules, List.of()) : new Result(List.of(), parser.errors.sorted());
    }

    private Optional<AlertRuleDocument> rule(YamlReader.Document document) {
        Optional<Header> read = new DocumentReader(source, errors).header(document.root(), List.of(KIND));
        if (read.isEmpty()) {
            return Optional.empty();
        }
        Header header = read.get();
        String what = KIND + " `" + header.name() + "`";
        Optional<Fields> spec = Fields.of(source, errors, what, header.spec(), SPEC);
        if (spec.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = spec.get();
        Optional<Text> devices = fields.requiredText("devices");
        Optional<String> severity =
                fields.requiredValue("severity", "one of " + String.join(", ", SEVERITIES), text -> Optional.of(text)
                        .filter(SEVERITIES::contains));
        Map<String, String> labels = labels(fields);
        String summary = fields.value(
                        "summary", "a text of at most " + MOST_SUMMARY + " characters", text -> Optional.of(text)
                                .filter(one -> one.length() <= MOST_SUMMARY))
                .orElse("");
        Optional<Duration> holds = fields.node("for").isEmpty()
                ? Optional.of(Duration.ZERO)
                : fields.value("for", DURATION, AlertRuleParser::duration);
        Optional<When> when = fields.required("when").flatMap(node -> when(fields, node));
        if (when.isPresent() && !mayHold(when.get()) && fields.node("for").isPresent()) {
            fields.error(
                    fields.node("for").orElseThrow().at(),
                    "no `for` expected beside a condition that names its own span, found one");
            return Optional.empty();
        }
        if (devices.isEmpty() || severity.isEmpty() || holds.isEmpty() || when.isEmpty()) {
            return Optional.empty();
        }
        String query = devices.get().value().strip();
        if (query.isEmpty()) {
            fields.error(
                    devices.get().at(), "field `devices`: a device query, or the word `all`, expected; found nothing");
            return Optional.empty();
        }
        return Optional.of(new AlertRuleDocument(
                header.name(),
                header.description(),
                query.equals(SelectorReader.ALL) ? "" : query,
                devices.get().at(),
                severity.get(),
                labels,
                summary,
                holds.get(),
                when.get(),
                document.text()));
    }

    private static boolean mayHold(When when) {
        return switch (when) {
            case When.Threshold threshold -> true;
            case When.Change change -> true;
            case When.Offline offline -> true;
            case When.Drift drift -> true;
            case When.Absence absence -> false;
            case When.PermissionUse use -> false;
        };
    }

    private Map<String, String> labels(Fields fields) {
        Map<String, String> labels = new LinkedHashMap<>();
        Optional<YamlNode> node = fields.node("labels");
        if (node.isEmpty()) {
            return labels;
        }
        if (!(node.get() instanceof YamlNode.Mapping mapping)
                || mapping.fields().size() > MOST_LABELS) {
            fields.error(
                    node.get().at(),
                    "field `labels`: a mapping of at most " + MOST_LABELS + " labels expected, found "
                            + (node.get() instanceof YamlNode.Mapping
                                    ? "more"
                                    : node.get().describe()));
            return labels;
        }
        for (YamlNode.Field field : mapping.fields()) {
            if (!LABEL.matcher(field.name()).matches()) {
                fields.error(field.at(), "a name of a label expected, found " + Quote.of(field.name()));
            } else if (field.value() instanceof YamlNode.Scalar scalar
                    && scalar.text().length() <= 128) {
                labels.put(field.name(), scalar.text());
            } else {
                fields.error(
                        field.value().at(),
                        "label `" + field.name() + "`: a text of at most 128 characters expected, found "
                                + field.value().describe());
            }
        }
        return labels;
    }

    private Optional<When> when(Fields spec, YamlNode node) {
        Set<String> kinds = CONDITIONS.keySet();
        if (!(node instanceof YamlNode.Mapping mapping) || mapping.fields().size() != 1) {
            spec.error(
                    node.at(),
                    "field `when`: a mapping with exactly one of "
                            + String.join(", ", kinds.stream().sorted().toList())
                            + " expected, found "
                            + (node instanceof YamlNode.Mapping several
                                    ? several.fields().size() + " of them"
                                    : node.describe()));
            return Optional.empty();
        }
        YamlNode.Field only = mapping.fields().getFirst();
        Set<String> known = CONDITIONS.get(only.name());
        if (known == null) {
            spec.error(
                    only.at(),
                    "field `when`: one of "
                            + String.join(", ", kinds.stream().sorted().toList()) + " expected, found "
                            + Quote.of(only.name()) + Suggestion.didYouMean(only.name(), kinds));
            return Optional.empty();
        }
        if (known.isEmpty()) {
            return bare(spec, only);
        }
        return spec.inner(only.name(), only.value(), known).flatMap(fields -> condition(only.name(), fields));
    }

    private static Optional<When> bare(Fields spec, YamlNode.Field field) {
        boolean empty = field.value() instanceof YamlNode.Mapping mapping
                ? mapping.fields().isEmpty()
                : field.value() instanceof YamlNode.Scalar scalar && scalar.isEmpty();
        if (!empty) {
            spec.error(
                    field.value().at(),
                    "`" + field.name() + ": {}` expected, found "
                            + field.value().describe());
            return Optional.empty();
        }
        return Optional.of(field.name().equals("offline") ? new When.Offline() : new When.Drift());
    }

    private static Optional<When> condition(String kind, Fields fields) {
        if (kind.equals("permissionUse")) {
            return use(fields);
        }
        Optional<String> metric =
                fields.requiredValue("metric", "the name of a metric, at most 128 characters", text -> Optional.of(text)
                        .filter(name -> METRIC.matcher(name).matches()));
        if (kind.equals("absence")) {
            Optional<Duration> longer = fields.requiredValue("longerThan", DURATION, AlertRuleParser::duration);
            return metric.isEmpty() || longer.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new When.Absence(metric.get(), longer.get()));
        }
        boolean above = fields.node("above").isPresent();
        if (above == fields.node("below").isPresent()) {
            fields.error(fields.at(), "either `above` or `below` expected, found " + (above ? "both" : "neither"));
            return Optional.empty();
        }
        Optional<Double> limit =
                fields.requiredValue(above ? "above" : "below", "a number", text -> Scalars.decimal(text, -MOST, MOST));
        Optional<Duration> within = kind.equals("change")
                ? fields.requiredValue("within", DURATION, AlertRuleParser::duration)
                : Optional.of(Duration.ZERO);
        if (metric.isEmpty() || limit.isEmpty() || within.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                kind.equals("change")
                        ? new When.Change(metric.get(), above, limit.get(), within.get())
                        : new When.Threshold(metric.get(), above, limit.get()));
    }

    private static Optional<When> use(Fields fields) {
        Optional<String> permission = fields.requiredValue(
                "permission",
                "the name of a permission, or its beginning with `*` behind it,",
                text -> Optional.of(text).filter(name -> name.matches("[A-Za-z0-9._]{1,200}\\*?|\\*")));
        Optional<String> answers = fields.node("answers").isEmpty()
                ? Optional.of("any")
                : fields.value("answers", "one of " + String.join(", ", ANSWERS), text -> Optional.of(text)
                        .filter(ANSWERS::contains));
        Optional<Integer> above = fields.requiredValue(
                "above", "a number of 0 or more", text -> Scalars.integer(text, 0, Integer.MAX_VALUE));
        Optional<Duration> within = fields.requiredValue("within", DURATION, AlertRuleParser::duration);
        return permission.isEmpty() || answers.isEmpty() || above.isEmpty() || within.isEmpty()
                ? Optional.empty()
                : Optional.of(new When.PermissionUse(permission.get(), answers.get(), above.get(), within.get()));
    }

    private static Optional<Duration> duration(String text) {
        Matcher matcher = LENGTH.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(matcher.group(1));
        Duration duration =
                switch (matcher.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                };
        return duration.isZero() || duration.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(duration);
    }
}
