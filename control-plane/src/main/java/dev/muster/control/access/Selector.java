package dev.muster.control.access;

import cz.jirutka.rsql.parser.RSQLParser;
import cz.jirutka.rsql.parser.RSQLParserException;
import cz.jirutka.rsql.parser.UnknownOperatorException;
import cz.jirutka.rsql.parser.ast.ComparisonOperator;
import cz.jirutka.rsql.parser.ast.Node;
import cz.jirutka.rsql.parser.ast.RSQLOperators;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A device query in RSQL, such as {@code site==north;tag=in=(camera,crusher)}, checked and ready to become SQL. The empty
 * text selects every device. Immutable.
 */
public final class Selector {
    /** Every device. */
    public static final Selector ALL = new Selector("", null);

    private static final int MAX_LENGTH = 2_000;
    private static final int MAX_COMPARISONS = 50;
    private static final int MAX_DEPTH = 32;
    // The parser tells the place in its message only.
    private static final Pattern PLACE = Pattern.compile("line 1, column (\\d+)");
    private static final Set<ComparisonOperator> OPERATORS = RSQLOperators.defaultOperators();

    private final String text;
    private final @Nullable Node root;

    private Selector(String text, @Nullable Node root) {
        this.text = text;
        this.root = root;
    }

    /** Reads a selector; null and blank select all. An error is a problem that names the token and its position. */
    public static Selector parse(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return ALL;
        }
        if (text.length() > MAX_LENGTH) {
            throw invalid("expected at most " + MAX_LENGTH + " characters, found " + text.length(), text, 0);
        }
        refuseDeepNesting(text);
        Node root;
        try {
            root = new RSQLParser(OPERATORS).parse(text);
        } catch (RSQLParserException e) {
            throw syntax(text, e);
        }
        Selector selector = new Selector(text, root);
        SelectorSql check = new SelectorSql(text, "d", "check_");
        check.render(root);
        if (check.comparisons() > MAX_COMPARISONS) {
            throw invalid(
                    "expected at most " + MAX_COMPARISONS + " comparisons, found " + check.comparisons(), text, 0);
        }
        return selector;
    }

    /** The text it was read from. */
    public String text() {
        return text;
    }

    /** Whether it selects every device. */
    public boolean selectsAll() {
        return root == null;
    }

    /**
     * The predicate on the table {@code device} under {@code alias}; names of parameters start with {@code prefix}, which
     * keeps two fragments of one statement apart.
     */
    public SqlFragment where(String alias, String prefix) {
        if (root == null) {
            return SqlFragment.TRUE;
        }
        SelectorSql sql = new SelectorSql(text, alias, prefix);
        String rendered = sql.render(root);
        return new SqlFragment(rendered, sql.binds());
    }

    /** Both must hold. */
    public Selector and(Selector other) {
        if (selectsAll()) {
            return other;
        }
        if (other.selectsAll()) {
            return this;
        }
        return parse("(" + text + ");(" + other.text + ")");
    }

    static ProblemException invalid(String detail, String text, int position) {
        return new ProblemException(
                ProblemCode.INVALID_SELECTOR,
                detail + " (at character " + (position + 1) + " of `" + text + "`)",
                Map.of("position", position + 1));
    }

    @Override
    public String toString() {
        return text;
    }

    // The parser recurses; a hostile text must not reach its depth.
    private static void refuseDeepNesting(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(' && ++depth > MAX_DEPTH) {
                throw invalid("expected at most " + MAX_DEPTH + " nested parentheses", text, i);
            }
            if (c == ')') {
                depth--;
            }
        }
    }

    private static ProblemException syntax(String text, RSQLParserException e) {
        if (e.getCause() instanceof UnknownOperatorException unknown) {
            return invalid(
                    "expected one of ==, !=, =lt=, =le=, =gt=, =ge=, =in=, =out=, found `" + unknown.getOperator()
                            + "`",
                    text,
                    Math.max(0, text.indexOf(unknown.getOperator())));
        }
        String message = e.getCause() == null ? "" : String.valueOf(e.getCause().getMessage());
        Matcher place = PLACE.matcher(message);
        // At the end the parser names the place of the last character.
        int at = message.contains("\"<EOF>\"")
                ? text.length()
                : place.find() ? Math.min(Integer.parseInt(place.group(1)) - 1, text.length()) : 0;
        String found = at >= text.length() ? "the end" : "`" + text.charAt(at) + "`";
        return invalid("expected `field==value`, joined by `;` (and) or `,` (or), found " + found, text, at);
    }
}
