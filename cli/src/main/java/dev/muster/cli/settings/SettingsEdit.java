package dev.muster.cli.settings;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Edits settings documents as trees of maps. Pure. */
final class SettingsEdit {
    private SettingsEdit() {}

    /** Whose a document is. */
    record Owner(String level, String name) {}

    /** A copy that can be changed; empty where there is no object. */
    static Map<String, Object> copy(@Nullable Object tree) {
        Map<String, Object> copy = new LinkedHashMap<>();
        if (tree instanceof Map<?, ?> map) {
            map.forEach(
                    (name, value) -> copy.put(String.valueOf(name), value instanceof Map<?, ?> ? copy(value) : value));
        }
        return copy;
    }

    /** {@code a.b=VALUE} sets, {@code a.b=} takes away. */
    static void set(Map<String, Object> document, String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new CliException(ExitCode.USAGE, "expected PATH=VALUE, found `" + assignment + "`");
        }
        String[] path = assignment.substring(0, equals).split("\\.", -1);
        String value = assignment.substring(equals + 1);
        Map<String, Object> at = document;
        for (int i = 0; i < path.length - 1; i++) {
            Map<String, Object> inner = copy(at.get(path[i]));
            at.put(path[i], inner);
            at = inner;
        }
        if (value.isEmpty()) {
            at.remove(path[path.length - 1]);
        } else {
            at.put(path[path.length - 1], value(value));
        }
    }

    private static Object value(String text) {
        try {
            return JSON.std.anyFrom(text);
        } catch (IOException e) {
            return text;
        }
    }

    static Map<Owner, Object> documents(String json) {
        Map<Owner, Object> documents = new LinkedHashMap<>();
        try {
            JSON.std.mapFrom(json).forEach((key, document) -> {
                int slash = key.indexOf('/');
                if (slash < 1 || !(document instanceof Map<?, ?>)) {
                    throw new CliException(
                            ExitCode.USAGE,
                            "expected members such as `site/north` with an object, found `" + key + "`");
                }
                documents.put(new Owner(key.substring(0, slash), key.substring(slash + 1)), document);
            });
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "expected a JSON object: " + e.getMessage(), e);
        }
        return documents;
    }

    static String json(Object document) {
        try {
            return JSON.std.asString(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
