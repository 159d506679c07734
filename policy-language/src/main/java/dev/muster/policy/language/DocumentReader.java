package dev.muster.policy.language;

import dev.muster.policy.language.Fields.Text;
import dev.muster.policy.language.PolicyParser.Header;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.Names;
import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.UserSelector;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Turns one tree into one document of the model. Reports every mistake it meets and goes on as far as it can. */
final class DocumentReader {
    static final String API_VERSION = "muster.dev/v1";

    /** Fields of {@code spec} by kind; the JSON Schema says the same. */
    static final Map<String, Set<String>> KINDS = Map.of(
            "Role", Set.of("permissions"),
            "Binding", Set.of("roles", "apps", "devices", "users"),
            "GuardRail", Set.of("deny", "ceiling", "denyAfterLease", "apps", "devices", "users"));

    private static final List<String> KIND_NAMES = List.of("Role", "Binding", "GuardRail");
    private static final String ALL = "all";

    private final PermissionCatalog catalog;
    private final PolicySource source;
    private final Errors errors;

    DocumentReader(PermissionCatalog catalog, PolicySource source, Errors errors) {
        this.catalog = catalog;
        this.source = source;
        this.errors = errors;
    }

    /** Kind, name and place of the body; empty when the document has no use without them. */
    Optional<Header> header(YamlNode root) {
        Optional<Fields> document =
                Fields.of(source, errors, "document", root, Set.of("apiVersion", "kind", "metadata", "spec"));
        if (document.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = document.get();
        fields.requiredText("apiVersion").ifPresent(version -> {
            if (!version.value().equals(API_VERSION)) {
                fields.error(
                        version.at(),
                        "field `apiVersion`: `" + API_VERSION + "` expected, found `" + version.value() + "`");
            }
        });
        Optional<Text> kind = fields.requiredText("kind").filter(text -> isKind(fields, text));
        Optional<Fields> metadata = fields.required("metadata")
                .flatMap(node -> Fields.of(source, errors, "metadata", node, Set.of("name", "description")));
        Optional<YamlNode> spec = fields.required("spec");
        Optional<Text> name = metadata.flatMap(meta -> meta.requiredText("name").filter(text -> isName(meta, text)));
        String description = metadata.flatMap(meta -> meta.text("description"))
                .map(Text::value)
                .orElse("");
        if (kind.isEmpty() || name.isEmpty() || spec.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Header(
                kind.get().value(), name.get().value(), description, name.get().at(), spec.get()));
    }

    /** The document; empty when a mistake was reported that leaves none. */
    Optional<PolicyDocument> body(Header header, Set<String> roles) {
        String what = header.kind() + " `" + header.name() + "`";
        Optional<Fields> spec =
                Fields.of(source, errors, what, header.spec(), KINDS.getOrDefault(header.kind(), Set.of()));
        return spec.flatMap(fields -> switch (header.kind()) {
            case "Role" -> role(header, fields);
            case "Binding" -> binding(what, header, fields, roles);
            case "GuardRail" -> guardRail(what, header, fields);
            default -> Optional.empty();
        });
    }

    private Optional<PolicyDocument> role(Header header, Fields spec) {
        return spec.requiredTexts("permissions")
                .map(texts -> Role.of(header.name(), permissions(spec, texts)))
                .map(role -> new Role(role.name(), header.description(), role.permissions(), role.conditional()));
    }

    private Optional<PolicyDocument> binding(String what, Header header, Fields spec, Set<String> roles) {
        Optional<List<Text>> given = spec.requiredTexts("roles");
        given.ifPresent(texts -> {
            if (texts.isEmpty()) {
                spec.error(spec.at(), "field `roles`: at least one role expected, found none");
            }
            for (Text text : texts) {
                if (!roles.contains(text.value())) {
                    spec.error(
                            text.at(),
                            "the name of a role expected, found `" + text.value() + "`"
                                    + Suggestion.didYouMean(text.value(), roles));
                }
            }
        });
        Optional<AppSelector> apps = spec.required("apps").flatMap(node -> apps(what, node));
        Optional<DeviceSelector> devices = spec.required("devices").flatMap(node -> devices(what, node));
        Optional<UserSelector> users = users(spec);
        if (given.isEmpty() || given.get().isEmpty() || apps.isEmpty() || devices.isEmpty() || users.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Binding(
                header.name(),
                header.description(),
                given.get().stream().map(Text::value).distinct().toList(),
                apps.get(),
                devices.get(),
                users.get(),
                Condition.ALWAYS));
    }

    private Optional<PolicyDocument> guardRail(String what, Header header, Fields spec) {
        Optional<Collection<String>> deny = spec.texts("deny").map(texts -> permissions(spec, texts));
        Optional<Collection<String>> ceiling = spec.texts("ceiling").map(texts -> permissions(spec, texts));
        Optional<Collection<String>> afterLease = spec.texts("denyAfterLease").map(texts -> permissions(spec, texts));
        if (spec.node("deny").isEmpty()
                && spec.node("ceiling").isEmpty()
                && spec.node("denyAfterLease").isEmpty()) {
            spec.error(spec.at(), "at least one of `deny`, `ceiling`, `denyAfterLease` expected, found none");
        }
        Optional<AppSelector> apps =
                spec.node("apps").map(node -> apps(what, node)).orElse(Optional.of(AppSelector.ALL));
        Optional<DeviceSelector> devices =
                spec.node("devices").map(node -> devices(what, node)).orElse(Optional.of(DeviceSelector.EVERYWHERE));
        Optional<UserSelector> users = users(spec);
        if (apps.isEmpty() || devices.isEmpty() || users.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(GuardRail.of(
                header.name(),
                header.description(),
                deny.orElse(List.of()),
                ceiling,
                afterLease.orElse(List.of()),
                apps.get(),
                devices.get(),
                users.get(),
                Condition.ALWAYS));
    }

    private Collection<String> permissions(Fields spec, List<Text> texts) {
        Set<String> names = new TreeSet<>();
        for (Text text : texts) {
            if (catalog.find(text.value()).isEmpty()) {
                spec.error(text.at(), "the name of a permission expected, found `" + text.value() + "`" + meant(text));
            } else if (!names.add(text.value())) {
                spec.error(text.at(), "permission `" + text.value() + "` expected once, found it again");
            }
        }
        return names;
    }

    private String meant(Text text) {
        String prefixed = "ohos.permission." + text.value();
        return catalog.find(prefixed).isPresent()
                ? "; did you mean `" + prefixed + "`?"
                : Suggestion.didYouMean(
                        text.value(),
                        catalog.definitions().stream()
                                .map(PermissionDefinition::name)
                                .toList());
    }

    private Optional<AppSelector> apps(String what, YamlNode node) {
        if (isAll(node)) {
            return Optional.of(AppSelector.ALL);
        }
        return Fields.of(source, errors, what + " apps", node, Set.of("bundles", "signers", "labels"))
                .flatMap(fields -> {
                    Optional<List<Text>> bundles = fields.texts("bundles");
                    bundles.ifPresent(texts -> texts.forEach(text -> {
                        int star = text.value().indexOf('*');
                        if (star >= 0 && star < text.value().length() - 1) {
                            fields.error(
                                    text.at(),
                                    "`*` expected only at the end of a bundle name, found `" + text.value() + "`");
                        }
                    }));
                    AppSelector apps = AppSelector.of(
                            values(bundles), values(fields.texts("signers")), values(fields.texts("labels")));
                    if (apps.equals(AppSelector.ALL)) {
                        return nothing(fields, "`bundles`, `signers` or `labels`");
                    }
                    return Optional.of(apps);
                });
    }

    private Optional<DeviceSelector> devices(String what, YamlNode node) {
        if (isAll(node)) {
            return Optional.of(DeviceSelector.EVERYWHERE);
        }
        Set<String> known = Set.of("sites", "tags", "hardware", "groups", "query");
        return Fields.of(source, errors, what + " devices", node, known).flatMap(fields -> {
            DeviceSelector.Attributes attributes = DeviceSelector.Attributes.of(
                    values(fields.texts("sites")),
                    values(fields.texts("tags")),
                    values(fields.texts("hardware")),
                    values(fields.texts("groups")));
            boolean narrows = !attributes.equals(DeviceSelector.Attributes.of(Set.of(), Set.of(), Set.of(), Set.of()));
            Optional<Text> query =
                    fields.text("query").filter(text -> !text.value().isBlank());
            if (query.isPresent() && narrows) {
                fields.error(query.get().at(), "either `query` or the other fields expected, found both");
                return Optional.empty();
            }
            if (query.isPresent()) {
                return Optional.of(
                        new DeviceSelector.Expression(query.get().value().strip()));
            }
            return narrows
                    ? Optional.of(attributes)
                    : nothing(fields, "`sites`, `tags`, `hardware`, `groups` or `query`");
        });
    }

    /** An empty selector would silently mean everything, which has its own word. */
    private static <T> Optional<T> nothing(Fields fields, String expected) {
        fields.error(fields.at(), "something in " + expected + " expected, or the word `all` instead; found nothing");
        return Optional.empty();
    }

    private Optional<UserSelector> users(Fields spec) {
        Optional<YamlNode> node = spec.node("users");
        if (node.isEmpty() || isAll(node.get())) {
            return Optional.of(UserSelector.ALL);
        }
        Optional<List<Text>> texts = spec.texts("users");
        if (texts.isEmpty()) {
            return Optional.empty();
        }
        if (texts.get().isEmpty()) {
            spec.error(node.get().at(), "field `users`: at least one user id expected, or the word `all`; found none");
            return Optional.empty();
        }
        Set<Integer> ids = new HashSet<>();
        for (Text text : texts.get()) {
            number(text)
                    .filter(id -> id >= 0)
                    .ifPresentOrElse(
                            ids::add,
                            () -> spec.error(
                                    text.at(),
                                    "field `users`: a user id of 0 or more expected, found `" + text.value() + "`"));
        }
        return Optional.of(UserSelector.of(ids));
    }

    private static Optional<Integer> number(Text text) {
        try {
            return Optional.of(Integer.parseInt(text.value()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static List<String> values(Optional<List<Text>> texts) {
        return texts.orElse(List.of()).stream().map(Text::value).toList();
    }

    private static boolean isAll(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar && scalar.text().equals(ALL);
    }

    private static boolean isKind(Fields fields, Text text) {
        if (KINDS.containsKey(text.value())) {
            return true;
        }
        fields.error(
                text.at(),
                "field `kind`: one of " + String.join(", ", KIND_NAMES) + " expected, found `" + text.value() + "`"
                        + Suggestion.didYouMean(text.value(), KIND_NAMES));
        return false;
    }

    private static boolean isName(Fields metadata, Text text) {
        if (Names.isValid(text.value())) {
            return true;
        }
        metadata.error(
                text.at(),
                "field `name`: 1 to 63 of a-z, 0-9 and -, starting and ending with a letter or digit expected, found `"
                        + text.value() + "`");
        return false;
    }
}
