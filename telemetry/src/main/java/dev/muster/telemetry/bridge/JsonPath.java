package dev.muster.telemetry.bridge;

import dev.muster.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A path to one value: the singular queries of JSONPath (RFC 9535 section 2.3.5), such as {@code $.readings[0]['temp °C']}. Neither
 * wildcards, filters nor descendants: what a message means must not depend on how many values it happens to hold. Pure.
 */
public final class JsonPath {
    private static final int LONGEST = 500;

    /** One step down. */
    private sealed interface Step {
        record Member(String name) implements Step {}

        /** From the end where negative. */
        record Index(int index) implements Step {}
    }

    private final String text;
    private final List<Step> steps;

    private JsonPath(String text, List<Step> steps) {
        this.text = text;
        this.steps = List.copyOf(steps);
    }

    /**
     * The path that the text says.
     *
     * @throws ProtocolException if it is none, with what was expected where
     */
    public static JsonPath parse(String text) {
        if (text.length() > LONGEST) {
            throw new ProtocolException(
                    "expected a path of at most " + LONGEST + " characters, found " + text.length());
        }
        return new JsonPath(text, new Parser(text).steps());
    }

    /** The value at the path; empty where there is none. {@code null} is a value. */
    Optional<Json> read(Json root) {
        Json here = root;
        for (Step step : steps) {
            Optional<Json> next =
                    switch (step) {
                        case Step.Member member ->
                            here instanceof Json.Obj(var members)
                                    ? Optional.ofNullable(members.get(member.name()))
                                    : Optional.empty();
                        case Step.Index index ->
                            here instanceof Json.Arr(var items) ? at(items, index.index()) : Optional.empty();
                    };
            if (next.isEmpty()) {
                return Optional.empty();
            }
            here = next.get();
        }
        return Optional.of(here);
    }

    private static Optional<Json> at(List<Json> items, int index) {
        int from = index < 0 ? items.size() + index : index;
        return from >= 0 && from < items.size() ? Optional.of(items.get(from)) : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        List<Step> steps() {
            if (!text.startsWith("$")) {
                throw unexpected("`$`");
            }
            at = 1;
            List<Step> steps = new ArrayList<>();
            while (at < text.length()) {
                switch (text.charAt(at)) {
                    case '.' -> {
                        at++;
                        steps.add(new Step.Member(shorthand()));
                    }
                    case '[' -> {
                        at++;
                        steps.add(bracket());
                    }
                    default -> throw unexpected("`.name`, `['name']` or `[number]`");
                }
            }
            return steps;
        }

        /** RFC 9535 section 2.5.1: member-name-shorthand. */
        private String shorthand() {
            int from = at;
            while (at < text.length() && isNamePart(text.charAt(at), at == from)) {
                at++;
            }
            if (at == from) {
                throw unexpected("a name (others in `['...']`)");
            }
            return text.substring(from, at);
        }

        private static boolean isNamePart(char c, boolean first) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
            return letter || (!first && c >= '0' && c <= '9');
        }

        private Step bracket() {
            if (at >= text.length()) {
                throw unexpected("a name in quotes or a number");
            }
            char first = text.charAt(at);
            Step step =
                    switch (first) {
                        case '\'', '"' -> new Step.Member(quoted(first));
                        default -> new Step.Index(number());
                    };
            if (at >= text.length() || text.charAt(at) != ']') {
                throw unexpected("`]`");
            }
            at++;
            return step;
        }

        private String quoted(char quote) {
            StringBuilder name = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != quote; at++) {
                if (text.charAt(at) == '\\') {
                    at++;
                    if (at >= text.length() || (text.charAt(at) != quote && text.charAt(at) != '\\')) {
                        throw unexpected("a quote or backslash behind `\\`");
                    }
                }
                name.append(text.charAt(at));
            }
            if (at >= text.length()) {
                throw unexpected("the closing quote");
            }
            at++;
            return name.toString();
        }

        private int number() {
            int from = at;
            if (at < text.length() && text.charAt(at) == '-') {
                at++;
            }
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            String digits = text.substring(from, at);
            if (!digits.matches("0|-?[1-9][0-9]{0,8}")) {
                at = from;
                throw unexpected("a name in quotes or a number");
            }
            return Integer.parseInt(digits);
        }

        private ProtocolException unexpected(String expected) {
            return new ProtocolException("expected " + expected + " at character " + (at + 1) + " of `" + text
                    + "`, found "
                    + (at < text.length() ? "`" + text.charAt(at) + "`" : "its end"));
        }
    }
}
