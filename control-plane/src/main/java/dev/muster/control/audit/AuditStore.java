package dev.muster.control.audit;

import dev.muster.control.access.Caller;
import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.control.tracing.Tracing;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.trace.Traceparent;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Rows of {@code audit}: appended, never changed; the database role cannot do otherwise. */
@Singleton
public final class AuditStore {
    /** The object of what concerns the trail itself. */
    static final String TRAIL = "audit";

    private static final String DEVICE = "device/";
    private static final Logger LOG = Logger.getLogger(AuditStore.class);

    private final Tracing tracing;
    private final Clock clock;

    AuditStore(Tracing tracing, Clock clock) {
        this.tracing = tracing;
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
        LOG.debugf("%s of `%s`: %s", verb, object, outcome);
        return handle.createQuery("""
                        insert into audit (at, actor, actor_name, verb, object, detail, outcome)
                        values (:at, :actor, :name, :verb, :object, cast(:detail as jsonb), :outcome) returning id""")
                .bind("at", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .bind("actor", caller.actor())
                .bind("name", caller.name())
                .bind("verb", verb)
                .bind("object", object)
                .bind("detail", new String(JsonObject.write(traced(detail)), StandardCharsets.UTF_8))
                .bind("outcome", outcome)
                .mapTo(Long.class)
                .one();
    }

    /** With the trace that the change belongs to: part of the detail, so that it is sealed and exported with it. */
    private Map<String, ?> traced(Map<String, ?> detail) {
        Optional<Traceparent> trace = tracing.current();
        if (trace.isEmpty()) {
            return detail;
        }
        Map<String, Object> more = new LinkedHashMap<>(detail);
        more.putIfAbsent("trace", trace.get().trace());
        return more;
    }

    /**
     * Rows with an id below {@code before} that the filter lets through, newest first.
     *
     * @param scope of the asking person: where one device is asked for, that device has to be in it
     */
    List<AuditEntry> list(Handle handle, Scope scope, AuditFilter filter, long before, int limit) {
        SqlFragment allowed = scope.where("d");
        Optional<String> device = filter.exactObject()
                .filter(object -> object.startsWith(DEVICE))
                .map(object -> object.substring(DEVICE.length()));
        String visible = device.isPresent()
                ? " and exists (select 1 from device d where d.id = :device and " + allowed.sql() + ")"
                : "";
        Query query = handle.createQuery(
                        "select a.id, a.at, a.actor, a.actor_name, a.verb, a.object, a.detail, a.outcome, s.position"
                                + " from audit a left join audit_seal s on s.tenant = a.tenant and s.audit_id = a.id"
                                + " where a.id < :before" + filter.sql() + visible
                                + " order by a.id desc limit :limit")
                .bind("before", before)
                .bind("limit", limit)
                .bindMap(filter.binds());
        device.ifPresent(id -> query.bind("device", id).bindMap(allowed.binds()));
        return query.map((rs, context) -> entry(rs)).list();
    }

    /** The newest row with a verb on an object. */
    Optional<AuditEntry> newest(Handle handle, String verb, String object) {
        return handle.createQuery(
                        "select id, at, actor, actor_name, verb, object, detail, outcome, null::bigint as position"
                                + " from audit where verb = :verb and object = :object order by id desc limit 1")
                .bind("verb", verb)
                .bind("object", object)
                .map((rs, context) -> entry(rs))
                .findOne();
    }

    private static AuditEntry entry(ResultSet rs) throws SQLException {
        return new AuditEntry(
                rs.getLong("id"),
                rs.getObject("at", OffsetDateTime.class).toInstant(),
                rs.getString("actor"),
                rs.getString("actor_name"),
                rs.getString("verb"),
                rs.getString("object"),
                JsonObject.parse(rs.getString("detail").getBytes(StandardCharsets.UTF_8))
                        .members(),
                rs.getString("outcome"),
                rs.getObject("position", Long.class));
    }
}
