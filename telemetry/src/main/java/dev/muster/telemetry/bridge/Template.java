package dev.muster.telemetry.bridge;

import dev.muster.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A text with places for levels of the topic and values of the payload: {@code {line}-{$.unit.id}}. Pure. */
public final class Template {
    private static final int LONGEST = 300;

    /** One piece. */
    private sealed interface Part {
        record Literal(String text) implements Part {}

        record Level(String name) implements Part {}

        record Value(JsonPath path) implements Part {}
    }

    private final String text;
    private final List<Part> parts;

    private Template(String text, List<Part> parts) {
        this.text = text;
        this.parts = List.copyOf(parts);
    }

    /**
     * The template that the text says.
     *
     * @param pattern whose named levels it may use
     * @param json whether there are values of a payload to use
     * @throws ProtocolException if it is none, or uses what is not there
     */
    public static Template parse(String text, TopicPattern pattern, boolean json) {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw new ProtocolException("expected a text of 1 to " + LONGEST + " characters, found " + text.length());
        }
        Set<String> names = pattern.names();
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf('{', at);
            String literal = text.substring(at, open < 0 ? text.length() : open);
            if (literal.indexOf('}') >= 0) {
                throw new ProtocolException("expected `{` before `}`, found `" + text + "`");
            }
            if (!literal.isEmpty()) {
                parts.add(new Part.Literal(literal));
            }
            if (open < 0) {
                break;
            }
            int close = closing(text, open);
            parts.add(place(text.substring(open + 1, close), names, json));
            at = close + 1;
        }
        return new Template(text, parts);
    }

    /** The brace that ends a place; one inside quotes is part of a path. */
    private static int closing(String text, int open) {
        char quote = 0;
        for (int i = open + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == '\\') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '}') {
                return i;
            }
        }
        throw new ProtocolException("expected `}` behind `{`, found none in `" + text + "`");
    }

    private static Part place(String inside, Set<String> names, boolean json) {
        if (inside.startsWith("$")) {
            if (!json) {
                throw new ProtocolException(
                        "expected a level of the topic, since the payload is not `json`, found `{" + inside + "}`");
            }
            return new Part.Value(JsonPath.parse(inside));
        }
        if (!names.contains(inside)) {
            throw new ProtocolException("expected one of the levels "
                    + names.stream().sorted().toList() + " of the topic, found `{" + inside + "}`");
        }
        return new Part.Level(inside);
    }

    /**
     * The text with all places filled.
     *
     * @throws ProtocolException if the payload lacks a value
     */
    String render(Map<String, String> levels, Json payload) {
        StringBuilder filled = new StringBuilder();
        for (Part part : parts) {
            filled.append(
                    switch (part) {
                        case Part.Literal literal -> literal.text();
                        case Part.Level level -> levels.getOrDefault(level.name(), "");
                        case Part.Value value -> word(value.path(), payload);
                    });
        }
        return filled.toString();
    }

    private static String word(JsonPath path, Json payload) {
        Json found = path.read(payload)
                .orElseThrow(() -> new ProtocolException("expected a text or number at `" + path + "`, found none"));
        return switch (found) {
            case Json.Text text -> text.value();
            case Json.Int number -> Long.toString(number.value());
            case Json.Flag f -> throw unfit(path, f);
            case Json.Dec d -> throw unfit(path, d);
            case Json.Null n -> throw unfit(path, n);
            case Json.Obj o -> throw unfit(path, o);
            case Json.Arr a -> throw unfit(path, a);
        };
    }

    private static ProtocolException unfit(JsonPath path, Json found) {
        return new ProtocolException("expected a text or whole number at `" + path + "`, found " + found.describe());
    }

    @Override
    public String toString() {
        return text;
    }
}
