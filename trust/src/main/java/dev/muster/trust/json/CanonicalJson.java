package dev.muster.trust.json;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form that TUF signs (OLPC canonical JSON as securesystemslib writes it): members sorted by code point,
 * no white space, only {@code "} and {@code \} escaped, whole numbers only, UTF-8. Where a string holds a control
 * character that is no JSON any more, so files are written by {@link #text}.
 */
public final class CanonicalJson {
    private enum Form {
        CANONICAL,
        JSON
    }

    // String.compareTo orders by UTF-16 unit, which differs from code points above U+FFFF.
    private static final Comparator<String> BY_CODE_POINT = CanonicalJson::compareCodePoints;

    private CanonicalJson() {}

    /**
     * The canonical bytes of {@code value}.
     *
     * @throws IllegalArgumentException for a value that has no canonical form
     */
    public static byte[] encode(@Nullable Object value) {
        return encode(value, Form.CANONICAL);
    }

    /** The same as JSON that everybody can read: control characters are escaped too. */
    public static byte[] text(@Nullable Object value) {
        return encode(value, Form.JSON);
    }

    private static byte[] encode(@Nullable Object value, Form form) {
        StringBuilder out = new StringBuilder(1024);
        write(value, out, form);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(@Nullable Object value, StringBuilder out, Form form) {
        switch (value) {
            case null -> out.append("null");
            case String text -> writeString(text, out, form);
            case Boolean flag -> out.append(flag.booleanValue());
            case Long number -> out.append(number.longValue());
            case Integer number -> out.append(number.intValue());
            case BigInteger number -> out.append(number);
            case List<?> list -> writeList(list, out, form);
            case Map<?, ?> map -> writeMap(map, out, form);
            default ->
                throw new IllegalArgumentException("no canonical form for a value of type "
                        + value.getClass().getSimpleName());
        }
    }

    private static void writeList(List<?> list, StringBuilder out, Form form) {
        out.append('[');
        String separator = "";
        for (Object element : list) {
            out.append(separator);
            write(element, out, form);
            separator = ",";
        }
        out.append(']');
    }

    private static void writeMap(Map<?, ?> map, StringBuilder out, Form form) {
        TreeMap<String, @Nullable Object> sorted = new TreeMap<>(BY_CODE_POINT);
        map.forEach((key, member) -> sorted.put((String) key, member));
        out.append('{');
        String separator = "";
        for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
            out.append(separator);
            writeString(entry.getKey(), out, form);
            out.append(':');
            write(entry.getValue(), out, form);
            separator = ",";
        }
        out.append('}');
    }

    private static void writeString(String text, StringBuilder out, Form form) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' && form == Form.JSON) {
                out.append(String.format("\\u%04x", (int) c));
                continue;
            }
            if (c == '"' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        out.append('"');
    }

    private static int compareCodePoints(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        for (int i = 0; i < shorter; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean sameKind = Character.isSurrogate(x) == Character.isSurrogate(y);
                return sameKind ? Character.compare(x, y) : Character.isSurrogate(x) ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
