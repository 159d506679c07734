package dev.muster.policy.language;

import java.util.Optional;
import java.util.function.Function;

/**
 * One document of a folder that says what a fleet is.
 *
 * @param file where it is written
 * @param start index in the file's text where it begins
 * @param at where its name stands
 * @param yaml its own text, comments included
 */
public record FleetDocument(
        String kind,
        String name,
        String description,
        PolicySource file,
        int start,
        Place at,
        FleetSpec spec,
        String yaml) {
    /** The same with values that stand in no file. */
    public FleetDocument filled(Function<String, Optional<String>> values) {
        return new FleetDocument(kind, name, description, file, start, at, spec.filled(values), yaml);
    }

    /** The document alone, at the lines where it stands in its file: what another reader finds wrong is found there. */
    public String inPlace() {
        String text = file.text();
        int begin = start;
        while (begin < text.length() && Character.isWhitespace(text.charAt(begin))) {
            begin++;
        }
        int lines = (int)
                text.substring(0, begin).chars().filter(one -> one == '\n').count();
        return "\n".repeat(lines) + yaml;
    }
}
