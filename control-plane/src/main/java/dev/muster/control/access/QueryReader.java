package dev.muster.control.access;

import dev.muster.control.access.QueryLexer.Kind;
import dev.muster.control.access.QueryLexer.Token;
import dev.muster.control.http.ProblemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads RSQL: {@code and} binds tighter than {@code or}. What cannot be read is a problem that points at the token and says
 * what was expected there. Used once, by one thread.
 */
final class QueryReader {
    private static final int MAX_DEPTH = 32;

    private final String text;
    private final QueryLexer lexer;
    private Token token;
    private int depth;

    private QueryReader(String text) {
        this.text = text;
        this.lexer = new QueryLexer(text);
        this.token = lexer.next();
    }

    static Query read(String text) {
        QueryReader reader = new QueryReader(text);
        Query query = reader.or();
        if (reader.token.kind() != Kind.END) {
            throw reader.expected("`;` (and), `,` (or) or the end");
        }
        return query;
    }

    private Query or() {
        List<Query> parts = new ArrayList<>();
        parts.add(and());
        while (joins(Kind.OR, "or")) {
            advance();
            parts.add(and());
        }
        return parts.size() == 1 ? parts.getFirst() : new Query.Or(parts);
    }

    private Query and() {
        List<Query> parts = new ArrayList<>();
        parts.add(part());
        while (joins(Kind.AND, "and")) {
            advance();
            parts.add(part());
        }
        return parts.size() == 1 ? parts.getFirst() : new Query.And(parts);
    }

    private Query part() {
        if (token.kind() != Kind.OPEN) {
            return comparison();
        }
        if (++depth > MAX_DEPTH) {
            throw Selector.invalid("expected at most " + MAX_DEPTH + " nested parentheses", text, token.from());
        }
        advance();
        Query inner = or();
        if (token.kind() != Kind.CLOSE) {
            throw expected("`)`");
        }
        advance();
        depth--;
        return inner;
    }

    private Query comparison() {
        Token field = token;
        if (field.kind() != Kind.WORD) {
            throw expected("a field such as `site`, as in `field==value`");
        }
        advance();
        Token sign = token;
        if (sign.kind() != Kind.OPERATOR) {
            throw expected("an operator such as == after `" + field.text() + "`");
        }
        QueryOperator operator = QueryOperator.parse(sign.text())
                .orElseThrow(() -> Selector.invalid(
                        "expected one of " + QueryOperator.signs(Arrays.asList(QueryOperator.values())) + ", found `"
                                + sign.text() + "`",
                        text,
                        sign.from()));
        advance();
        List<Query.Value> values = new ArrayList<>();
        if (token.kind() == Kind.OPEN) {
            if (!operator.takesList()) {
                throw expected("one value after " + operator.sign() + " (a list needs =in= or =out=)");
            }
            advance();
            values.add(value());
            while (token.kind() == Kind.OR) {
                advance();
                values.add(value());
            }
            if (token.kind() != Kind.CLOSE) {
                throw expected("`,` or `)`");
            }
            advance();
        } else {
            values.add(value());
        }
        return new Query.Comparison(field.text(), field.from(), operator, sign.from(), values);
    }

    private Query.Value value() {
        if (token.kind() == Kind.UNCLOSED) {
            throw Selector.invalid("expected a closing quote, found the end", text, text.length());
        }
        if (token.kind() != Kind.WORD && token.kind() != Kind.QUOTED) {
            throw expected("a value");
        }
        Query.Value value = new Query.Value(token.text(), token.from());
        advance();
        return value;
    }

    private boolean joins(Kind kind, String word) {
        return token.kind() == kind
                || (token.kind() == Kind.WORD && token.text().equals(word) && lexer.standsAlone(token));
    }

    private void advance() {
        token = lexer.next();
    }

    private ProblemException expected(String what) {
        return Selector.invalid("expected " + what + ", found " + token.shown(), text, token.from());
    }
}
