package dev.muster.control.permissions;

import dev.muster.policy.language.PolicyError;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two states of the policy documents, also its form on the wire.
 *
 * @param from number of a version, {@code draft}, or {@code live} where nothing was published yet
 * @param to the same
 * @param documents those that differ, by kind and name
 * @param problems what keeps {@code to} from being published, where it is the draft
 */
public record PolicyDiff(String from, String to, List<Difference> documents, List<PolicyError> problems) {
    public PolicyDiff {
        documents = List.copyOf(documents);
        problems = List.copyOf(problems);
    }

    /** One document of one state. */
    record Text(String kind, String name, String yaml) {}

    /**
     * One document that differs.
     *
     * @param before its text; null where it was not there
     * @param after its text; null where it is no more
     */
    public record Difference(
            String kind,
            String name,
            Change change,
            @Nullable String before,
            @Nullable String after) {}

    /** What happened to a document. */
    public enum Change {
        ADDED,
        REMOVED,
        CHANGED
    }

    /** The difference; texts are compared as written, so a comment is a change too. */
    static PolicyDiff between(String from, List<Text> before, String to, List<Text> after, List<PolicyError> problems) {
        TreeMap<String, Text> old = new TreeMap<>();
        before.forEach(text -> old.put(text.kind() + "/" + text.name(), text));
        TreeMap<String, Text> now = new TreeMap<>();
        after.forEach(text -> now.put(text.kind() + "/" + text.name(), text));
        TreeMap<String, Text> all = new TreeMap<>(old);
        all.putAll(now);
        List<Difference> differences = new ArrayList<>();
        all.forEach((key, text) -> {
            Text was = old.get(key);
            Text is = now.get(key);
            String wasYaml = was == null ? null : was.yaml().strip();
            String isYaml = is == null ? null : is.yaml().strip();
            if (wasYaml == null || isYaml == null || !wasYaml.equals(isYaml)) {
                differences.add(new Difference(
                        text.kind(),
                        text.name(),
                        wasYaml == null ? Change.ADDED : isYaml == null ? Change.REMOVED : Change.CHANGED,
                        was == null ? null : was.yaml(),
                        is == null ? null : is.yaml()));
            }
        });
        return new PolicyDiff(from, to, differences, problems);
    }
}
