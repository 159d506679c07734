package dev.muster.policy.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) into maps, lists, texts, numbers (long where whole), booleans and {@link #NULL}. The engine has no
 * library for it, and only the conformance runner needs one.
 */
final class Json {
    /** What {@code null} becomes. */
    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private static final int MAX_DEPTH = 100;
    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]*)");
    private static final Pattern NUMBER = Pattern.compile(WHOLE + "(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** A value in words, for a message. */
    static String describe(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case String text -> "the text `" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "`";
            case Map<?, ?> map -> "an object of " + map.size() + " fields";
            case List<?> list -> "a list of " + list.size();
            case Number number -> "the number `" + number + "`";
            default -> "`" + value + "`";
        };
    }

    /** Reads one value; throws {@link VectorException} that names the place of a mistake. */
    static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value(0);
        json.space();
        if (json.at < text.length()) {
            throw json.expected("the end");
        }
        return value;
    }

    private Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw expected("at most " + MAX_DEPTH + " levels");
        }
        space();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", NULL);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        take('{');
        space();
        while (peek() != '}') {
            if (!map.isEmpty()) {
                take(',');
                space();
            }
            String name = string();
            space();
            take(':');
            if (map.put(name, value(depth + 1)) != null) {
                throw expected("`" + name + "` once in its object");
            }
            space();
        }
        take('}');
        return map;
    }

    private List<Object> array(int depth) {
        List<Object> list = new ArrayList<>();
        take('[');
        space();
        while (peek() != ']') {
            if (!list.isEmpty()) {
                take(',');
            }
            list.add(value(depth + 1));
            space();
        }
        take(']');
        return list;
    }

    private String string() {
        take('"');
        StringBuilder out = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c == '\\') {
                out.append(escaped());
            } else if (c < ' ') {
                throw expected("no control character");
            } else {
                out.append(c);
            }
        }
        at++;
        return out.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length()
                        || !text.substring(at, at + 4).chars().allMatch(digit -> Character.digit(digit, 16) >= 0)) {
                    throw expected("four hex digits");
                }
                at += 4;
                yield (char) Integer.parseInt(text, at - 4, at, 16);
            }
            default -> throw expected("an escape");
        };
    }

    private Object number() {
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(start, at);
        try {
            if (NUMBER.matcher(number).matches()) {
                return WHOLE.matcher(number).matches() ? (Object) Long.valueOf(number) : Double.valueOf(number);
            }
        } catch (NumberFormatException e) {
            // A whole number of more than 64 bits.
        }
        at = start;
        throw expected("a value");
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw expected("`" + word + "`");
        }
        at += word.length();
        return value;
    }

    private void take(char c) {
        if (peek() != c) {
            throw expected("`" + c + "`");
        }
        at++;
    }

    private char peek() {
        if (at >= text.length()) {
            throw expected("more");
        }
        return text.charAt(at);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private VectorException expected(String what) {
        long line = text.substring(0, Math.min(at, text.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count()
                + 1;
        String found = at < text.length() ? "`" + text.charAt(at) + "`" : "the end";
        return new VectorException("line " + line + ": " + what + " expected, found " + found);
    }
}
