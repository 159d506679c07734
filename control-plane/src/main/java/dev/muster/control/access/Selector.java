package dev.muster.control.access;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

    private final String text;
    private final @Nullable Query root;

    private Selector(String text, @Nullable Query root) {
        this.text = text;
        this.root = root;
    }

    /** Reads a selector; null and blank select all. An error is a problem that names the token and its position. */
    public static Selector parse(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return ALL;
        }
        if (text.length() > MAX_LENGTH) {
            throw invalid("expected at most " + MAX_LENGTH + " characters, found " + text.length(), text, MAX_LENGTH);
        }
        Selector selector = new Selector(text, QueryReader.read(text));
        List<Query.Comparison> comparisons = selector.comparisons();
        if (comparisons.size() > MAX_COMPARISONS) {
            throw invalid(
                    "expected at most " + MAX_COMPARISONS + " comparisons, found " + comparisons.size(),
                    text,
                    comparisons.get(MAX_COMPARISONS).at());
        }
        selector.where("d", "check_");
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

    /** The fields it asks for, sorted: {@code fact.os.version}, {@code site}; one that stands for a fact is that fact. */
    public Set<String> fields() {
        Set<String> fields = new TreeSet<>();
        comparisons()
                .forEach(comparison -> fields.add(
                        comparison.field().equals(QueryField.API.word())
                                ? QueryField.FACT.word() + QueryField.API_FACT
                                : comparison.field()));
        return fields;
    }

    /** This, if no comparison is with {@code field}; otherwise a problem that points at it and says {@code why}. */
    public Selector without(String field, String why) {
        for (Query.Comparison comparison : comparisons()) {
            if (comparison.field().equals(field)) {
                throw invalid("expected no `" + field + "`: " + why, text, comparison.at());
            }
        }
        return this;
    }

    /**
     * This, if what it selects changes only when data of a device change. A problem otherwise, which points at the first
     * comparison whose outcome changes as time goes by.
     */
    public Selector timeless() {
        for (Query.Comparison comparison : comparisons()) {
            QueryField field = QueryField.parse(comparison.field()).orElseThrow();
            if (field.changesWithTime()) {
                throw invalid(
                        "expected fields that change only with the device's data, found `" + comparison.field()
                                + "`, which changes as time goes by",
                        text,
                        comparison.at());
            }
            for (Query.Value value : comparison.values()) {
                if (field.type() == QueryField.Type.TIME && value.text().startsWith("P")) {
                    throw invalid(
                            "expected a point in time such as `2026-01-31T00:00:00Z`, found `" + value.text()
                                    + "`, which moves as time goes by",
                            text,
                            value.at());
                }
            }
        }
        return this;
    }

    private List<Query.Comparison> comparisons() {
        List<Query.Comparison> all = new ArrayList<>();
        if (root != null) {
            collect(root, all);
        }
        return all;
    }

    private static void collect(Query query, List<Query.Comparison> all) {
        switch (query) {
            case Query.And and -> and.parts().forEach(part -> collect(part, all));
            case Query.Or or -> or.parts().forEach(part -> collect(part, all));
            case Query.Comparison comparison -> all.add(comparison);
        }
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
}
