package dev.muster.control.audit;

import dev.muster.control.access.Caller;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Rows of {@code audit}: appended, never changed; the database role cannot do otherwise. */
@Singleton
public final class AuditStore {
    private final Clock clock;

    AuditStore(Clock clock) {
        this.clock = clock;
    }

    /**
     * Records a change in the transaction that makes it.
     *
     * @param verb dotted, such as {@code device.suspend}
     * @param object kind and id, such as {@code device/pump-7}
     * @param detail what a reader needs; never a secret
     */
    public void append(Handle handle, Caller caller, String verb, String object, Map<String, ?> detail) {
        append(handle, caller, verb, object, detail, "done");
    }

    /** The same with another outcome, such as {@code refused}. */
    public void append(
            Handle handle, Caller caller, String verb, String object, Map<String, ?> detail, String outcome) {
        handle.createUpdate("""
                        insert into audit (at, actor, actor_name, verb, object, detail, outcome)
                        values (:at, :actor, :name, :verb, :object, cast(:detail as jsonb), :outcome)""")
                .bind("at", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .bind("actor", caller.actor())
                .bind("name", caller.name())
                .bind("verb", verb)
                .bind("object", object)
                .bind("detail", new String(JsonObject.write(detail), StandardCharsets.UTF_8))
                .bind("outcome", outcome)
                .execute();
    }
}
