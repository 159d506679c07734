package dev.muster.trust.json;

import dev.muster.trust.TrustException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to one parsed object; every error names the document, the member, what was expected and found.
 * Unknown members are nobody's business here, as TUF demands (specification section 4).
 */
public final class Fields {
    private final String what;
    private final Map<String, ?> members;

    private Fields(String what, Map<String, ?> members) {
        this.what = what;
        this.members = members;
    }

    /** Access to {@code members} of the document {@code what}. */
    public static Fields of(String what, Map<String, ?> members) {
        return new Fields(what, members);
    }

    /** All members as parsed. */
    public Map<String, ?> members() {
        return members;
    }

    /** Whether the member exists and is not null. */
    public boolean has(String name) {
        return members.get(name) != null;
    }

    public String string(String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw wrong(name, "a string");
    }

    public Optional<String> optionalString(String name) {
        return has(name) ? Optional.of(string(name)) : Optional.empty();
    }

    /** A whole number of at least {@code least}. */
    public long number(String name, long least) {
        if (members.get(name) instanceof Long number && number >= least) {
            return number;
        }
        throw wrong(name, "a whole number of at least " + least);
    }

    public OptionalLong optionalNumber(String name, long least) {
        return has(name) ? OptionalLong.of(number(name, least)) : OptionalLong.empty();
    }

    /** A boolean; {@code absent} where the member is missing. */
    public boolean flag(String name, boolean absent) {
        if (!has(name)) {
            return absent;
        }
        if (members.get(name) instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, "true or false");
    }

    /** An instant in UTC, as the specification demands: {@code YYYY-MM-DDTHH:MM:SSZ}. */
    public Instant instant(String name) {
        String text = string(name);
        if (text.endsWith("Z")) {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw new TrustException.Malformed(
                        what, "expected a UTC instant at `" + name + "`, found `" + shortened(text) + "`", e);
            }
        }
        throw wrong(name, "a UTC instant");
    }

    public Fields object(String name) {
        return new Fields(what, map(name));
    }

    /** The member's object as plain values. */
    public Map<String, @Nullable Object> map(String name) {
        if (members.get(name) instanceof Map<?, ?> map) {
            return asMap(map);
        }
        throw wrong(name, "an object");
    }

    public Map<String, @Nullable Object> optionalMap(String name) {
        return has(name) ? map(name) : Map.of();
    }

    public List<Fields> objects(String name) {
        List<Fields> result = new ArrayList<>();
        for (Object element : list(name)) {
            if (!(element instanceof Map<?, ?> map)) {
                throw wrong(name, "objects only");
            }
            result.add(new Fields(what, asMap(map)));
        }
        return result;
    }

    public List<String> strings(String name) {
        List<String> result = new ArrayList<>();
        for (Object element : list(name)) {
            if (!(element instanceof String text)) {
                throw wrong(name, "strings only");
            }
            result.add(text);
        }
        return result;
    }

    /** An error of this document, for rules that concern more than one member. */
    public TrustException.Malformed malformed(String detail) {
        return new TrustException.Malformed(what, detail);
    }

    private List<?> list(String name) {
        if (members.get(name) instanceof List<?> list) {
            return list;
        }
        throw wrong(name, "an array");
    }

    // Objects only come from StrictJson, whose keys are strings.
    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> asMap(Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
    }

    private TrustException.Malformed wrong(String name, String expected) {
        Object value = members.get(name);
        String found =
                switch (value) {
                    case null -> "nothing";
                    case Map<?, ?> map -> "an object";
                    case List<?> list -> "an array";
                    default -> "`" + shortened(value.toString()) + "`";
                };
        return malformed("expected " + expected + " at `" + name + "`, found " + found);
    }

    private static String shortened(String text) {
        return text.length() > 64 ? text.substring(0, 64) + "..." : text;
    }
}
