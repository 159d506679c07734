package dev.muster.control.access;

import java.util.Optional;

/**
 * Cuts a device query into tokens, also one that somebody is still typing. Blanks separate; {@code and} and {@code or}
 * between blanks stand for {@code ;} and {@code ,}. Used once, by one thread.
 */
final class QueryLexer {
    private static final String RESERVED = "\"'();,=<>!~";

    enum Kind {
        WORD,
        QUOTED,
        /** A quote that nothing closes. */
        UNCLOSED,
        OPERATOR,
        AND,
        OR,
        OPEN,
        CLOSE,
        /** A character that means nothing here. */
        STRAY,
        END
    }

    /**
     * One token.
     *
     * @param text without quotes and escapes
     * @param from offset of its first character
     * @param to offset after its last character
     */
    record Token(Kind kind, String text, int from, int to) {
        /** As an error shows it. */
        String shown() {
            return kind == Kind.END ? "the end" : "`" + text + "`";
        }
    }

    private final String text;
    private int at;

    QueryLexer(String text) {
        this.text = text;
    }

    Token next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return new Token(Kind.END, "", at, at);
        }
        int from = at;
        char c = text.charAt(at);
        return switch (c) {
            case ';' -> one(Kind.AND);
            case ',' -> one(Kind.OR);
            case '(' -> one(Kind.OPEN);
            case ')' -> one(Kind.CLOSE);
            case '"', '\'' -> quoted(c);
            case '=', '!', '<', '>' -> operator().orElseGet(() -> one(Kind.STRAY));
            case '~' -> one(Kind.STRAY);
            default -> {
                while (at < text.length() && !ends(text.charAt(at))) {
                    at++;
                }
                yield new Token(Kind.WORD, text.substring(from, at), from, at);
            }
        };
    }

    /** Whether a blank or an end stands on both sides: only then are `and` and `or` words that join. */
    boolean standsAlone(Token token) {
        return token.from() > 0
                && Character.isWhitespace(text.charAt(token.from() - 1))
                && token.to() < text.length()
                && Character.isWhitespace(text.charAt(token.to()));
    }

    static boolean ends(char c) {
        return Character.isWhitespace(c) || RESERVED.indexOf(c) >= 0;
    }

    private Token one(Kind kind) {
        at++;
        return new Token(kind, text.substring(at - 1, at), at - 1, at);
    }

    private Optional<Token> operator() {
        int from = at;
        int to = at + 1;
        char first = text.charAt(at);
        if (first == '=') {
            while (to < text.length() && Character.isLetter(text.charAt(to))) {
                to++;
            }
        }
        boolean closed = to < text.length() && text.charAt(to) == '=';
        if (!closed && first == '=' && to == text.length()) {
            // Somebody is typing it.
            at = to;
            return Optional.of(new Token(Kind.STRAY, text.substring(from), from, to));
        }
        if (!closed && (first == '=' || first == '!')) {
            return Optional.empty();
        }
        at = closed ? to + 1 : to;
        return Optional.of(new Token(Kind.OPERATOR, text.substring(from, at), from, at));
    }

    private Token quoted(char quote) {
        int from = at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                return new Token(Kind.QUOTED, value.toString(), from, at);
            }
            if (c == '\\' && at < text.length()) {
                c = text.charAt(at++);
            }
            value.append(c);
        }
        return new Token(Kind.UNCLOSED, value.toString(), from, at);
    }
}
