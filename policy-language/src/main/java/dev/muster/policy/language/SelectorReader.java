package dev.muster.policy.language;

import dev.muster.policy.language.Fields.Text;
import dev.muster.policy.language.YamlNode.Scalar;
import dev.muster.policy.language.message.Quote;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.UserSelector;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads which apps, which devices and which users. "Everything" has its own word: {@code all}. */
final class SelectorReader {
    static final String ALL = "all";
    static final Set<String> APPS = Set.of("bundles", "signers", "labels");
    static final Set<String> DEVICES = Set.of("sites", "tags", "hardware", "groups", "query");
    static final Set<String> DEVICES_OF_CAPABILITIES = Set.of("sites", "tags", "hardware", "groups", "query", "ids");

    private SelectorReader() {}

    static Optional<AppSelector> apps(Fields spec, YamlNode node) {
        if (isAll(node)) {
            return Optional.of(AppSelector.ALL);
        }
        return spec.inner("apps", node, APPS).flatMap(fields -> {
            Optional<List<Text>> bundles = fields.texts("bundles");
            bundles.ifPresent(texts -> texts.forEach(text -> {
                int star = text.value().indexOf('*');
                if (star >= 0 && star < text.value().length() - 1) {
                    fields.error(
                            text.at(),
                            "`*` expected only at the end of a bundle name, found " + Quote.of(text.value()));
                }
            }));
            AppSelector apps = AppSelector.of(
                    bundles.orElse(List.of()).stream().map(Text::value).toList(),
                    fields.values("signers"),
                    fields.values("labels"));
            return apps.equals(AppSelector.ALL)
                    ? nothing(fields, "`bundles`, `signers` or `labels`")
                    : Optional.of(apps);
        });
    }

    /** Devices as bindings and guard rails name them: never one by one, so that equal devices share a bundle. */
    static Optional<DeviceSelector> devices(Fields spec, YamlNode node) {
        return devices(spec, node, DEVICES);
    }

    /** Devices as capabilities name them: also one by one. */
    static Optional<DeviceSelector> devicesOfCapability(Fields spec, YamlNode node) {
        return devices(spec, node, DEVICES_OF_CAPABILITIES);
    }

    private static Optional<DeviceSelector> devices(Fields spec, YamlNode node, Set<String> known) {
        if (isAll(node)) {
            return Optional.of(DeviceSelector.EVERYWHERE);
        }
        return spec.inner("devices", node, known).flatMap(fields -> {
            DeviceSelector.Attributes attributes = DeviceSelector.Attributes.of(
                    fields.values("sites"), fields.values("tags"), fields.values("hardware"), fields.values("groups"));
            boolean narrows = !attributes.equals(DeviceSelector.Attributes.of(Set.of(), Set.of(), Set.of(), Set.of()));
            Optional<Text> query =
                    fields.text("query").filter(text -> !text.value().isBlank());
            if (query.isPresent() && narrows) {
                fields.error(query.get().at(), "either `query` or the other fields expected, found both");
                return Optional.empty();
            }
            Optional<YamlNode> ids = fields.node("ids");
            if (ids.isPresent() && !known.contains("ids")) {
                fields.error(
                        ids.get().at(),
                        "single devices expected only in a Capability, found `ids`; give them a tag and name that");
                return Optional.empty();
            }
            if (ids.isPresent()) {
                return ids(fields, ids.get(), narrows || query.isPresent());
            }
            if (query.isPresent()) {
                return Optional.of(
                        new DeviceSelector.Expression(query.get().value().strip()));
            }
            return narrows
                    ? Optional.of(attributes)
                    : nothing(
                            fields,
                            known.contains("ids")
                                    ? "`sites`, `tags`, `hardware`, `groups`, `query` or `ids`"
                                    : "`sites`, `tags`, `hardware`, `groups` or `query`");
        });
    }

    private static Optional<DeviceSelector> ids(Fields fields, YamlNode node, boolean others) {
        if (others) {
            fields.error(node.at(), "either `ids` or the other fields expected, found both");
            return Optional.empty();
        }
        List<String> ids = fields.values("ids");
        if (ids.isEmpty()) {
            fields.error(node.at(), "field `ids`: at least one device id expected, found none");
            return Optional.empty();
        }
        return Optional.of(new DeviceSelector.Ids(new java.util.TreeSet<>(ids)));
    }

    /** An empty selector would silently mean everything. */
    private static <T> Optional<T> nothing(Fields fields, String expected) {
        fields.error(fields.at(), "something in " + expected + " expected, or the word `all` instead; found nothing");
        return Optional.empty();
    }

    static Optional<UserSelector> users(Fields spec) {
        Optional<YamlNode> node = spec.node("users");
        if (node.isEmpty() || isAll(node.get())) {
            return Optional.of(UserSelector.ALL);
        }
        if (spec.texts("users").isEmpty()) {
            return Optional.empty();
        }
        List<Integer> ids =
                spec.values("users", "a user id of 0 or more", text -> Scalars.integer(text, 0, Integer.MAX_VALUE));
        if (node.get() instanceof YamlNode.Sequence sequence && sequence.items().isEmpty()) {
            spec.error(node.get().at(), "field `users`: at least one user id expected, or the word `all`; found none");
            return Optional.empty();
        }
        return ids.isEmpty() ? Optional.empty() : Optional.of(UserSelector.of(ids));
    }

    private static boolean isAll(YamlNode node) {
        return node instanceof Scalar scalar && scalar.text().equals(ALL);
    }
}
