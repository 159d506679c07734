package dev.muster.policy.language.lint;

import java.util.Locale;

/** How bad a finding is. */
public enum Severity {
    /** It cannot do what it says. */
    ERROR,
    /** It may not do what was meant. */
    WARNING;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
