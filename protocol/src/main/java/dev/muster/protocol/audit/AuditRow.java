package dev.muster.protocol.audit;

import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of the audit trail with everything in it that means something.
 *
 * @param id of the row, unique in its tenant; rises with the moment of writing, not with that of committing
 * @param at when it was done, in whole microseconds
 * @param actor identity of who did it
 * @param actorName name of who did it, of that day
 * @param verb what was done, such as {@code device.suspend}
 * @param object to what, such as {@code device/pump-7}
 * @param detail values of JSON, decimals as {@link java.math.BigDecimal}: see {@link JsonObject#parseExact}
 * @param outcome {@code done}, {@code refused} and the like
 */
public record AuditRow(
        String tenant,
        long id,
        Instant at,
        String actor,
        String actorName,
        String verb,
        String object,
        Map<String, @Nullable Object> detail,
        String outcome) {
    private static final String DOMAIN = "muster audit row 1";

    // Written out: the parameters of a compact constructor lose their annotations on the way to other modules.
    public AuditRow(
            String tenant,
            long id,
            Instant at,
            String actor,
            String actorName,
            String verb,
            String object,
            Map<String, @Nullable Object> detail,
            String outcome) {
        this.tenant = tenant;
        this.id = id;
        this.at = at;
        this.actor = actor;
        this.actorName = actorName;
        this.verb = verb;
        this.object = object;
        this.detail = Collections.unmodifiableMap(new LinkedHashMap<>(detail));
        this.outcome = outcome;
    }

    /** The hash of the row: over the canonical form of its members in their order here. */
    public Digest hash() {
        return Digest.over(
                DOMAIN,
                new CanonicalForm()
                        .text(tenant)
                        .number(id)
                        .time(at)
                        .text(actor)
                        .text(actorName)
                        .text(verb)
                        .text(object)
                        .value(detail)
                        .text(outcome)
                        .bytes());
    }
}
