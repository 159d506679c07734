package dev.muster.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.protocol.ProtocolException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object as read from the wire: typed access, and errors that name the member, what was expected and what was
 * found. Reading is strict: duplicate members, nesting beyond 32 and numbers beyond 100 characters are refused.
 * Immutable.
 */
public final class JsonObject {
    private static final JSON JSON_STRICT = new JSON(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxNumberLength(100)
                    .build())
            .build());

    private static final JSON JSON_EXACT =
            JSON_STRICT.with(JSON.Feature.USE_BIG_DECIMAL_FOR_FLOATS, JSON.Feature.WRITE_NULL_PROPERTIES);

    private final String path;
    private final Map<String, @Nullable Object> members;

    private JsonObject(String path, Map<String, @Nullable Object> members) {
        this.path = path;
        this.members = members;
    }

    /** Reads one JSON object; anything else is a {@link ProtocolException}. */
    public static JsonObject parse(byte[] utf8) {
        return parse(JSON_STRICT, utf8);
    }

    /** The same with fractions as {@link java.math.BigDecimal}: no digit of what was written is lost. */
    public static JsonObject parseExact(byte[] utf8) {
        return parse(JSON_EXACT, utf8);
    }

    /** Reads one JSON array of objects, exactly; anything else is a {@link ProtocolException}. */
    public static List<JsonObject> parseArrayExact(byte[] utf8) {
        if (!(any(JSON_EXACT, utf8, "a JSON array") instanceof List<?> list)) {
            throw new ProtocolException("expected a JSON array");
        }
        List<JsonObject> objects = new ArrayList<>(list.size());
        for (Object element : list) {
            objects.add(of("[" + objects.size() + "]", element));
        }
        return List.copyOf(objects);
    }

    private static JsonObject parse(JSON reader, byte[] utf8) {
        return of("", any(reader, utf8, "a JSON object"));
    }

    private static @Nullable Object any(JSON reader, byte[] utf8, String expected) {
        try (JsonParser parser = reader.createParser(utf8)) {
            Object value = reader.anyFrom(parser);
            if (parser.nextToken() != null) {
                throw new ProtocolException("expected nothing after " + expected.replace("a ", "the ") + ", found "
                        + parser.currentToken());
            }
            return value;
        } catch (IOException | NumberFormatException e) {
            // The second: an exponent beyond what a decimal can have is refused late, and by the JDK's own exception.
            throw new ProtocolException("expected " + expected + ": " + firstLine(e.getMessage()), e);
        }
    }

    /** An object that already was parsed by somebody else, such as the {@code custom} part of TUF metadata. */
    public static JsonObject of(Map<String, ?> members) {
        return of("", members);
    }

    private static JsonObject of(String path, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new ProtocolException("expected an object" + at(path) + ", found " + kind(value));
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, member) -> copy.put(String.valueOf(key), member));
        return new JsonObject(path, Collections.unmodifiableMap(copy));
    }

    /** UTF-8 bytes of {@code value}; member order is the map's order. */
    public static byte[] write(Map<String, ?> value) {
        return write(JSON_STRICT, value);
    }

    /** The same with members that are null, which {@link #write} leaves out. */
    public static byte[] writeExact(Map<String, ?> value) {
        return write(JSON_EXACT, value);
    }

    private static byte[] write(JSON writer, Map<String, ?> value) {
        try {
            return writer.asBytes(value);
        } catch (IOException e) {
            throw new ProtocolException("cannot write JSON: " + firstLine(e.getMessage()), e);
        }
    }

    /** The members as read, unmodifiable. */
    public Map<String, @Nullable Object> members() {
        return members;
    }

    public boolean has(String name) {
        return members.get(name) != null;
    }

    public String string(String name) {
        return require(name, optionalString(name), "a string");
    }

    public Optional<String> optionalString(String name) {
        Object value = members.get(name);
        return switch (value) {
            case null -> Optional.empty();
            case String text -> Optional.of(text);
            default -> throw wrong(name, "a string", value);
        };
    }

    public long number(String name) {
        return require(name, optionalNumber(name), "a whole number");
    }

    public Optional<Long> optionalNumber(String name) {
        Object value = members.get(name);
        return switch (value) {
            case null -> Optional.empty();
            case Integer number -> Optional.of(number.longValue());
            case Long number -> Optional.of(number);
            default -> throw wrong(name, "a whole number", value);
        };
    }

    /** A number with or without a fraction. */
    public Optional<Double> optionalDecimal(String name) {
        Object value = members.get(name);
        return switch (value) {
            case null -> Optional.empty();
            case Integer number -> Optional.of(number.doubleValue());
            case Long number -> Optional.of(number.doubleValue());
            case Double number -> Optional.of(number);
            case java.math.BigDecimal number -> Optional.of(number.doubleValue());
            default -> throw wrong(name, "a number", value);
        };
    }

    public Optional<Boolean> optionalFlag(String name) {
        Object value = members.get(name);
        return switch (value) {
            case null -> Optional.empty();
            case Boolean flag -> Optional.of(flag);
            default -> throw wrong(name, "true or false", value);
        };
    }

    /** An instant in ISO-8601, UTC. */
    public Instant instant(String name) {
        return require(name, optionalInstant(name), "an ISO-8601 instant");
    }

    public Optional<Instant> optionalInstant(String name) {
        return optionalString(name).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw new ProtocolException(
                        "expected an ISO-8601 instant" + at(child(name)) + ", found `" + text + "`", e);
            }
        });
    }

    public JsonObject object(String name) {
        return of(child(name), members.get(name));
    }

    public Optional<JsonObject> optionalObject(String name) {
        return has(name) ? Optional.of(object(name)) : Optional.empty();
    }

    /** The elements of an array of objects; an absent array is empty. */
    public <T> List<T> objects(String name, Function<JsonObject, T> reader) {
        List<T> result = new ArrayList<>();
        int index = 0;
        for (Object element : array(name)) {
            result.add(reader.apply(of(child(name) + "[" + index++ + "]", element)));
        }
        return List.copyOf(result);
    }

    /** The elements of an array of strings; an absent array is empty. */
    public List<String> strings(String name) {
        List<String> result = new ArrayList<>();
        for (Object element : array(name)) {
            if (!(element instanceof String text)) {
                throw wrong(name + "[" + result.size() + "]", "a string", element);
            }
            result.add(text);
        }
        return List.copyOf(result);
    }

    /** A flat map of strings; an absent map is empty. */
    public Map<String, String> stringMap(String name) {
        if (!has(name)) {
            return Map.of();
        }
        JsonObject object = object(name);
        Map<String, String> result = new LinkedHashMap<>();
        object.members.keySet().forEach(key -> result.put(key, object.string(key)));
        return Collections.unmodifiableMap(result);
    }

    /** {@code value} if it follows {@code rule}; the error of the constructor behind it otherwise names the member. */
    public <T> T convert(String name, Function<String, T> conversion) {
        try {
            return conversion.apply(string(name));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("wrong value" + at(child(name)) + ": " + e.getMessage(), e);
        }
    }

    private List<?> array(String name) {
        Object value = members.get(name);
        return switch (value) {
            case null -> List.of();
            case List<?> list -> list;
            default -> throw wrong(name, "an array", value);
        };
    }

    private <T> T require(String name, Optional<T> value, String expected) {
        return value.orElseThrow(() -> wrong(name, expected, null));
    }

    private ProtocolException wrong(String name, String expected, @Nullable Object found) {
        return new ProtocolException("expected " + expected + at(child(name)) + ", found " + kind(found));
    }

    private String child(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String at(String path) {
        return path.isEmpty() ? "" : " at `" + path + "`";
    }

    private static String kind(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case String text -> "a string";
            case Boolean flag -> "true or false";
            case Number number -> "the number " + number;
            case List<?> list -> "an array";
            case Map<?, ?> map -> "an object";
            default -> "something else";
        };
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "no reason given" : message.lines().findFirst().orElse("");
    }
}
