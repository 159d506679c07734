package dev.muster.telemetry.bridge;

import dev.muster.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Topics with named levels, such as {@code factory/{line}/{device}/temp}: each level is a text, a name in braces, {@code +} for any
 * one, or at the end {@code #} for any number of further ones. Pure.
 */
public final class TopicPattern {
    private static final Pattern NAME = Pattern.compile("\\{([a-z][a-zA-Z0-9_]{0,31})}");
    private static final int LONGEST_BYTES = 1_000;

    private final String text;
    private final List<String> levels;

    private TopicPattern(String text, List<String> levels) {
        this.text = text;
        this.levels = levels;
    }

    /**
     * The pattern that the text says.
     *
     * @throws ProtocolException if it is none, with what is wrong
     */
    public static TopicPattern parse(String text) {
        if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > LONGEST_BYTES || text.indexOf('\0') >= 0) {
            throw new ProtocolException(
                    "expected a topic of 1 to " + LONGEST_BYTES + " bytes without U+0000, found `" + text + "`");
        }
        List<String> levels = List.of(text.split("/", -1));
        Set<String> names = new HashSet<>();
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.equals("#") && i < levels.size() - 1) {
                throw new ProtocolException(
                        "expected `#` as the last level only, found it before others in `" + text + "`");
            }
            if (level.equals("+") || level.equals("#")) {
                continue;
            }
            Optional<String> name = name(level);
            if (name.isPresent()) {
                if (!names.add(name.get())) {
                    throw new ProtocolException(
                            "expected each name once, found `{" + name.get() + "}` twice in `" + text + "`");
                }
            } else if (level.chars().anyMatch(c -> c == '{' || c == '}' || c == '+' || c == '#')) {
                throw new ProtocolException("expected a text, a name such as `{device}`, `+` or `#` as a whole level,"
                        + " found `" + level + "` in `" + text + "`");
            }
        }
        return new TopicPattern(text, levels);
    }

    private static Optional<String> name(String level) {
        var matcher = NAME.matcher(level);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** The names in braces. */
    Set<String> names() {
        Set<String> names = new HashSet<>();
        levels.forEach(level -> name(level).ifPresent(names::add));
        return names;
    }

    /** What to subscribe to, to get all topics of this pattern (MQTT 5 section 4.7). */
    public String filter() {
        return String.join(
                "/",
                levels.stream()
                        .map(level -> name(level).isPresent() ? "+" : level)
                        .toList());
    }

    /** What the named levels of a topic hold; empty if it is not of this pattern. Never matches an empty name. */
    Optional<Map<String, String>> match(String topic) {
        // MQTT 5 section 4.7.2: wildcards at the front do not match what begins with `$`.
        if (topic.startsWith("$") && !levels.getFirst().startsWith("$")) {
            return Optional.empty();
        }
        List<String> found = List.of(topic.split("/", -1));
        Map<String, String> captured = new LinkedHashMap<>();
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.equals("#")) {
                return Optional.of(captured);
            }
            if (i >= found.size()) {
                return Optional.empty();
            }
            Optional<String> name = name(level);
            if (name.isPresent()) {
                if (found.get(i).isEmpty()) {
                    return Optional.empty();
                }
                captured.put(name.get(), found.get(i));
            } else if (!level.equals("+") && !level.equals(found.get(i))) {
                return Optional.empty();
            }
        }
        return found.size() == levels.size() ? Optional.of(captured) : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
