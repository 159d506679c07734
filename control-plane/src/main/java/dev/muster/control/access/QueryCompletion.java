package dev.muster.control.access;

import dev.muster.control.access.QueryLexer.Kind;
import dev.muster.control.access.QueryLexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What can come next in a device query that somebody is typing. Pure; what values there are, the caller knows.
 */
public final class QueryCompletion {
    private static final Pattern PLAIN = Pattern.compile("[^\"'();,=<>!~\\s]+");

    private QueryCompletion() {}

    /** What kind of thing an item is. */
    public enum Kinds {
        FIELD,
        OPERATOR,
        VALUE,
        CONNECTOR
    }

    /**
     * Something that can stand at the place.
     *
     * @param text what to put there, ready to be part of a query
     * @param detail for people, may be empty
     */
    public record Item(String text, Kinds kind, String detail) {}

    /** What is expected at a place; {@code from} to {@code to} is what an item replaces. */
    public sealed interface Expected {
        /** Offset of the first character that an item replaces. */
        int from();

        /** Offset after the last one. */
        int to();

        /** Fields, operators and connectors, which are the same for everybody. */
        record Words(int from, int to, List<Item> items) implements Expected {
            public Words {
                items = List.copyOf(items);
            }
        }

        /** The key of a {@code fact.} or {@code meta.} field; {@code typed} is what stands of it. */
        record Key(int from, int to, String field, String typed) implements Expected {}

        /** A value of {@code field}, such as {@code site} or {@code fact.os.api}; {@code typed} is what stands of it. */
        record Value(int from, int to, String field, String typed) implements Expected {}
    }

    /** What can stand at offset {@code at} of {@code text}; characters after it do not matter. */
    public static Expected at(String text, int at) {
        int place = Math.clamp(at, 0, text.length());
        return new Walk(text.substring(0, place)).expected();
    }

    /** {@code value} as a query writes it: in quotes where it is not one plain word. */
    public static String written(String value) {
        return PLAIN.matcher(value).matches()
                ? value
                : "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /** Goes over what stands before the place. Used once. */
    private static final class Walk {
        private enum State {
            FIELD,
            OPERATOR,
            VALUE,
            IN_LIST,
            AFTER_IN_LIST,
            AFTER
        }

        private final String text;
        private State state = State.FIELD;
        private String field = "";
        private int depth;

        Walk(String text) {
            this.text = text;
        }

        Expected expected() {
            QueryLexer lexer = new QueryLexer(text);
            for (Token token = lexer.next(); token.kind() != Kind.END; token = lexer.next()) {
                // A word that touches the place is still being typed.
                if (token.to() == text.length() && isOpen(token)) {
                    return here(token.from(), token.text());
                }
                step(token);
            }
            return here(text.length(), "");
        }

        private boolean isOpen(Token token) {
            return switch (token.kind()) {
                case WORD, UNCLOSED -> true;
                case STRAY -> state == State.OPERATOR;
                case OPERATOR -> state == State.OPERATOR && token.text().length() == 1;
                case QUOTED, AND, OR, OPEN, CLOSE, END -> false;
            };
        }

        private void step(Token token) {
            switch (token.kind()) {
                case WORD, QUOTED, UNCLOSED -> word(token);
                case OPERATOR -> state = State.VALUE;
                case AND -> state = State.FIELD;
                case OR -> state = state == State.AFTER_IN_LIST ? State.IN_LIST : State.FIELD;
                case OPEN -> {
                    if (state == State.VALUE) {
                        state = State.IN_LIST;
                    } else {
                        depth++;
                        state = State.FIELD;
                    }
                }
                case CLOSE -> {
                    if (state != State.IN_LIST && state != State.AFTER_IN_LIST) {
                        depth--;
                    }
                    state = State.AFTER;
                }
                case STRAY, END -> {}
            }
        }

        private void word(Token token) {
            switch (state) {
                case FIELD -> {
                    field = token.text();
                    state = State.OPERATOR;
                }
                case VALUE -> state = State.AFTER;
                case IN_LIST -> state = State.AFTER_IN_LIST;
                case AFTER -> state = State.FIELD;
                case OPERATOR, AFTER_IN_LIST -> {}
            }
        }

        private Expected here(int from, String typed) {
            return switch (state) {
                case FIELD -> fields(from, typed);
                // A whole field that touches the place may still become a longer one; its operators come after a blank.
                case OPERATOR -> operators(from, typed);
                case VALUE, IN_LIST -> new Expected.Value(from, text.length(), field, typed);
                case AFTER, AFTER_IN_LIST -> connectors(from, typed);
            };
        }

        private Expected fields(int from, String typed) {
            for (QueryField known : QueryField.values()) {
                if (known.hasKey() && typed.startsWith(known.word())) {
                    return new Expected.Key(
                            from,
                            text.length(),
                            known.word(),
                            typed.substring(known.word().length()));
                }
            }
            // The field is whole: what comes next is its operator.
            Optional<QueryField> whole = QueryField.parse(typed);
            if (whole.isPresent()) {
                field = typed;
                return operators(text.length(), "");
            }
            List<Item> items = new ArrayList<>();
            for (QueryField known : QueryField.values()) {
                if (known.word().regionMatches(true, 0, typed, 0, typed.length())) {
                    items.add(new Item(known.word(), Kinds.FIELD, known.meaning()));
                }
            }
            if ("(".startsWith(typed)) {
                items.add(new Item("(", Kinds.CONNECTOR, "a part of its own"));
            }
            return new Expected.Words(from, text.length(), items);
        }

        private Expected operators(int from, String typed) {
            List<Item> items = QueryField.parse(field).map(known -> known.type().operators()).orElse(List.of()).stream()
                    .filter(one -> one.sign().startsWith(typed) || one.symbol().startsWith(typed))
                    .map(one -> new Item(
                            one.sign().startsWith(typed) ? one.sign() : one.symbol(), Kinds.OPERATOR, one.meaning()))
                    .toList();
            return new Expected.Words(from, text.length(), items);
        }

        private Expected connectors(int from, String typed) {
            List<Item> items = new ArrayList<>();
            if (state == State.AFTER_IN_LIST) {
                items.add(new Item(",", Kinds.CONNECTOR, "one more"));
                items.add(new Item(")", Kinds.CONNECTOR, "end of the list"));
            } else {
                items.add(new Item(";", Kinds.CONNECTOR, "and"));
                items.add(new Item(",", Kinds.CONNECTOR, "or"));
                if (depth > 0) {
                    items.add(new Item(")", Kinds.CONNECTOR, "end of the part"));
                }
            }
            items.removeIf(item -> !item.text().startsWith(typed));
            return new Expected.Words(from, text.length(), items);
        }
    }
}
