package dev.muster.control.access;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What can stand between a field and its value. */
enum QueryOperator {
    EQUAL("==", "is"),
    NOT_EQUAL("!=", "is not"),
    IN("=in=", "is one of"),
    OUT("=out=", "is none of"),
    LESS("=lt=", "is less than", "<"),
    LESS_OR_EQUAL("=le=", "is at most", "<="),
    GREATER("=gt=", "is more than", ">"),
    GREATER_OR_EQUAL("=ge=", "is at least", ">="),
    UNDER("=under=", "is there or below"),
    AT("=at=", "is exactly there");

    private final String symbol;
    private final String meaning;
    private final String sign;

    QueryOperator(String symbol, String meaning) {
        this(symbol, meaning, symbol);
    }

    QueryOperator(String symbol, String meaning, String sign) {
        this.symbol = symbol;
        this.meaning = meaning;
        this.sign = sign;
    }

    /** The first of its spellings, such as {@code =lt=}. */
    String symbol() {
        return symbol;
    }

    /** How people type it, such as {@code <}; of an ordering also its SQL. */
    String sign() {
        return sign;
    }

    /** In words, after the field's name. */
    String meaning() {
        return meaning;
    }

    /** Whether it can take a list in parentheses. */
    boolean takesList() {
        return this == IN || this == OUT;
    }

    static Optional<QueryOperator> parse(String text) {
        return Arrays.stream(values())
                .filter(one -> one.symbol.equals(text) || one.sign.equals(text))
                .findFirst();
    }

    static String signs(List<QueryOperator> operators) {
        List<String> signs = operators.stream().map(QueryOperator::sign).toList();
        return signs.size() == 1
                ? signs.getFirst()
                : String.join(", ", signs.subList(0, signs.size() - 1)) + " or " + signs.getLast();
    }
}
