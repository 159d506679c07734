package dev.muster.control.registry;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads what other features keep of one device. The caller has checked that the device is in scope. */
@Singleton
final class TimelineStore {
    /** An entry with its place in the list. */
    record Placed(TimelineEntry entry, Place place) {}

    /**
     * A place in the list; what comes after it is older.
     *
     * @param key tells entries of one source and instant apart
     */
    record Place(Instant at, String source, String key) {
        /** Before the newest. */
        static final Place NEWEST = new Place(Instant.parse("9999-01-01T00:00:00Z"), "~", "~");
    }

    // Each source gives at most a page of its own, by its own index; what remains is a merge of four short lists.
    private static final String TIMELINE = """
            select at, source, key, what, by, detail from (
              (select e.received_at as at, 'event' as source, lpad(cast(e.id as text), 20, '0') as key, e.kind as what,
                      cast(null as text) as by, cast(e.detail as text) as detail
                 from device_event e
                where e.device = :device and e.received_at <= :at
                  and (e.received_at, 'event', lpad(cast(e.id as text), 20, '0')) < (:at, cast(:source as text) collate "C", cast(:key as text) collate "C")
                order by e.received_at desc, e.id desc limit :limit)
              union all
              (select a.at, 'audit', lpad(cast(a.id as text), 20, '0'), a.verb, a.actor_name,
                      cast(jsonb_build_object('outcome', a.outcome) || a.detail as text)
                 from audit a
                where a.object = 'device/' || :device and a.at <= :at
                  and (a.at, 'audit', lpad(cast(a.id as text), 20, '0')) < (:at, cast(:source as text) collate "C", cast(:key as text) collate "C")
                order by a.at desc, a.id desc limit :limit)
              union all
              (select r.since, 'rollout', cast(r.rollout as text), r.state, cast(null as text),
                      cast(jsonb_build_object('rollout', r.rollout, 'name', o.name, 'kind', o.kind, 'wave', r.wave,
                                              'reason', r.reason, 'message', r.message) as text)
                 from rollout_device r join rollout o on o.tenant = r.tenant and o.id = r.rollout
                where r.device = :device and r.state not in ('waiting', 'cancelled') and r.since <= :at
                  and (r.since, 'rollout', cast(r.rollout as text)) < (:at, cast(:source as text) collate "C", cast(:key as text) collate "C")
                order by r.since desc, r.rollout desc limit :limit)
              union all
              (select c.issued_at, 'certificate', c.serial, 'issued', cast(null as text),
                      cast(jsonb_build_object('serial', c.serial, 'notAfter', c.not_after) as text)
                 from device_certificate c
                where c.device = :device and c.issued_at <= :at
                  and (c.issued_at, 'certificate', c.serial) < (:at, cast(:source as text) collate "C", cast(:key as text) collate "C")
                order by c.issued_at desc, c.serial desc limit :limit)
            ) happened
            order by at desc, source collate "C" desc, key collate "C" desc limit :limit""";

    List<Placed> list(Handle handle, DeviceId device, Place before, int limit) {
        return handle.createQuery(TIMELINE)
                .bind("device", device)
                .bind("at", before.at().atOffset(ZoneOffset.UTC))
                .bind("source", before.source())
                .bind("key", before.key())
                .bind("limit", limit)
                .map((rs, context) -> {
                    Instant at = rs.getObject("at", OffsetDateTime.class).toInstant();
                    return new Placed(
                            new TimelineEntry(
                                    at,
                                    rs.getString("source"),
                                    rs.getString("what"),
                                    rs.getString("by"),
                                    JsonObject.parse(rs.getString("detail").getBytes(StandardCharsets.UTF_8))
                                            .members()),
                            new Place(at, rs.getString("source"), rs.getString("key")));
                })
                .list();
    }
}
