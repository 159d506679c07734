package dev.muster.policy.model;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Rules for names of policy documents: 1 to 63 of {@code a-z 0-9 -}, starting and ending with a letter or digit. */
public final class Names {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private Names() {}

    /** Whether a text may name a policy document. */
    public static boolean isValid(String name) {
        return NAME.matcher(name).matches();
    }

    static String check(String kind, String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException("name of a " + kind
                    + " expected: 1 to 63 of a-z, 0-9 and -, starting and ending with a letter or digit; found `" + name
                    + "`");
        }
        return name;
    }

    /** The same for what a selector compares with: an empty text would match what a device does not tell. */
    static NavigableSet<String> wanted(String what, Collection<String> values) {
        if (values.contains("")) {
            throw new IllegalArgumentException("selector: a text expected in `" + what + "`, found an empty one");
        }
        return sorted(values);
    }

    static <T extends Comparable<T>> NavigableSet<T> sorted(Collection<? extends T> values) {
        return Collections.unmodifiableNavigableSet(new TreeSet<>(values));
    }

    static <T extends PolicyDocument> List<T> sortedByName(Collection<T> documents) {
        return documents.stream()
                .sorted(java.util.Comparator.comparing(PolicyDocument::name))
                .toList();
    }
}
