package dev.muster.control.audit;

import dev.muster.control.access.Caller;
import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Rows of {@code audit}: appended, never changed; the database role cannot do otherwise. */
@Singleton
public final class AuditStore {
    private static final String DEVICE = "device/";

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

    /** The same where the row's id is needed, such as to name it in what is handed out. */
    public long record(Handle handle, Caller caller, String verb, String object, Map<String, ?> detail) {
        return insert(handle, caller, verb, object, detail, "done");
    }

    /** Ids of the newest rows of the objects, at most {@code limit}, newest first. */
    public List<Long> newest(Handle handle, Collection<String> objects, int limit) {
        return handle.createQuery("select id from audit where object = any(:objects) order by id desc limit :limit")
                .bind("objects", objects.toArray(String[]::new))
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }

    /** The same with another outcome, such as {@code refused}. */
    public void append(
            Handle handle, Caller caller, String verb, String object, Map<String, ?> detail, String outcome) {
        insert(handle, caller, verb, object, detail, outcome);
    }

    private long insert(
            Handle handle, Caller caller, String verb, String object, Map<String, ?> detail, String outcome) {
        return handle.createQuery("""
                        insert into audit (at, actor, actor_name, verb, object, detail, outcome)
                        values (:at, :actor, :name, :verb, :object, cast(:detail as jsonb), :outcome) returning id""")
                .bind("at", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .bind("actor", caller.actor())
                .bind("name", caller.name())
                .bind("verb", verb)
                .bind("object", object)
                .bind("detail", new String(JsonObject.write(detail), StandardCharsets.UTF_8))
                .bind("outcome", outcome)
                .mapTo(Long.class)
                .one();
    }

    /**
     * Rows with an id below {@code before}, newest first.
     *
     * @param object only of this one, null for all; a device only if it is in scope
     */
    List<AuditEntry> list(Handle handle, Scope scope, @Nullable String object, long before, int limit) {
        SqlFragment allowed = scope.where("d");
        String visible = object != null && object.startsWith(DEVICE)
                ? " and exists (select 1 from device d where d.id = :device and " + allowed.sql() + ")"
                : "";
        Query query = handle.createQuery("select id, at, actor, actor_name, verb, object, detail, outcome from audit "
                        + "where id < :before" + (object == null ? "" : " and object = :object") + visible
                        + " order by id desc limit :limit")
                .bind("before", before)
                .bind("limit", limit);
        if (object != null) {
            query.bind("object", object);
        }
        if (!visible.isEmpty() && object != null) {
            query.bind("device", object.substring(DEVICE.length())).bindMap(allowed.binds());
        }
        return query.map((rs, context) -> new AuditEntry(
                        rs.getLong("id"),
                        rs.getObject("at", OffsetDateTime.class).toInstant(),
                        rs.getString("actor"),
                        rs.getString("actor_name"),
                        rs.getString("verb"),
                        rs.getString("object"),
                        JsonObject.parse(rs.getString("detail").getBytes(StandardCharsets.UTF_8))
                                .members(),
                        rs.getString("outcome")))
                .list();
    }
}
