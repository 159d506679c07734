package dev.muster.policy.language;

import java.util.List;

/** A YAML value with its place. Every scalar is text: what it means is up to who reads it. */
sealed interface YamlNode {
    Place at();

    /** What to call it in a message. */
    String describe();

    /** Line and column, both from 1. */
    record Place(int line, int column) {}

    record Mapping(Place at, List<Field> fields) implements YamlNode {
        @Override
        public String describe() {
            return "a mapping";
        }
    }

    record Sequence(Place at, List<YamlNode> items) implements YamlNode {
        @Override
        public String describe() {
            return "a list";
        }
    }

    record Scalar(Place at, String text, boolean quoted) implements YamlNode {
        /** Whether nothing is written where a value could stand. */
        boolean isEmpty() {
            return text.isEmpty() && !quoted;
        }

        @Override
        public String describe() {
            return isEmpty() ? "nothing" : "`" + text + "`";
        }
    }

    /** One field of a mapping. */
    record Field(Place at, String name, YamlNode value) {}
}
