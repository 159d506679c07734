package dev.muster.control.compliance;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Rows of {@code device_compliance} and {@code compliance_count}. Queries of people's requests take their scope. */
@Singleton
final class ComplianceStore {
    /** What is kept beside the row. */
    record Kept(ComplianceRow row, Instant staleAt, int powerless, String judged) {}

    /** What other rows say about a device. */
    record Said(
            Optional<Verdict.Bundle> wanted,
            Instant heard,
            Optional<String> lease,
            boolean online,
            Optional<Duration> leaseLength,
            int alerts) {}

    /** Reads what there is, under the device's lock; empty for a device that is unknown, retired, or takes no policy. */
    Optional<Said> said(Handle handle, DeviceId device) {
        return handle.createQuery("""
                        select d.enrolled_at, t.state as wanted_state, t.version as wanted_version,
                               t.sha256 as wanted_sha256, r.at as reported_at, m.received_at as manifest_at,
                               t.lease_seconds, p.lease, c.online, c.last_seen,
                               (select count(*) from drift_alert a where a.tenant = d.tenant and a.device = d.id
                                   and a.closed_at is null) as alerts
                          from device d
                          left join desired_target t
                            on t.tenant = d.tenant and t.device = d.id and t.name = 'policy'
                          left join reported_state r on r.tenant = d.tenant and r.device = d.id
                          left join device_manifest m on m.tenant = d.tenant and m.device = d.id
                          left join device_permission_report p on p.tenant = d.tenant and p.device = d.id
                          left join device_presence c on c.tenant = d.tenant and c.device = d.id
                         where d.id = :device and d.status <> 'retired' and d.kind = 'managed'
                           and not exists (select 1 from ddi_device f where f.tenant = d.tenant and f.device = d.id)""")
                .bind("device", device)
                .map((rs, context) -> new Said(
                        wanted(rs),
                        latest(rs),
                        Optional.ofNullable(rs.getString("lease")),
                        rs.getBoolean("online"),
                        Optional.ofNullable(rs.getObject("lease_seconds", Long.class))
                                .map(Duration::ofSeconds),
                        rs.getInt("alerts")))
                .findOne();
    }

    Optional<Kept> kept(Handle handle, DeviceId device) {
        return handle.createQuery("select * from device_compliance where device = :device")
                .bind("device", device)
                .map((rs, context) -> new Kept(
                        row(rs), required(rs, "stale_at"), rs.getInt("not_enforceable"), rs.getString("judged")))
                .findOne();
    }

    /** Those that are not stale and will not be before the instant. */
    Set<DeviceId> fresh(Handle handle, Collection<DeviceId> devices, Instant until) {
        if (devices.isEmpty()) {
            return Set.of();
        }
        return new HashSet<>(handle.createQuery("select device from device_compliance "
                        + "where device = any(:devices) and state <> 'stale' and stale_at > :until")
                .bind("devices", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .bind("until", utc(until))
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .list());
    }

    /** Writes the row and moves the counts. The caller holds the device's row. */
    void put(Handle handle, Kept next, Optional<Kept> before) {
        handle.createUpdate("""
                        insert into device_compliance (device, state, policy_version, wanted_version, why, since, stale_at,
                                                       not_enforceable, judged)
                        values (:device, :state, :version, :wanted, :why, :since, :staleAt, :powerless, :judged)
                        on conflict (tenant, device) do update set
                            state = excluded.state, policy_version = excluded.policy_version,
                            wanted_version = excluded.wanted_version, why = excluded.why, since = excluded.since,
                            stale_at = excluded.stale_at, not_enforceable = excluded.not_enforceable,
                            judged = excluded.judged""")
                .bind("device", next.row().device())
                .bind("state", next.row().state())
                .bind("version", next.row().policyVersion())
                .bind("wanted", next.row().wantedVersion())
                .bind("why", next.row().why())
                .bind("since", utc(next.row().since()))
                .bind("staleAt", utc(next.staleAt()))
                .bind("powerless", next.powerless())
                .bind("judged", next.judged())
                .execute();
        count(
                handle,
                next.row().device(),
                before.map(kept -> kept.row().state()).orElse(null),
                next.row().state());
    }

    /** Takes the device out, such as when it was retired. */
    void remove(Handle handle, DeviceId device) {
        handle.createQuery("delete from device_compliance where device = :device returning state")
                .bind("device", device)
                .mapTo(String.class)
                .findOne()
                .ifPresent(state -> count(handle, device.value(), state, null));
    }

    /** In the order of states, so that two writers of one part never wait for each other in a circle. */
    private static void count(Handle handle, String device, @Nullable String from, @Nullable String to) {
        if (from != null && from.equals(to)) {
            return;
        }
        handle.createUpdate("""
                        insert into compliance_count as c (state, part, devices)
                        select s.state, hashtext(:device) & 15, s.change
                          from (values (cast(:from as text), -1), (cast(:to as text), 1)) s (state, change)
                         where s.state is not null order by s.state
                        on conflict (tenant, state, part) do update set devices = c.devices + excluded.devices""")
                .bind("device", device)
                .bind("from", from)
                .bind("to", to)
                .execute();
    }

    /** Devices whose time has come, at most {@code limit}, by id. */
    List<DeviceId> due(Handle handle, Instant now, int limit) {
        return handle.createQuery("""
                        select device from (select device from device_compliance
                         where state <> 'stale' and stale_at <= :now order by stale_at limit :limit) due order by device""")
                .bind("now", utc(now))
                .bind("limit", limit)
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .list();
    }

    /** How many devices in scope and query are in each state. Of the whole fleet from the kept counts alone. */
    Map<ComplianceState, Long> counts(Handle handle, Scope scope, Selector query) {
        Map<ComplianceState, Long> counts = new EnumMap<>(ComplianceState.class);
        for (ComplianceState state : ComplianceState.values()) {
            counts.put(state, 0L);
        }
        if (scope.fleetWide() && query.selectsAll()) {
            handle.createQuery("select state, sum(devices) as n from compliance_count group by state")
                    .map((rs, context) -> Map.entry(rs.getString("state"), rs.getLong("n")))
                    .forEach(entry -> counts.put(state(entry.getKey()), entry.getValue()));
            return counts;
        }
        SqlFragment allowed = scope.where("d");
        SqlFragment asked = query.where("d", "q_");
        handle.createQuery("select c.state, count(*) as n from device_compliance c join device d "
                        + "on d.tenant = c.tenant and d.id = c.device where " + allowed.sql() + " and " + asked.sql()
                        + " group by c.state")
                .bindMap(allowed.binds())
                .bindMap(asked.binds())
                .map((rs, context) -> Map.entry(rs.getString("state"), rs.getLong("n")))
                .forEach(entry -> counts.put(state(entry.getKey()), entry.getValue()));
        return counts;
    }

    /** At most {@code limit} devices after the id {@code after}, by id. The table of devices is read only if asked about. */
    List<ComplianceRow> list(
            Handle handle, Scope scope, Selector query, Optional<ComplianceState> state, String after, int limit) {
        return page(handle, "", scope, query, state, after, limit)
                .map((rs, context) -> row(rs))
                .list();
    }

    /** How the database would find such a page, line by line. */
    List<String> explain(
            Handle handle, Scope scope, Selector query, Optional<ComplianceState> state, String after, int limit) {
        return page(handle, "explain ", scope, query, state, after, limit)
                .mapTo(String.class)
                .list();
    }

    private static Query page(
            Handle handle,
            String before,
            Scope scope,
            Selector query,
            Optional<ComplianceState> state,
            String after,
            int limit) {
        boolean all = scope.fleetWide() && query.selectsAll();
        SqlFragment allowed = all ? SqlFragment.TRUE : scope.where("d");
        SqlFragment asked = all ? SqlFragment.TRUE : query.where("d", "q_");
        Query page = handle.createQuery(
                        before + "select c.device, c.state, c.policy_version, c.wanted_version, c.why, c.since "
                                + "from device_compliance c "
                                + (all ? "" : "join device d on d.tenant = c.tenant and d.id = c.device ")
                                + "where c.device > :after" + (state.isPresent() ? " and c.state = :state" : "")
                                + " and " + allowed.sql() + " and " + asked.sql() + " order by c.device limit :limit")
                .bind("after", after)
                .bind("limit", limit)
                .bindMap(allowed.binds())
                .bindMap(asked.binds());
        state.ifPresent(wanted -> page.bind("state", wanted.text()));
        return page;
    }

    private static ComplianceState state(String text) {
        return ComplianceState.parse(text).orElseThrow();
    }

    private static ComplianceRow row(ResultSet rs) throws SQLException {
        return new ComplianceRow(
                rs.getString("device"),
                rs.getString("state"),
                rs.getObject("policy_version", Long.class),
                rs.getObject("wanted_version", Long.class),
                rs.getString("why"),
                required(rs, "since"));
    }

    private static Optional<Verdict.Bundle> wanted(ResultSet rs) throws SQLException {
        String version = rs.getString("wanted_version");
        if (!"present".equals(rs.getString("wanted_state")) || version == null) {
            return Optional.empty();
        }
        return Optional.of(new Verdict.Bundle(
                version.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(version)) : Optional.empty(),
                rs.getString("wanted_sha256")));
    }

    private static Instant latest(ResultSet rs) throws SQLException {
        Instant latest = Instant.EPOCH;
        for (String column : List.of("enrolled_at", "reported_at", "manifest_at", "last_seen")) {
            Instant at = instant(rs, column);
            if (at != null && at.isAfter(latest)) {
                latest = at;
            }
        }
        return latest;
    }

    private static Instant required(ResultSet rs, String column) throws SQLException {
        return rs.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
        OffsetDateTime at = rs.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
