package dev.muster.control.foureyes;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A kind of change that a tenant can ask four eyes for. */
public enum Critical {
    /** Rollouts of releases and settings. */
    ROLLOUTS,
    /** Rollouts of policies: publishing and rolling back. */
    POLICIES,
    /** Keys, publishers and vendors, as far as this server's own keys make the change. */
    TRUST,
    /** What lets devices start in a freeze. */
    FREEZE_OVERRIDES,
    /** Sessions of remote help. */
    REMOTE_HELP;

    /** The name in rows and messages, such as {@code freeze-overrides}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Inverse of {@link #text()}. */
    static Optional<Critical> parse(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }
}
