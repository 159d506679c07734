package dev.muster.policy.language.condition;

import dev.muster.policy.language.condition.ConditionReader.Problem;
import dev.muster.policy.language.message.Suggestion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What dev.cel says about a condition, in our words. */
final class CelMessages {
    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '(.*)' \\(in container ''\\)");
    private static final Pattern OVERLOAD =
            Pattern.compile("found no matching overload for '(.*)' applied to '(.*)' \\(candidates.*", Pattern.DOTALL);
    private static final Pattern RESULT = Pattern.compile("expected type 'bool' but found '(.*)'");
    private static final Pattern FIELD = Pattern.compile("type '(.*)' does not support field selection");
    private static final Pattern UNEXPECTED =
            Pattern.compile("(?:extraneous|mismatched) input '(.*)' expecting .*", Pattern.DOTALL);
    private static final Pattern NO_VIABLE = Pattern.compile("no viable alternative at input '(.*)'", Pattern.DOTALL);
    private static final Pattern MISSING = Pattern.compile("missing '(.*)' at '(.*)'", Pattern.DOTALL);
    private static final Pattern TOKEN = Pattern.compile("token recognition error at: '(.*)'", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("For input string: \"(.*)\".*", Pattern.DOTALL);
    private static final Pattern RESERVED = Pattern.compile("reserved identifier: (.*)");
    private static final Pattern DEPTH = Pattern.compile(".*recursion limit exceeded. limit: ([0-9]+).*");

    /** What other languages call the same. */
    private static final Map<String, String> ALSO_CALLED =
            Map.of("and", "&&", "or", "||", "not", "!", "AND", "&&", "OR", "||", "NOT", "!");

    private CelMessages() {}

    static Problem problem(String text, int offset, String message) {
        Matcher undeclared = UNDECLARED.matcher(message);
        if (undeclared.matches()) {
            String name = undeclared.group(1);
            return new Problem(start(text, name, offset), word(name));
        }
        Matcher overload = OVERLOAD.matcher(message);
        if (overload.matches()) {
            return new Problem(offset, overload(overload.group(1), overload.group(2)));
        }
        Matcher result = RESULT.matcher(message);
        if (result.matches()) {
            return new Problem(
                    offset, "a question with an answer of true or false expected, found " + type(result.group(1)));
        }
        Matcher field = FIELD.matcher(message);
        if (field.matches()) {
            return new Problem(offset, "a word without fields expected, found a field of " + type(field.group(1)));
        }
        Matcher number = NUMBER.matcher(message);
        if (number.matches()) {
            return new Problem(offset, "a number of at most 18 digits expected, found `" + number.group(1) + "`");
        }
        Matcher depth = DEPTH.matcher(message);
        if (depth.matches()) {
            return new Problem(offset, "at most " + depth.group(1) + " levels expected, found more");
        }
        Matcher reserved = RESERVED.matcher(message);
        if (reserved.matches()) {
            return new Problem(offset, word(reserved.group(1)));
        }
        return syntax(text, offset, message);
    }

    private static Problem syntax(String text, int offset, String message) {
        Matcher unexpected = UNEXPECTED.matcher(message);
        Matcher viable = NO_VIABLE.matcher(message);
        Matcher token = TOKEN.matcher(message);
        Matcher missing = MISSING.matcher(message);
        if (missing.matches()) {
            return new Problem(offset, "`" + missing.group(1) + "` expected, found " + found(missing.group(2)));
        }
        if (token.matches()) {
            return new Problem(offset, token(token.group(1)));
        }
        if (unexpected.matches() || viable.matches()) {
            String found = unexpected.matches() ? unexpected.group(1) : viable.group(1);
            String instead = ALSO_CALLED.getOrDefault(found, "");
            return new Problem(
                    offset,
                    (followsPart(text, offset) ? "the end, `&&`, `||` or a comparison" : "a word or a constant")
                            + " expected, found " + found(found)
                            + (instead.isEmpty() ? "" : "; write `" + instead + "`"));
        }
        return new Problem(offset, "a condition expected, found something else: " + message);
    }

    private static String token(String found) {
        if (found.startsWith("'") || found.startsWith("\"")) {
            return "a text with its end on the same line expected, found `" + found + "`";
        }
        return switch (found.strip()) {
            case "=" -> "`==` expected, found `=`";
            case "&" -> "`&&` expected, found `&`";
            case "|" -> "`||` expected, found `|`";
            default -> "a word, a constant or an operator expected, found `" + found.strip() + "`";
        };
    }

    private static String found(String token) {
        return token.equals("<EOF>") ? "the end" : "`" + token + "`";
    }

    /** Whether something complete stands before a place, so that an operator could follow. */
    private static boolean followsPart(String text, int offset) {
        String before = text.substring(
                        0, text.offsetByCodePoints(0, Math.min(offset, text.codePointCount(0, text.length()))))
                .stripTrailing();
        return !before.isEmpty()
                && (Character.isLetterOrDigit(before.charAt(before.length() - 1))
                        || ")]'\"".indexOf(before.charAt(before.length() - 1)) >= 0);
    }

    private static String word(String name) {
        String instead = ALSO_CALLED.getOrDefault(name, "");
        Set<String> words = new TreeSet<>(Vocabulary.WORDS);
        return "one of "
                + String.join(", ", words.stream().map(word -> "`" + word + "`").toList())
                + " expected, found `" + name + "`"
                + (instead.isEmpty() ? Suggestion.didYouMean(name, words) : "; write `" + instead + "`");
    }

    /** A call is reported at its parenthesis; the name stands before it. */
    private static int start(String text, String name, int offset) {
        int[] points = text.codePoints().toArray();
        int length = name.codePointCount(0, name.length());
        int end = Math.min(offset, points.length);
        if (end < points.length && points[end] != '(' && points[end] != '{') {
            return offset;
        }
        while (end > 0 && Character.isWhitespace(points[end - 1])) {
            end--;
        }
        boolean before = end >= length && new String(points, end - length, length).equals(name);
        return before ? end - length : offset;
    }

    private static String overload(String function, String types) {
        List<String> found = split(types.substring(1, types.length() - 1)).stream()
                .map(CelMessages::type)
                .toList();
        String given = found.isEmpty() ? "nothing" : String.join(" and ", found);
        return switch (function) {
            case "@in" -> "a constant and a list of the same kind expected around `in`, found " + given;
            case "!_" -> "a question with an answer of true or false expected after `!`, found " + given;
            case "_&&_", "_||_" ->
                "questions with an answer of true or false expected around `" + sign(function) + "`, found " + given;
            case Vocabulary.CLOCK -> "one text such as `'06:30'` expected in `clock(...)`, found " + given;
            case "_?_:_" -> "`&&`, `||` and `!` expected, found `? :`";
            default ->
                function.contains("_")
                        ? "two values of the same kind expected around `" + sign(function) + "`, found " + given
                        : "`" + function + "` of " + given + " is not defined; a comparison expected";
        };
    }

    private static String sign(String function) {
        return function.replace("_", "").replace("@", "");
    }

    /** Splits at the commas that are not inside parentheses. */
    private static List<String> split(String types) {
        List<String> parts = new java.util.ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < types.length(); i++) {
            char c = types.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(types.substring(start, i).strip());
                start = i + 1;
            }
        }
        if (!types.isBlank()) {
            parts.add(types.substring(start).strip());
        }
        return parts;
    }

    private static String type(String cel) {
        return switch (cel) {
            case "bool" -> "true or false";
            case "int" -> "a number";
            case "uint" -> "a number with `u`";
            case "double" -> "a number with a point";
            case "string" -> "a text";
            case "bytes" -> "bytes";
            case "google.protobuf.Timestamp" -> "an instant";
            case "google.protobuf.Duration" -> "a duration";
            case "null" -> "null";
            case "list(string)" -> "a list of texts";
            default ->
                cel.startsWith("list(") ? "a list" : cel.startsWith("map(") ? "a map" : "something of another kind";
        };
    }
}
