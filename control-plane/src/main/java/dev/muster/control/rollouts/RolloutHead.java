package dev.muster.control.rollouts;

import java.time.Duration;
import java.time.Instant;

/**
 * What a rollout is, beside how far it is.
 *
 * @param selector of devices, as text
 * @param deadline of a device from its first report to its end, and before it counts as unreached
 * @param override of freezes
 * @param startNumber order of starting, 0 before
 * @param createdBy identity, {@code issuer#subject}
 * @param createdByName name of that day, for people; proves nothing
 */
record RolloutHead(
        RolloutId id,
        String name,
        RolloutSubject subject,
        String selector,
        int maxFailurePercent,
        Duration deadline,
        Pacing pacing,
        Installing installing,
        boolean newcomers,
        FreezeOverride override,
        long startNumber,
        Instant createdAt,
        String createdBy,
        String createdByName) {
    /**
     * How far the wish to go on in a freeze is: nobody asked, one person asked, a second one agreed.
     *
     * @param askedBy identity; empty where nobody asked
     * @param agreedBy identity of another person; empty as long as none agreed
     */
    record FreezeOverride(String askedBy, String reason, String agreedBy) {
        static final FreezeOverride NONE = new FreezeOverride("", "", "");

        boolean counts() {
            return !agreedBy.isEmpty();
        }
    }
}
