package dev.muster.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of an answer, read leniently: what a newer or older server leaves out shows as {@code -}, so that a
 * table never fails over one member.
 */
public record Row(Map<String, ?> members) {
    /** Shown for what is absent. */
    public static final String NONE = "-";

    /** The member at {@code path} ({@code image.version}) as text; {@link #NONE} if absent. */
    public String text(String path) {
        return show(at(path));
    }

    /** The member at {@code path}, or null. */
    public @Nullable Object at(String path) {
        Object value = members;
        for (String step : path.split("\\.", -1)) {
            value = value instanceof Map<?, ?> map ? map.get(step) : null;
        }
        return value;
    }

    /** A person or service: the name of that day with the identity behind it, which alone proves who it was. */
    public String named(String name, String identity) {
        String known = text(name);
        return known.equals(NONE) || known.equals(text(identity))
                ? text(identity)
                : known + " (" + text(identity) + ")";
    }

    /** Whether the member is {@code true}. */
    public boolean flag(String path) {
        return Boolean.TRUE.equals(at(path));
    }

    /** The number at {@code path}; 0 if absent. */
    public long number(String path) {
        return at(path) instanceof Number number ? number.longValue() : 0;
    }

    /** The objects of the array at {@code path}; none if absent. */
    public List<Row> rows(String path) {
        List<Row> rows = new ArrayList<>();
        if (at(path) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> map) {
                    rows.add(of(map));
                }
            }
        }
        return rows;
    }

    /** The members of the object at {@code path} as "key value" pairs, in their order. */
    public String pairs(String path) {
        return at(path) instanceof Map<?, ?> map
                ? map.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + show(entry.getValue()))
                        .collect(Collectors.joining(", "))
                : NONE;
    }

    private static Row of(Map<?, ?> map) {
        return new Row(map.entrySet().stream()
                .filter(entry -> entry.getValue() != null)
                .collect(Collectors.toMap(
                        entry -> entry.getKey().toString(),
                        Map.Entry::getValue,
                        (a, b) -> b,
                        java.util.LinkedHashMap::new)));
    }

    private static String show(@Nullable Object value) {
        String text =
                switch (value) {
                    case null -> NONE;
                    case List<?> list -> list.stream().map(Row::show).collect(Collectors.joining(","));
                    case Map<?, ?> map -> map.toString();
                    default -> value.toString();
                };
        return text.isEmpty() ? NONE : text;
    }
}
