package dev.muster.policy.language.condition;

import dev.cel.parser.Operator;
import java.util.Map;
import java.util.Optional;

/** Why parts of CEL are refused, and what can be written instead. */
final class Refusals {
    static final String CONDITIONAL = "`&&`, `||` and `!` expected, found `? :`; write `a && b || !a && c`";
    static final String TWO_CONSTANTS =
            "a question about the moment expected, found two constants; leave the comparison out";

    private static final String ONE_NAME = "a question for one name expected, found ";
    private static final String WRITE_IN = "; write `'x' in zones || 'y' in zones`";
    private static final String WRITE_NETWORK = "; write `network in ['x', 'y']`";
    private static final String WRITE_LOCAL = "; write `minute`, `weekday` and `clock('06:30')`, which are local time";

    private static final Map<String, String> FUNCTIONS = Map.ofEntries(
            Map.entry("size", ONE_NAME + "`size`" + WRITE_IN),
            Map.entry("startsWith", ONE_NAME + "`startsWith`" + WRITE_NETWORK),
            Map.entry("endsWith", ONE_NAME + "`endsWith`" + WRITE_NETWORK),
            Map.entry("contains", ONE_NAME + "`contains`" + WRITE_NETWORK),
            Map.entry("matches", ONE_NAME + "`matches`" + WRITE_NETWORK),
            Map.entry("duration", "an instant expected, found `duration`; write `timestamp('2026-03-01T06:00:00Z')`"));

    private Refusals() {}

    static String macro(String name) {
        return ONE_NAME + "`" + name + "`" + WRITE_IN;
    }

    static String inList() {
        return "a comparison of a word with a constant expected, found a comparison of something else"
                + "; write `'x' in zones`, `network == 'x'`, `minute < clock('06:30')` or the question itself";
    }

    static String operator(Operator operator) {
        return switch (operator) {
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, NEGATE ->
                "a comparison with a constant expected, found arithmetic with `" + sign(operator)
                        + "`; write the result, such as `minute >= clock('06:30')`";
            case INDEX -> ONE_NAME + "`[ ]`" + WRITE_IN;
            case CONDITIONAL -> CONDITIONAL;
            case EQUALS,
                    NOT_EQUALS,
                    LESS,
                    LESS_EQUALS,
                    GREATER,
                    GREATER_EQUALS,
                    LOGICAL_AND,
                    LOGICAL_OR,
                    LOGICAL_NOT,
                    IN,
                    HAS,
                    ALL,
                    EXISTS,
                    EXISTS_ONE,
                    MAP,
                    FILTER,
                    NOT_STRICTLY_FALSE,
                    OLD_NOT_STRICTLY_FALSE,
                    OLD_IN,
                    OPTIONAL_INDEX,
                    OPTIONAL_SELECT ->
                "a word compared with a constant expected, found a question compared with something"
                        + "; write the question itself, or `!` before it";
        };
    }

    static String function(String name) {
        return Optional.ofNullable(FUNCTIONS.get(name))
                .orElseGet(() -> name.startsWith("get")
                        ? "a comparison of `now` with an instant expected, found `" + name + "`" + WRITE_LOCAL
                        : "one of `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `&&`, `||`, `!` expected, found `" + name
                                + "`");
    }

    private static String sign(Operator operator) {
        return switch (operator) {
            case ADD -> "+";
            case MULTIPLY -> "*";
            case DIVIDE -> "/";
            case MODULO -> "%";
            default -> "-";
        };
    }
}
