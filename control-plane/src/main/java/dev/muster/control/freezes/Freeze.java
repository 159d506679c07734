package dev.muster.control.freezes;

import java.time.Instant;

/**
 * A time in which no rollout starts a device.
 *
 * @param name letters, digits, dots, underscores and hyphens, at most 64
 * @param from the first instant that is frozen
 * @param to the first one that is not
 * @param selector of devices; empty for every one
 * @param createdBy identity, {@code issuer#subject}
 * @param createdByName name of that day, for people; proves nothing
 */
public record Freeze(
        String name,
        Instant from,
        Instant to,
        String selector,
        String reason,
        Instant createdAt,
        String createdBy,
        String createdByName) {
    /** How everything that a freeze holds is marked. */
    public static final String MARK = "freeze ";

    /** Whether it is on. */
    public boolean holdsAt(Instant now) {
        return !now.isBefore(from) && now.isBefore(to);
    }

    /** Whether {@code next} in its place would let devices start earlier, or others; never for one that is over. */
    boolean weakenedBy(Freeze next, Instant now) {
        return to.isAfter(now)
                && (next.to.isBefore(to)
                        || (next.from.isAfter(from) && next.from.isAfter(now))
                        || (!next.selector.isEmpty() && !next.selector.equals(selector)));
    }

    /** What stands beside a device that it holds; begins with {@link #mark}. */
    public String told() {
        return mark(name) + " until " + to + (reason.isEmpty() ? "" : ": " + reason);
    }

    /** How what a freeze of this name holds is marked; begins with {@link #MARK}. */
    public static String mark(String name) {
        return MARK + "`" + name + "`";
    }
}
