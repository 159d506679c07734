package dev.muster.control.settings;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks a document against the part of JSON Schema (2020-12) that settings need: {@code type}, {@code properties},
 * {@code additionalProperties}, {@code propertyNames}, {@code maxProperties}, {@code required}, {@code items},
 * {@code maxItems}, {@code enum}, {@code minimum}, {@code maximum}, {@code pattern} (of the whole text) and
 * {@code maxLength}. A schema with another word that narrows is refused when it is read, so that nothing is believed to
 * be checked that is not. Null members, which take back what a level above says, pass. Immutable.
 */
final class SettingsSchema {
    private static final Set<String> WORDS = Set.of(
            "$schema",
            "title",
            "description",
            "type",
            "properties",
            "additionalProperties",
            "propertyNames",
            "maxProperties",
            "required",
            "items",
            "maxItems",
            "enum",
            "minimum",
            "maximum",
            "pattern",
            "maxLength",
            SettingsSchema.PLATFORMS);

    /** Extension: the platforms that can bring a member about; all where it is absent. */
    static final String PLATFORMS = "x-muster-platforms";

    private static final int MAX_MISTAKES = 50;

    private final Map<String, @Nullable Object> root;

    SettingsSchema(Map<String, @Nullable Object> root) {
        this.root = root;
        requireKnownWords(root, "the schema");
    }

    /**
     * One thing that is wrong.
     *
     * @param path members joined by dots
     */
    record Mistake(String path, String expected, String found) {
        String text() {
            return "`" + path + "`: expected " + expected + ", found " + found;
        }
    }

    /** What is wrong with the document; empty if it is good. */
    List<Mistake> mistakes(Map<String, @Nullable Object> document) {
        List<Mistake> mistakes = new ArrayList<>();
        check("", document, root, mistakes);
        return List.copyOf(mistakes.subList(0, Math.min(MAX_MISTAKES, mistakes.size())));
    }

    /** Members of the document that the platform cannot bring about, by path. */
    Set<String> notHere(Map<String, @Nullable Object> document, String platform) {
        Map<String, String> found = new TreeMap<>();
        document.forEach((name, value) -> {
            Object schema = object(root.get("properties")).get(name);
            if (schema instanceof Map<?, ?> map
                    && map.get(PLATFORMS) instanceof List<?> platforms
                    && !platforms.contains(platform)) {
                if (value instanceof Map<?, ?> members) {
                    members.keySet().forEach(member -> found.put(name + "." + member, name));
                } else {
                    found.put(name, name);
                }
            }
        });
        return found.keySet();
    }

    private void check(String path, @Nullable Object value, Map<String, @Nullable Object> schema, List<Mistake> into) {
        if (value == null || into.size() >= MAX_MISTAKES) {
            return;
        }
        if (schema.get("enum") instanceof List<?> allowed && !allowed.contains(value)) {
            into.add(new Mistake(
                    path,
                    "one of "
                            + String.join(
                                    ", ", allowed.stream().map(String::valueOf).toList()),
                    show(value)));
            return;
        }
        switch (String.valueOf(schema.get("type"))) {
            case "object" -> object(path, value, schema, into);
            case "array" -> array(path, value, schema, into);
            case "string" -> text(path, value, schema, into);
            case "integer" -> integer(path, value, schema, into);
            case "number" -> number(path, value, schema, into);
            case "boolean" -> {
                if (!(value instanceof Boolean)) {
                    into.add(new Mistake(path, "true or false", show(value)));
                }
            }
            default -> {}
        }
    }

    private void object(String path, Object value, Map<String, @Nullable Object> schema, List<Mistake> into) {
        if (!(value instanceof Map<?, ?> members)) {
            into.add(new Mistake(path, "an object", show(value)));
            return;
        }
        if (schema.get("maxProperties") instanceof Number most && members.size() > most.intValue()) {
            into.add(new Mistake(path, "at most " + most + " members", Integer.toString(members.size())));
            return;
        }
        Map<String, @Nullable Object> known = object(schema.get("properties"));
        Object other = schema.get("additionalProperties");
        Map<String, @Nullable Object> names = object(schema.get("propertyNames"));
        for (Map.Entry<?, ?> member : members.entrySet()) {
            String name = String.valueOf(member.getKey());
            String place = path.isEmpty() ? name : path + "." + name;
            if (!names.isEmpty() && !matches(names, name)) {
                into.add(new Mistake(path, "names of the form " + names.get("pattern"), show(name)));
            } else if (known.containsKey(name)) {
                check(place, member.getValue(), object(known.get(name)), into);
            } else if (Boolean.FALSE.equals(other)) {
                into.add(new Mistake(
                        place,
                        "no such member; known are " + String.join(", ", known.keySet()),
                        show(member.getValue())));
            } else {
                check(place, member.getValue(), object(other), into);
            }
        }
        if (schema.get("required") instanceof List<?> required) {
            for (Object name : required) {
                if (members.get(name) == null) {
                    into.add(new Mistake(path.isEmpty() ? "" + name : path + "." + name, "a value", "none"));
                }
            }
        }
    }

    private void array(String path, Object value, Map<String, @Nullable Object> schema, List<Mistake> into) {
        if (!(value instanceof Collection<?> items)) {
            into.add(new Mistake(path, "a list", show(value)));
            return;
        }
        if (schema.get("maxItems") instanceof Number most && items.size() > most.intValue()) {
            into.add(new Mistake(path, "at most " + most + " items", Integer.toString(items.size())));
            return;
        }
        int at = 0;
        for (Object item : items) {
            String place = path + "[" + at++ + "]";
            if (item == null) {
                into.add(new Mistake(place, "a value", "none"));
            } else {
                check(place, item, object(schema.get("items")), into);
            }
        }
    }

    private static void text(String path, Object value, Map<String, @Nullable Object> schema, List<Mistake> into) {
        if (!(value instanceof String text)) {
            into.add(new Mistake(path, "a text", show(value)));
        } else if (schema.get("maxLength") instanceof Number most && text.length() > most.intValue()) {
            into.add(new Mistake(path, "at most " + most + " characters", Integer.toString(text.length())));
        } else if (!matches(schema, text)) {
            into.add(new Mistake(path, "a text of the form " + schema.get("pattern"), show(text)));
        }
    }

    private static void integer(String path, Object value, Map<String, @Nullable Object> schema, List<Mistake> into) {
        long least = schema.get("minimum") instanceof Number number ? number.longValue() : Long.MIN_VALUE;
        long most = schema.get("maximum") instanceof Number number ? number.longValue() : Long.MAX_VALUE;
        if (!isWhole(value) || ((Number) value).longValue() < least || ((Number) value).longValue() > most) {
            into.add(new Mistake(path, "a whole number from " + least + " to " + most, show(value)));
        }
    }

    private static void number(String path, Object value, Map<String, @Nullable Object> schema, List<Mistake> into) {
        double least = schema.get("minimum") instanceof Number number ? number.doubleValue() : -Double.MAX_VALUE;
        double most = schema.get("maximum") instanceof Number number ? number.doubleValue() : Double.MAX_VALUE;
        if (!(value instanceof Number number) || number.doubleValue() < least || number.doubleValue() > most) {
            into.add(new Mistake(path, "a number from " + plain(least) + " to " + plain(most), show(value)));
        }
    }

    private static String plain(double bound) {
        return new BigDecimal(bound).stripTrailingZeros().toPlainString();
    }

    private static boolean isWhole(Object value) {
        return value instanceof Number number
                && new BigDecimal(number.toString()).stripTrailingZeros().scale() <= 0
                && new BigDecimal(number.toString()).abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
    }

    private static boolean matches(Map<String, @Nullable Object> schema, String text) {
        return !(schema.get("pattern") instanceof String pattern) || Pattern.matches(pattern, text);
    }

    private static String show(@Nullable Object value) {
        return switch (value) {
            case null -> "none";
            case String text -> "the text `" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "`";
            case Map<?, ?> map -> "an object";
            case Collection<?> list -> "a list";
            case Boolean flag -> flag.toString();
            default -> "the number " + String.format(Locale.ROOT, "%s", value);
        };
    }

    private static void requireKnownWords(Map<String, @Nullable Object> schema, String where) {
        for (String word : schema.keySet()) {
            if (!WORDS.contains(word)) {
                throw new IllegalArgumentException(
                        "expected only words that are checked in " + where + ", found `" + word + "`");
            }
        }
        object(schema.get("properties"))
                .forEach((name, inner) -> requireKnownWords(object(inner), where + " at `" + name + "`"));
        for (String word : List.of("items", "additionalProperties", "propertyNames")) {
            if (schema.get(word) instanceof Map<?, ?> inner) {
                requireKnownWords(object(inner), where + " at `" + word + "`");
            }
        }
    }

    private static Map<String, @Nullable Object> object(@Nullable Object value) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, member) -> result.put(Objects.toString(name), member));
        }
        return result;
    }
}
