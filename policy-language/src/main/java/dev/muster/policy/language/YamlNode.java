package dev.muster.policy.language;

import dev.muster.policy.language.message.Quote;
import java.util.List;

/** A YAML value with its place. Every scalar is text: what it means is up to who reads it. */
sealed interface YamlNode {
    Place at();

    /** What to call it in a message. */
    String describe();

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

    /**
     * A text.
     *
     * @param start where it is written, in code points of the source
     * @param end where it ends
     */
    record Scalar(Place at, String text, Style style, int start, int end) implements YamlNode {
        /** Whether nothing is written where a value could stand. */
        boolean isEmpty() {
            return text.isEmpty() && style == Style.PLAIN;
        }

        @Override
        public String describe() {
            return isEmpty() ? "nothing" : Quote.of(text);
        }
    }

    /** How a text is written. */
    enum Style {
        PLAIN,
        SINGLE_QUOTED,
        DOUBLE_QUOTED,
        BLOCK
    }

    /** One field of a mapping. */
    record Field(Place at, String name, YamlNode value) {}
}
