package dev.muster.control.channels;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The channels of a tenant, in the order of promotion.
 *
 * @param names 1 to 10 different ones
 */
record Channels(List<String> names) {
    private static final int MOST = 10;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    /** Those of a tenant that has not set its own. */
    static final Channels DEFAULT = new Channels(List.of("dev", "beta", "stable"));

    Channels {
        names = List.copyOf(names);
        if (names.isEmpty() || names.size() > MOST) {
            throw new IllegalArgumentException("expected 1 to " + MOST + " channels, found " + names.size());
        }
        for (String name : names) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "expected a channel of 1 to 32 lower-case letters, digits and `-`, found `" + name + "`");
            }
        }
        if (new HashSet<>(names).size() != names.size()) {
            throw new IllegalArgumentException("expected each channel once, found " + String.join(", ", names));
        }
    }

    boolean has(String name) {
        return names.contains(name);
    }

    String first() {
        return names.getFirst();
    }

    /** The one after; empty for the last one. */
    Optional<String> after(String name) {
        int next = names.indexOf(name) + 1;
        return next < names.size() ? Optional.of(names.get(next)) : Optional.empty();
    }

    boolean isBefore(String one, String other) {
        return names.indexOf(one) < names.indexOf(other);
    }
}
