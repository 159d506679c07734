package dev.muster.policy.language;

import dev.muster.policy.language.BridgeDocument.Create;
import dev.muster.policy.language.BridgeDocument.Mapped;
import dev.muster.policy.language.BridgeDocument.Said;
import dev.muster.policy.language.BridgeDocument.Sparkplug;
import dev.muster.policy.language.BridgeDocument.Value;
import dev.muster.policy.language.Fields.Text;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads connections to brokers, one per YAML document; every mistake of their form with its place. Stateless. */
public final class BridgeParser {
    /** The {@code kind} of a connection. */
    public static final String KIND = "Bridge";

    private static final Set<String> SPEC = Set.of(
            "broker",
            "protocol",
            "username",
            "ca",
            "clientId",
            "qos",
            "session",
            "quietAfter",
            "enabled",
            "devices",
            "create",
            "sparkplug",
            "mappings");
    private static final Set<String> CREATE = Set.of("site", "tags", "type");
    private static final Set<String> SPARKPLUG = Set.of("hostId", "groups", "device");
    private static final Set<String> MAPPING = Set.of("topic", "device", "payload", "metric", "at", "clock", "values");
    private static final Set<String> VALUE = Set.of("metric", "path", "optional");
    private static final List<String> PAYLOADS = List.of("json", "text", "senml");
    private static final List<String> PROTOCOLS = List.of(BridgeDocument.MQTT_5, "3.1.1");
    private static final List<String> CLOCKS = List.of("iso", "ms", "s");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");
    private static final Pattern LEVEL = Pattern.compile("[^/+#\\p{Cntrl}]{1,100}");
    private static final Pattern CLIENT_ID = Pattern.compile("[\\x21-\\x7e]{1,100}");
    private static final Pattern LENGTH = Pattern.compile("([0-9]{1,7})(s|m|h|d)");
    private static final String DURATION = "a duration such as `90s`, `5m`, `2h` or `1d`, at most 31 days,";
    private static final Duration LONGEST = Duration.ofDays(31);
    private static final Duration SESSION = Duration.ofDays(1);
    private static final Duration QUIET = Duration.ofMinutes(5);
    private static final int MOST_MAPPINGS = 100;
    private static final int MOST_VALUES = 200;
    private static final int LONGEST_BROKER = 300;

    private final PolicySource source;
    private final Errors errors;

    private BridgeParser(PolicySource source) {
        this.source = source;
        this.errors = new Errors(List.of(source));
    }

    /** What came of reading: connections and no errors, or the errors, in order of their places. */
    public record Result(List<BridgeDocument> bridges, List<PolicyError> errors) {
        public Result {
            bridges = List.copyOf(bridges);
            errors = List.copyOf(errors);
        }
    }

    /** Reads all connections of a source. */
    public static Result parse(PolicySource source) {
        BridgeParser parser = new BridgeParser(source);
        List<BridgeDocument> bridges = new ArrayList<>();
        for (YamlReader.Document document : YamlReader.read(source, parser.errors)) {
            if (parser.errors.isFull()) {
                break;
            }
            parser.bridge(document).ifPresent(bridges::add);
        }
        return parser.errors.isEmpty() ? new Result(bridges, List.of()) : new Result(List.of(), parser.errors.sorted());
    }

    private Optional<BridgeDocument> bridge(YamlReader.Document document) {
        Optional<Header> read = new DocumentReader(source, errors).header(document.root(), List.of(KIND));
        if (read.isEmpty()) {
            return Optional.empty();
        }
        Header header = read.get();
        Optional<Fields> spec = Fields.of(source, errors, KIND + " `" + header.name() + "`", header.spec(), SPEC);
        if (spec.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = spec.get();
        Optional<Said> broker = broker(fields);
        String protocol = fields.value(
                        "protocol", "`5` or `3.1.1`", text -> Optional.of(text).filter(PROTOCOLS::contains))
                .orElse(BridgeDocument.MQTT_5);
        Optional<Said> devices = fields.requiredText("devices").map(BridgeParser::said);
        Optional<Said> ca = fields.text("ca").map(BridgeParser::said);
        Optional<String> username = fields.text("username").map(Text::value);
        Optional<String> clientId =
                fields.value("clientId", "1 to 100 plain characters", text -> matching(CLIENT_ID, text));
        int qos = fields.node("qos").isEmpty()
                ? 1
                : fields.value("qos", "0 or 1", text -> Scalars.integer(text, 0, 1))
                        .orElse(1);
        Duration session = duration(fields, "session", SESSION);
        Duration quiet = duration(fields, "quietAfter", QUIET);
        boolean enabled = flag(fields, "enabled", true);
        Optional<Create> create = fields.node("create")
                .flatMap(node -> fields.inner("create", node, CREATE))
                .map(BridgeParser::create);
        Optional<Sparkplug> sparkplug = fields.node("sparkplug")
                .flatMap(node -> fields.inner("sparkplug", node, SPARKPLUG))
                .flatMap(BridgeParser::sparkplug);
        List<Mapped> mappings = mappings(fields);
        if (fields.node("mappings").isEmpty() == fields.node("sparkplug").isEmpty()) {
            // A host of Sparkplug must keep no session at the broker, which mappings need: two connections, then.
            fields.error(
                    fields.at(),
                    "field `mappings` or `sparkplug` expected, found "
                            + (fields.node("mappings").isEmpty() ? "neither" : "both"));
        }
        if (!errors.isEmpty() || broker.isEmpty() || devices.isEmpty()) {
            return Optional.empty();
        }
        Said query = new Said(devices.get().at(), devices.get().text().strip());
        return Optional.of(new BridgeDocument(
                header.name(),
                header.description(),
                broker.get(),
                protocol,
                username,
                ca,
                clientId,
                qos,
                session,
                quiet,
                enabled,
                query.text().equals(SelectorReader.ALL) ? new Said(query.at(), "") : query,
                create,
                sparkplug,
                mappings,
                document.text()));
    }

    private static Optional<Said> broker(Fields fields) {
        return fields.requiredText("broker").flatMap(text -> {
            if (isBroker(text.value())) {
                return Optional.of(said(text));
            }
            fields.error(
                    text.at(),
                    "field `broker`: an address such as `mqtts://broker.example:8883`, without user and path, expected,"
                            + " found `" + text.value() + "`");
            return Optional.empty();
        });
    }

    private static boolean isBroker(String text) {
        try {
            URI uri = URI.create(text);
            return text.length() <= LONGEST_BROKER
                    && ("mqtt".equals(uri.getScheme()) || "mqtts".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getPort() != 0
                    && uri.getPort() <= 65_535;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Create create(Fields fields) {
        return new Create(
                fields.text("site").map(BridgeParser::said),
                fields.values("tags", "a tag of letters, digits, '.', '_', ':', '-',", text -> matching(WORD, text)),
                fields.value("type", "a type of letters, digits, '.', '_', '-',", text -> matching(WORD, text)));
    }

    private static Optional<Sparkplug> sparkplug(Fields fields) {
        Optional<String> hostId =
                fields.requiredValue("hostId", "a name without `/`, `+` and `#`,", text -> matching(LEVEL, text));
        List<String> groups =
                fields.values("groups", "a name without `/`, `+` and `#`,", text -> matching(LEVEL, text));
        Optional<Text> device = fields.text("device");
        return hostId.map(id ->
                new Sparkplug(id, groups, device.map(BridgeParser::said).orElse(new Said(fields.at(), "{node}"))));
    }

    private static List<Mapped> mappings(Fields fields) {
        List<Mapped> mappings = new ArrayList<>();
        List<YamlNode> items = fields.items("mappings").orElse(List.of());
        if (items.size() > MOST_MAPPINGS) {
            fields.error(
                    items.getFirst().at(),
                    "field `mappings`: at most " + MOST_MAPPINGS + " expected, found " + items.size());
            return mappings;
        }
        for (YamlNode item : items) {
            fields.inner("mapping", item, MAPPING)
                    .flatMap(BridgeParser::mapping)
                    .ifPresent(mappings::add);
        }
        return mappings;
    }

    private static Optional<Mapped> mapping(Fields fields) {
        Optional<Text> topic = fields.requiredText("topic");
        Optional<Text> device = fields.requiredText("device");
        Optional<String> payload =
                fields.requiredValue("payload", "one of " + String.join(", ", PAYLOADS), text -> Optional.of(text)
                        .filter(PAYLOADS::contains));
        Optional<Text> metric = fields.text("metric");
        Optional<Text> at = fields.text("at");
        String clock = fields.value("clock", "one of " + String.join(", ", CLOCKS), text -> Optional.of(text)
                        .filter(CLOCKS::contains))
                .orElse("iso");
        List<Value> values = values(fields);
        if (topic.isEmpty() || device.isEmpty() || payload.isEmpty()) {
            return Optional.empty();
        }
        boolean json = payload.get().equals("json");
        fits(fields, "values", json, payload.get());
        fits(fields, "metric", payload.get().equals("text"), payload.get());
        if (!json && at.isPresent()) {
            fields.error(at.get().at(), "no field `at` expected beside `payload: " + payload.get() + "`, found one");
        }
        return Optional.of(new Mapped(
                said(topic.get()),
                said(device.get()),
                payload.get(),
                metric.map(BridgeParser::said),
                at.map(BridgeParser::said),
                clock,
                values));
    }

    private static void fits(Fields fields, String name, boolean belongs, String payload) {
        if (belongs) {
            fields.required(name);
        } else {
            fields.node(name)
                    .ifPresent(node -> fields.error(
                            node.at(),
                            "no field `" + name + "` expected beside `payload: " + payload + "`, found one"));
        }
    }

    private static List<Value> values(Fields fields) {
        List<Value> values = new ArrayList<>();
        List<YamlNode> items = fields.items("values").orElse(List.of());
        if (items.size() > MOST_VALUES) {
            fields.error(
                    items.getFirst().at(),
                    "field `values`: at most " + MOST_VALUES + " expected, found " + items.size());
            return values;
        }
        for (YamlNode item : items) {
            fields.inner("value", item, VALUE).ifPresent(inner -> {
                Optional<Text> metric = inner.requiredText("metric");
                Optional<Text> path = inner.requiredText("path");
                boolean optional = flag(inner, "optional", false);
                if (metric.isPresent() && path.isPresent()) {
                    values.add(new Value(said(metric.get()), said(path.get()), optional));
                }
            });
        }
        return values;
    }

    private static boolean flag(Fields fields, String name, boolean otherwise) {
        return fields.value(name, "true or false", text -> switch (text) {
                    case "true" -> Optional.of(true);
                    case "false" -> Optional.of(false);
                    default -> Optional.empty();
                })
                .orElse(otherwise);
    }

    private static Duration duration(Fields fields, String name, Duration otherwise) {
        return fields.value(name, DURATION, BridgeParser::duration).orElse(otherwise);
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

    private static Optional<String> matching(Pattern pattern, String text) {
        return pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }

    private static Said said(Text text) {
        return new Said(text.at(), text.value());
    }
}
