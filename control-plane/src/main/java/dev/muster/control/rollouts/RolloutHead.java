package dev.muster.control.rollouts;

import java.time.Duration;
import java.time.Instant;

/**
 * What a rollout is, beside how far it is.
 *
 * @param selector of devices, as text
 * @param deadline of a device from its first report to its end, and before it counts as unreached
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
        long startNumber,
        Instant createdAt,
        String createdBy,
        String createdByName) {}
