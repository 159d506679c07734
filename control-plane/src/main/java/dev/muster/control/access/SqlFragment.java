package dev.muster.control.access;

import java.util.Map;

/** A boolean SQL expression in parentheses and the values of its named parameters. Values are never part of the text. */
public record SqlFragment(String sql, Map<String, Object> binds) {
    /** Holds for every row. */
    public static final SqlFragment TRUE = new SqlFragment("(true)", Map.of());

    /** Holds for no row. */
    public static final SqlFragment FALSE = new SqlFragment("(false)", Map.of());

    public SqlFragment {
        binds = Map.copyOf(binds);
    }
}
