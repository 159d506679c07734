package dev.muster.policy.language;

import dev.muster.policy.language.FleetSpec.Address;
import dev.muster.policy.language.FleetSpec.Channel;
import dev.muster.policy.language.FleetSpec.Location;
import dev.muster.policy.language.FleetSpec.Release;
import dev.muster.policy.language.FleetSpec.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the body of one document that stands in files of a fleet only; the JSON Schema of each kind says the same. */
final class FleetReader {
    static final Map<String, Set<String>> FIELDS = Map.of(
            "Site", Set.of("parent", "timeZone", "uplinkKbps", "window", "gateway", "location"),
            "Group", Set.of("devices", "members"),
            "Freeze", Set.of("from", "to", "devices", "reason"),
            "AlertChannel", Set.of("url", "urlFrom", "recipients", "severity", "sites", "resolved", "enabled"),
            "Webhook", Set.of("url", "urlFrom", "types", "devices", "enabled"),
            "Rollout",
                    Set.of(
                            "release",
                            "channel",
                            "devices",
                            "waves",
                            "maxFailurePercent",
                            "deadline",
                            "perMinute",
                            "jitter",
                            "install",
                            "newcomers",
                            "start"));

    static final Set<String> WINDOW = Set.of("days", "from", "to");
    static final Set<String> LOCATION = Set.of("latitude", "longitude");
    static final Set<String> RELEASE = Set.of("name", "version");
    static final Set<String> CHANNEL = Set.of("name", "release", "hardware");
    static final Set<String> WAVE =
            Set.of("name", "percent", "count", "successPercent", "minReached", "soak", "approval", "metric");
    static final Set<String> INSTALL = Set.of("mode", "window");
    static final Set<String> INSTALL_WINDOW = Set.of("days", "from", "to", "site");
    static final Set<String> FROM = Set.of("env");
    static final List<String> SEVERITIES = List.of("info", "warning", "critical");

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private final PolicySource file;
    private final Errors errors;
    private final Header header;

    FleetReader(PolicySource file, Errors errors, Header header) {
        this.file = file;
        this.errors = errors;
        this.header = header;
    }

    /** What it says; empty when a mistake was reported that leaves nothing. */
    Optional<FleetSpec> read() {
        if (header.kind().equals("Settings")) {
            return settings();
        }
        if (!FIELDS.containsKey(header.kind())) {
            return Optional.of(new FleetSpec.Elsewhere());
        }
        String what = header.kind() + " `" + header.name() + "`";
        Set<String> known = FIELDS.getOrDefault(header.kind(), Set.of());
        return Fields.of(file, errors, what, header.spec(), known).flatMap(spec -> switch (header.kind()) {
            case "Site" -> Optional.of(site(spec));
            case "Group" -> group(spec);
            case "Freeze" -> freeze(spec);
            case "AlertChannel" -> alertChannel(spec, address(spec));
            case "Webhook" -> webhook(spec, address(spec));
            default -> rollout(spec);
        });
    }

    private FleetSpec site(Fields spec) {
        return new FleetSpec.Site(
                text(spec, "parent"),
                text(spec, "timeZone"),
                spec.value("uplinkKbps", "a number above 0", text -> Scalars.integer(text, 1, Integer.MAX_VALUE)),
                spec.node("window")
                        .flatMap(node -> spec.inner("window", node, WINDOW))
                        .flatMap(FleetReader::window),
                text(spec, "gateway"),
                spec.node("location")
                        .flatMap(node -> spec.inner("location", node, LOCATION))
                        .flatMap(FleetReader::location));
    }

    private static Optional<Window> window(Fields fields) {
        Optional<List<Fields.Text>> days = fields.requiredTexts("days");
        Optional<Fields.Text> from = fields.requiredText("from");
        Optional<Fields.Text> to = fields.requiredText("to");
        return days.isEmpty() || from.isEmpty() || to.isEmpty()
                ? Optional.empty()
                : Optional.of(new Window(
                        days.get().stream().map(Fields.Text::value).toList(),
                        from.get().value(),
                        to.get().value()));
    }

    private static Optional<Location> location(Fields fields) {
        Optional<Double> latitude =
                fields.requiredValue("latitude", "degrees from -90 to 90", text -> Scalars.decimal(text, -90, 90));
        Optional<Double> longitude =
                fields.requiredValue("longitude", "degrees from -180 to 180", text -> Scalars.decimal(text, -180, 180));
        return latitude.isEmpty() || longitude.isEmpty()
                ? Optional.empty()
                : Optional.of(new Location(latitude.get(), longitude.get()));
    }

    private static Optional<FleetSpec> group(Fields spec) {
        boolean dynamic = spec.node("devices").isPresent();
        if (dynamic == spec.node("members").isPresent()) {
            spec.error(
                    spec.at(),
                    "either `devices`, a device query, or `members`, a list of ids, expected; found "
                            + (dynamic ? "both" : "neither"));
            return Optional.empty();
        }
        return Optional.of(new FleetSpec.Group(text(spec, "devices"), spec.values("members")));
    }

    private static Optional<FleetSpec> freeze(Fields spec) {
        Optional<Fields.Text> from = spec.requiredText("from");
        Optional<Fields.Text> to = spec.requiredText("to");
        return from.isEmpty() || to.isEmpty()
                ? Optional.empty()
                : Optional.of(new FleetSpec.Freeze(
                        from.get().value(),
                        to.get().value(),
                        devices(spec),
                        text(spec, "reason").orElse("")));
    }

    private Optional<FleetSpec> settings() {
        if (!(header.spec() instanceof YamlNode.Mapping mapping)) {
            errors.add(
                    file,
                    header.spec().at(),
                    "Settings `" + header.name() + "`: a mapping expected, found "
                            + header.spec().describe());
            return Optional.empty();
        }
        int slash = header.name().indexOf('/');
        return Optional.of(
                slash < 0
                        ? new FleetSpec.Settings(header.name(), "", YamlValues.of(mapping))
                        : new FleetSpec.Settings(
                                header.name().substring(0, slash),
                                header.name().substring(slash + 1),
                                YamlValues.of(mapping)));
    }

    private static Optional<FleetSpec> rollout(Fields spec) {
        Optional<Release> release = spec.node("release")
                .flatMap(node -> spec.inner("release", node, RELEASE))
                .flatMap(FleetReader::release);
        Optional<Channel> channel = spec.node("channel")
                .flatMap(node -> spec.inner("channel", node, CHANNEL))
                .flatMap(FleetReader::channel);
        if (spec.node("release").isPresent() == spec.node("channel").isPresent()) {
            spec.error(
                    spec.at(),
                    "either `release` or `channel` expected, found "
                            + (spec.node("release").isPresent() ? "both" : "neither"));
            return Optional.empty();
        }
        spec.required("devices");
        spec.items("waves").ifPresent(waves -> waves.forEach(wave -> spec.inner("waves", wave, WAVE)));
        spec.node("install")
                .flatMap(node -> spec.inner("install", node, INSTALL))
                .ifPresent(install ->
                        install.node("window").ifPresent(window -> install.inner("window", window, INSTALL_WINDOW)));
        Map<String, @Nullable Object> plan = new LinkedHashMap<>();
        for (String name : FIELDS.getOrDefault("Rollout", Set.of())) {
            if (!name.equals("release") && !name.equals("channel") && !name.equals("devices")) {
                spec.node(name).ifPresent(node -> plan.put(name, YamlValues.of(node)));
            }
        }
        return Optional.of(new FleetSpec.Rollout(release, channel, devices(spec), plan));
    }

    private static Optional<Release> release(Fields fields) {
        Optional<Fields.Text> name = fields.requiredText("name");
        Optional<Fields.Text> version = fields.requiredText("version");
        return name.isEmpty() || version.isEmpty()
                ? Optional.empty()
                : Optional.of(new Release(name.get().value(), version.get().value()));
    }

    private static Optional<Channel> channel(Fields fields) {
        return fields.requiredText("name")
                .map(name -> new Channel(name.value(), text(fields, "release"), text(fields, "hardware")));
    }

    private static Optional<FleetSpec> alertChannel(Fields spec, Optional<Address> url) {
        boolean webhook = isAddressed(spec);
        if (webhook == spec.node("recipients").isPresent()) {
            spec.error(
                    spec.at(),
                    "either `url` or `urlFrom`, of a webhook, or `recipients` of e-mail expected, found "
                            + (webhook ? "both" : "neither"));
            return Optional.empty();
        }
        return webhook && url.isEmpty()
                ? Optional.empty()
                : Optional.of(new FleetSpec.AlertChannel(
                        url,
                        spec.values("recipients"),
                        spec.value("severity", "one of " + String.join(", ", SEVERITIES), text -> Optional.of(text)
                                        .filter(SEVERITIES::contains))
                                .orElse(SEVERITIES.getFirst()),
                        spec.values("sites"),
                        flag(spec, "resolved"),
                        flag(spec, "enabled")));
    }

    private static Optional<FleetSpec> webhook(Fields spec, Optional<Address> url) {
        if (!isAddressed(spec)) {
            spec.error(spec.at(), "`url` or `urlFrom` expected, found neither");
        }
        return url.map(
                address -> new FleetSpec.Webhook(address, spec.values("types"), devices(spec), flag(spec, "enabled")));
    }

    private static boolean isAddressed(Fields spec) {
        return spec.node("url").isPresent() || spec.node("urlFrom").isPresent();
    }

    /** What {@code url} or {@code urlFrom} says; empty where there is neither, and where a mistake was reported. */
    private static Optional<Address> address(Fields spec) {
        Optional<Address> written = text(spec, "url").map(Address.Written::new);
        Optional<Address> named = spec.node("urlFrom")
                .flatMap(node -> spec.inner("urlFrom", node, FROM))
                .flatMap(from ->
                        from.requiredValue("env", "the name of an environment variable", text -> Optional.of(text)
                                .filter(name -> VARIABLE.matcher(name).matches())))
                .map(Address.Variable::new);
        if (spec.node("url").isPresent() && spec.node("urlFrom").isPresent()) {
            spec.error(spec.at(), "either `url` or `urlFrom` expected, found both");
            return Optional.empty();
        }
        return written.or(() -> named);
    }

    /** True where it is left out. */
    private static boolean flag(Fields spec, String name) {
        return spec.value(name, "true or false", Scalars::flag).orElse(true);
    }

    private static Optional<String> text(Fields fields, String name) {
        return fields.text(name).map(Fields.Text::value).filter(text -> !text.isEmpty());
    }

    /** The query, empty for all. */
    private static String devices(Fields fields) {
        return text(fields, "devices")
                .map(String::strip)
                .filter(query -> !query.equals(SelectorReader.ALL))
                .orElse("");
    }
}
