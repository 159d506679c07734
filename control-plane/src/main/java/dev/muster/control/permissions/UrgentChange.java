package dev.muster.control.permissions;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A change that waits for no wave: it lies on top of every version in force, see {@link Overlay}.
 *
 * @param name of the guard rail or capability
 * @param yaml of a guard rail: the document, and the zones and shifts its condition asks for, as they were; else empty
 * @param by identity, {@code issuer#subject}
 * @param byName name of that day, for people; proves nothing
 * @param absorbedBy the version that contains the guard rail; null as long as none does
 */
record UrgentChange(
        Kind kind,
        String name,
        String yaml,
        String reason,
        Instant since,
        String by,
        String byName,
        @Nullable Long absorbedBy) {
    /** The same, in a version from now on. */
    UrgentChange absorbed(long version) {
        return new UrgentChange(kind, name, yaml, reason, since, by, byName, version);
    }

    /** What is changed. */
    enum Kind {
        /** A guard rail counts at once. */
        GUARD_RAIL,
        /** A capability ends at once, for good. */
        REVOCATION;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Kind parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }
}
