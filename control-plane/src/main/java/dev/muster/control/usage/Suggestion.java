package dev.muster.control.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A grant that nobody needed, also its form on the wire.
 *
 * @param binding that gives it
 * @param devices on which the app was there all the time, could have asked, and did not
 * @param lastUsed before the span; null for never
 * @param wholeRole whether no app needed the permission that has it through this role
 * @param text one sentence
 * @param diff a change of the role's document that takes it away; null where other apps need it
 */
public record Suggestion(
        String role,
        String binding,
        String permission,
        String bundle,
        long devices,
        @Nullable Instant lastUsed,
        boolean wholeRole,
        String text,
        @Nullable String diff) {}
