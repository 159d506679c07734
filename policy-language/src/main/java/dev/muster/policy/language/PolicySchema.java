package dev.muster.policy.language;

import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The JSON Schema (draft 2020-12) of policy documents, for editors. The parser alone decides. Thread-safe. */
public final class PolicySchema {
    private static final String RESOURCE = "policy.schema.json";

    /** The definition in the resource that names of permissions replace. */
    private static final String PERMISSION =
            "\"permission\": {\"description\": \"Full name of a permission.\", \"type\": \"string\", \"minLength\": 1,"
                    + " \"maxLength\": 256}";

    private PolicySchema() {}

    /** The schema by itself; a permission is any text. */
    public static String json() {
        try (InputStream in = PolicySchema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("resource `" + RESOURCE + "` is missing from the policy language");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The schema that also knows, and so completes, the permissions of a catalog with a few words on each. */
    public static String json(PermissionCatalog catalog) {
        String plain = json();
        if (!plain.contains(PERMISSION)) {
            throw new IllegalStateException(
                    "resource `" + RESOURCE + "`: a definition of `permission` expected, found none");
        }
        return plain.replace(PERMISSION, "\"permission\": " + permissions(catalog));
    }

    /** Only the definition of a permission: an enumeration, and beside it what editors show for each name. */
    public static String permissions(PermissionCatalog catalog) {
        return "{\n      \"description\": \"Full name of a permission.\",\n      \"enum\": [\n"
                + list(catalog, PermissionDefinition::name)
                + "\n      ],\n      \"enumDescriptions\": [\n"
                + list(catalog, PolicySchema::words)
                + "\n      ]\n    }";
    }

    private static String list(PermissionCatalog catalog, Function<PermissionDefinition, String> text) {
        return catalog.definitions().stream()
                .map(definition -> "        \"" + escaped(text.apply(definition)) + "\"")
                .collect(Collectors.joining(",\n"));
    }

    private static String words(PermissionDefinition definition) {
        return definition.availableLevel().text()
                + ", " + definition.grantMode().name().toLowerCase(Locale.ROOT)
                + ", for " + definition.availableType().name().toLowerCase(Locale.ROOT) + " apps"
                + (definition.provisionEnable() ? ", an access control list lifts it" : "")
                + (definition.since().isEmpty() ? "" : ", since API " + definition.since())
                + definition.deprecated().map(end -> ", deprecated: " + end).orElse("");
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
