package dev.muster.agent.platform.openharmony;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * System parameters, asked one by one: a listing would need the label of every one of them. Those under {@code const.} are set once
 * at boot, so what was read of them is kept. Not thread-safe.
 */
public final class Parameters {
    /** What {@code param} says instead of a value: the name is not set, or our label may not read it. */
    private static final Pattern FAILED =
            Pattern.compile("(?is)^\\s*(get parameter\\b.*\\bfail|error\\b|param(eter)? .*not found).*");

    private static final int LONGEST_NAME = 96;
    private static final int LONGEST_VALUE = 4_096;

    private final Tools tools;
    private final Map<String, Optional<String>> kept = new LinkedHashMap<>();

    public Parameters(Tools tools) {
        this.tools = tools;
    }

    /** The value; empty where it is not set, empty, or may not be read. */
    public Optional<String> get(String name) throws IOException {
        if (name.length() > LONGEST_NAME || !name.matches("[A-Za-z0-9._@-]+")) {
            throw new IllegalArgumentException(
                    "expected a parameter's name of at most " + LONGEST_NAME + " characters, found `" + name + "`");
        }
        Optional<String> known = kept.get(name);
        if (known != null) {
            return known;
        }
        Optional<String> value = value(tools.read("param", "get", name));
        if (name.startsWith("const.")) {
            kept.put(name, value);
        }
        return value;
    }

    static Optional<String> value(String answer) {
        String text = answer.strip();
        return text.isEmpty()
                        || text.length() > LONGEST_VALUE
                        || FAILED.matcher(text).matches()
                ? Optional.empty()
                : Optional.of(text.lines().findFirst().orElse(text).strip());
    }
}
