package dev.muster.policy.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The fields of one JSON object, with the schema's generators ({@code $len}, {@code $repeat}) written out. Every accessor
 * throws {@link VectorException} for a value of another kind.
 *
 * @param path where the object stands in its file, such as {@code vectors[3].steps[0].info}
 */
record Fields(String path, Map<String, Object> map) {
    private static final String LENGTH = "$len";
    private static final String REPEAT = "$repeat";
    private static final int MAX_GENERATED = 1 << 20;

    @SuppressWarnings("unchecked") // Json makes maps with text keys only
    static Fields of(String path, Object value) {
        if (value instanceof Map<?, ?> map) {
            return new Fields(path, (Map<String, Object>) map);
        }
        throw VectorException.at(path, "an object", Json.describe(value));
    }

    Fields withPath(String other) {
        return new Fields(other, map);
    }

    boolean has(String name) {
        return map.containsKey(name);
    }

    boolean isNull(String name) {
        return Json.NULL.equals(map.get(name));
    }

    /** A value that is there and not null. */
    Optional<Object> value(String name) {
        Object value = map.get(name);
        return value == null || value.equals(Json.NULL) ? Optional.empty() : Optional.of(value);
    }

    /** An object; one without fields where it is missing. */
    Fields object(String name) {
        return value(name).map(value -> of(at(name), value)).orElseGet(() -> new Fields(at(name), Map.of()));
    }

    /** All fields as objects. */
    Map<String, Fields> objects() {
        Map<String, Fields> out = new LinkedHashMap<>();
        map.forEach((name, value) -> out.put(name, of(at(name), value)));
        return out;
    }

    /** Places of a list's items, each to be read on its own. */
    List<Item> items(String name) {
        Object value = required(name, "a list");
        if (!(value instanceof List<?> list)) {
            throw wrong(name, "a list");
        }
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            items.add(new Item(at(name) + "[" + i + "]", list.get(i)));
        }
        return items;
    }

    /** One item of a list and where it stands. */
    record Item(String path, Object value) {
        Fields fields() {
            return of(path, value);
        }
    }

    private Object required(String name, String kind) {
        return value(name)
                .orElseThrow(
                        () -> VectorException.at(at(name), kind, isNull(name) ? Json.describe(Json.NULL) : "nothing"));
    }

    String text(String name) {
        return text(at(name), required(name, "a text"));
    }

    String text(String name, String otherwise) {
        return value(name).map(value -> text(at(name), value)).orElse(otherwise);
    }

    /** A text, or the text of the given length. */
    static String text(String path, Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Map<?, ?> && of(path, value).has(LENGTH)) {
            return "a".repeat(of(path, value).generated(LENGTH));
        }
        throw VectorException.at(path, "a text", Json.describe(value));
    }

    boolean flag(String name) {
        return flag(name, false);
    }

    boolean flag(String name, boolean otherwise) {
        return value(name)
                .map(value -> {
                    if (value instanceof Boolean flag) {
                        return flag;
                    }
                    throw wrong(name, "`true` or `false`");
                })
                .orElse(otherwise);
    }

    long number(String name) {
        if (required(name, "a whole number") instanceof Long number) {
            return number;
        }
        throw wrong(name, "a whole number");
    }

    int number(String name, int otherwise) {
        if (value(name).isEmpty()) {
            return otherwise;
        }
        long number = number(name);
        if (number != (int) number) {
            throw wrong(name, "a whole number of 32 bits");
        }
        return (int) number;
    }

    /** One of several words. */
    <T> T choice(String name, String otherwise, Map<String, T> choices) {
        T choice = choices.get(text(name, otherwise));
        if (choice == null) {
            throw wrong(
                    name,
                    "one of `"
                            + String.join(
                                    "`, `", choices.keySet().stream().sorted().toList()) + "`");
        }
        return choice;
    }

    /** A list, or a generated one; empty where the field is missing. */
    <T> List<T> list(String name, Function<Item, T> each, IntFunction<T> generated) {
        List<T> out = new ArrayList<>();
        value(name).ifPresent(value -> {
            if (value instanceof List<?>) {
                items(name).forEach(item -> out.add(each.apply(item)));
            } else if (value instanceof Map<?, ?> && object(name).has(REPEAT)) {
                int count = object(name).generated(REPEAT);
                for (int i = 0; i < count; i++) {
                    out.add(generated.apply(i));
                }
            } else {
                throw wrong(name, "a list");
            }
        });
        return out;
    }

    List<String> texts(String name) {
        return list(name, item -> text(item.path(), item.value()), Fields::generatedName);
    }

    /** A map of texts, or a generated one. */
    Map<String, String> textMap(String name) {
        Fields fields = object(name);
        Map<String, String> out = new LinkedHashMap<>();
        if (fields.has(REPEAT)) {
            int count = fields.generated(REPEAT);
            for (int i = 0; i < count; i++) {
                out.put(generatedName(i), "value");
            }
        } else {
            fields.map().forEach((key, value) -> out.put(key, text(fields.at(key), value)));
        }
        return out;
    }

    /** A name that no vector defines. */
    static String generatedName(int i) {
        return "generated.permission." + i;
    }

    private int generated(String name) {
        long count = number(name);
        if (count < 0 || count > MAX_GENERATED) {
            throw wrong(name, "a number of 0 to " + MAX_GENERATED);
        }
        return (int) count;
    }

    /** Writes generated texts out, everywhere in a value that is compared. */
    static Object expanded(String path, Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(item -> expanded(path, item)).toList();
        }
        return value instanceof Map<?, ?> ? text(path, value) : value;
    }

    VectorException wrong(String name, String expected) {
        return VectorException.at(at(name), expected, Json.describe(map.get(name)));
    }

    String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
