package dev.muster.control.audit;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of the audit trail.
 *
 * @param actor identity of who did it
 * @param actorName name of who did it, for people
 * @param position of its seal in the chain; null until it is sealed, which takes about a second
 */
public record AuditEntry(
        long id,
        Instant at,
        String actor,
        String actorName,
        String verb,
        String object,
        Map<String, @Nullable Object> detail,
        String outcome,
        @Nullable Long position) {}
