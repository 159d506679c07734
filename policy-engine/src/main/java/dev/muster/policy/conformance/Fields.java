package dev.muster.policy.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/** The fields of one JSON object of a vector, with the schema's generators ({@code $len}, {@code $repeat}) written out. */
record Fields(Map<String, Object> map) {
    @SuppressWarnings("unchecked") // Json makes maps with text keys only
    static Fields of(Object value) {
        if (value instanceof Map<?, ?> map) {
            return new Fields((Map<String, Object>) map);
        }
        throw new IllegalArgumentException("an object expected, found `" + value + "`");
    }

    boolean has(String name) {
        return map.containsKey(name);
    }

    boolean isNull(String name) {
        return Json.NULL.equals(map.get(name));
    }

    Optional<Object> value(String name) {
        Object value = map.get(name);
        return value == null || value.equals(Json.NULL) ? Optional.empty() : Optional.of(value);
    }

    Fields object(String name) {
        return value(name).map(Fields::of).orElseGet(() -> new Fields(Map.of()));
    }

    Object required(String name) {
        return value(name).orElseThrow(() -> new IllegalArgumentException("field `" + name + "` expected"));
    }

    String text(String name) {
        return text(required(name));
    }

    String text(String name, String otherwise) {
        return value(name).map(Fields::text).orElse(otherwise);
    }

    /** A text, or the text of the given length. */
    static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        return "a".repeat((int) (long) (Long) Fields.of(value).required("$len"));
    }

    boolean flag(String name) {
        return flag(name, false);
    }

    boolean flag(String name, boolean otherwise) {
        return value(name).map(Boolean.class::cast).orElse(otherwise);
    }

    long number(String name) {
        return (Long) required(name);
    }

    int number(String name, int otherwise) {
        return value(name).map(value -> (int) (long) (Long) value).orElse(otherwise);
    }

    /** A list, or a generated one; empty where the field is missing. */
    <T> List<T> list(String name, Function<Object, T> each, IntFunction<T> generated) {
        List<T> out = new ArrayList<>();
        value(name).ifPresent(value -> {
            if (value instanceof List<?> list) {
                list.forEach(item -> out.add(each.apply(item)));
            } else {
                for (int i = 0; i < repeat(value); i++) {
                    out.add(generated.apply(i));
                }
            }
        });
        return out;
    }

    List<String> texts(String name) {
        return list(name, Fields::text, i -> "generated.permission." + i);
    }

    /** A map of texts, or a generated one. */
    Map<String, String> textMap(String name) {
        Map<String, String> out = new LinkedHashMap<>();
        value(name).map(Fields::of).ifPresent(fields -> {
            if (fields.has("$repeat")) {
                for (int i = 0; i < repeat(fields.map()); i++) {
                    out.put("generated.permission." + i, "value");
                }
            } else {
                fields.map().forEach((key, value) -> out.put(key, text(value)));
            }
        });
        return out;
    }

    private static int repeat(Object value) {
        return (int) Fields.of(value).number("$repeat");
    }
}
