package dev.muster.agent.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A command line of {@code --name value} pairs; what is not known is an error that names it. Immutable. */
public final class Arguments {
    private final Map<String, String> values;

    private Arguments(Map<String, String> values) {
        this.values = values;
    }

    /** Reads {@code words}; {@link IllegalArgumentException} if one is not in {@code known} or has no value. */
    public static Arguments parse(List<String> words, Set<String> known) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            String name = words.get(i);
            if (!name.startsWith("--") || !known.contains(name.substring(2))) {
                throw new IllegalArgumentException("expected one of " + names(known) + ", found `" + name + "`");
            }
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException("expected a value after `" + name + "`, found nothing");
            }
            if (values.put(name.substring(2), words.get(i + 1)) != null) {
                throw new IllegalArgumentException("expected `" + name + "` once, found it twice");
            }
        }
        return new Arguments(values);
    }

    public String require(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("expected `--" + name + "`, found nothing"));
    }

    public Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** A whole number between the bounds, both included. */
    public int number(String name, int least, int most) {
        String text = require(name);
        if (text.matches("[0-9]{1,9}") && Integer.parseInt(text) >= least && Integer.parseInt(text) <= most) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException(
                "expected `--" + name + "` between " + least + " and " + most + ", found `" + text + "`");
    }

    private static String names(Set<String> known) {
        return known.stream().sorted().map(name -> "`--" + name + "`").toList().toString();
    }
}
