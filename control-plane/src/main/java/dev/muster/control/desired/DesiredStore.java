package dev.muster.control.desired;

import dev.muster.control.tenancy.Question;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.trace.Traceparent;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Rows of {@code desired_target}. */
@Singleton
final class DesiredStore {
    /** Locks the device's row, which orders changes and signatures of one device; empty for an unknown device. */
    Optional<Long> lock(Handle handle, DeviceId device) {
        return Optional.ofNullable(lock(handle, List.of(device)).get(device));
    }

    /** Locks the rows of those that exist, in id order; their generations. */
    Map<DeviceId, Long> lock(Handle handle, Collection<DeviceId> ids) {
        Map<DeviceId, Long> generations = new HashMap<>();
        handle.createQuery("select id, generation from device where id = any(:ids) order by id for no key update")
                .bind("ids", array(ids))
                .map((rs, context) -> Map.entry(new DeviceId(rs.getString("id")), rs.getLong("generation")))
                .forEach(row -> generations.put(row.getKey(), row.getValue()));
        return generations;
    }

    Optional<DesiredState> read(Handle handle, DeviceId device) {
        return Optional.ofNullable(read(handle, List.of(device)).get(device));
    }

    Map<DeviceId, DesiredState> read(Handle handle, Collection<DeviceId> ids) {
        Map<DeviceId, List<DesiredTarget>> targets = new HashMap<>();
        handle.createQuery("select * from desired_target where device = any(:ids) order by name")
                .bind("ids", array(ids))
                .map((rs, context) -> Map.entry(new DeviceId(rs.getString("device")), read(rs)))
                .forEach(row -> targets.computeIfAbsent(row.getKey(), device -> new ArrayList<>())
                        .add(row.getValue()));
        Map<DeviceId, DesiredState> states = new HashMap<>();
        handle.createQuery("select id, generation, hardware from device where id = any(:ids)")
                .bind("ids", array(ids))
                .map((rs, context) -> {
                    DeviceId device = new DeviceId(rs.getString("id"));
                    return Map.entry(
                            device,
                            new DesiredState(
                                    rs.getLong("generation"),
                                    rs.getString("hardware"),
                                    targets.getOrDefault(device, List.of())));
                })
                .forEach(row -> states.put(row.getKey(), row.getValue()));
        return states;
    }

    /** The targets of one device, by name. */
    Question<DesiredTarget> targets(DeviceId device) {
        return new Question<>(
                "select * from desired_target where device = ? order by name",
                List.of(device.value()),
                DesiredStore::read);
    }

    /** One device without its targets. */
    Question<DesiredState> head(DeviceId device) {
        return new Question<>(
                "select generation, hardware from device where id = ?",
                List.of(device.value()),
                rs -> new DesiredState(rs.getLong("generation"), rs.getString("hardware"), List.of()));
    }

    /** The trace of the change that raised the device's generation last. */
    Optional<Traceparent> trace(Handle handle, DeviceId device) {
        return trace(handle, device, "select trace from device where id = :device and trace is not null");
    }

    /** The same as long as the device has not said that it has that generation. */
    Optional<Traceparent> untoldTrace(Handle handle, DeviceId device) {
        return trace(
                handle,
                device,
                "select d.trace from device d left join device_summary s on s.device = d.id where d.id = :device"
                        + " and d.trace is not null and coalesce(s.reported_generation, 0) < d.generation");
    }

    private static Optional<Traceparent> trace(Handle handle, DeviceId device, String query) {
        return handle.createQuery(query)
                .bind("device", device)
                .mapTo(String.class)
                .findOne()
                .flatMap(Traceparent::find);
    }

    private static String[] array(Collection<DeviceId> ids) {
        return ids.stream().map(DeviceId::value).sorted().distinct().toArray(String[]::new);
    }

    /** One row to write. */
    private record Row(DeviceId device, DesiredTarget target) {
        Optional<DesiredContent.Present> present() {
            return target.content() instanceof DesiredContent.Present present ? Optional.of(present) : Optional.empty();
        }
    }

    /**
     * Writes each row unless it says the same already; the names that changed, by device. The source alone is no change.
     * One statement for all, because a statement costs more than a row.
     */
    Map<DeviceId, Set<TargetName>> put(Handle handle, Map<DeviceId, List<DesiredTarget>> targets, Instant now) {
        List<Row> rows = targets.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(target -> new Row(entry.getKey(), target)))
                .toList();
        Map<DeviceId, Set<TargetName>> changed = new HashMap<>();
        bind(handle.createQuery("""
            insert into desired_target (device, name, state, sha256, path, length, version, hardware,
                                        release_counter, lease_seconds, on_expiry, install_mode,
                                        install_window, source, changed_at)
            select r.*, :now
              from unnest(:devices, :names, :states, :sha256s, :paths, :lengths, :versions, :hardware,
                          :counters, :leases, :expiries, :modes, :windows, :sources) as r
             order by 1, 2
            on conflict (tenant, device, name) do update set
                state = excluded.state, sha256 = excluded.sha256, path = excluded.path,
                length = excluded.length, version = excluded.version, hardware = excluded.hardware,
                release_counter = excluded.release_counter, lease_seconds = excluded.lease_seconds,
                on_expiry = excluded.on_expiry, install_mode = excluded.install_mode,
                install_window = excluded.install_window, source = excluded.source, changed_at = excluded.changed_at
            where (desired_target.state, desired_target.sha256, desired_target.path, desired_target.version,
                   desired_target.release_counter, desired_target.lease_seconds, desired_target.on_expiry,
                   desired_target.install_mode, desired_target.install_window)
                  is distinct from
                  (excluded.state, excluded.sha256, excluded.path, excluded.version,
                   excluded.release_counter, excluded.lease_seconds, excluded.on_expiry,
                   excluded.install_mode, excluded.install_window)
            returning device, name\
            """), rows)
                .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                .map((rs, context) ->
                        Map.entry(new DeviceId(rs.getString("device")), TargetName.parse(rs.getString("name"))))
                .forEach(row -> changed.computeIfAbsent(row.getKey(), device -> new HashSet<>())
                        .add(row.getValue()));
        List<Row> same = rows.stream()
                .filter(row -> !changed.getOrDefault(row.device(), Set.of())
                        .contains(row.target().name()))
                .toList();
        if (!same.isEmpty()) {
            handle.createUpdate("update desired_target t set source = r.source "
                            + "from unnest(:devices, :names, :sources) as r (device, name, source) "
                            + "where t.device = r.device and t.name = r.name and t.source <> r.source")
                    .bind("devices", texts(same, row -> row.device().value()))
                    .bind("names", texts(same, row -> row.target().name().text()))
                    .bind("sources", texts(same, row -> row.target().source()))
                    .execute();
        }
        return changed;
    }

    private static Query bind(Query query, List<Row> rows) {
        return query.bind("devices", texts(rows, row -> row.device().value()))
                .bind("names", texts(rows, row -> row.target().name().text()))
                .bind("states", texts(rows, row -> row.present().isPresent() ? "present" : "absent"))
                .bind("sha256s", texts(rows, row -> row.present()
                        .map(DesiredContent.Present::sha256)
                        .orElse("")))
                .bind("paths", texts(rows, row -> row.present()
                        .map(DesiredContent.Present::path)
                        .orElse("")))
                .bind("lengths", numbers(rows, row -> row.present()
                        .map(DesiredContent.Present::length)
                        .orElse(0L)))
                .bind("versions", texts(rows, row -> row.present()
                        .map(DesiredContent.Present::version)
                        .orElse("")))
                .bind("hardware", texts(rows, row -> row.present()
                        .map(DesiredContent.Present::hardware)
                        .orElse("")))
                .bind("counters", numbers(rows, row -> row.present()
                        .map(DesiredContent.Present::releaseCounter)
                        .orElse(0L)))
                .bind("leases", numbers(rows, row -> row.present()
                        .flatMap(DesiredContent.Present::lease)
                        .map(Duration::toSeconds)
                        .orElse(null)))
                .bind("expiries", texts(rows, row -> row.present()
                        .flatMap(DesiredContent.Present::onExpiry)
                        .orElse(null)))
                .bind("modes", texts(rows, row -> row.target().install().mode().text()))
                .bind(
                        "windows",
                        rows.stream()
                                .map(row -> row.target().install().window())
                                .toArray(Boolean[]::new))
                .bind("sources", texts(rows, row -> row.target().source()));
    }

    private static @Nullable String[] texts(List<Row> rows, Function<Row, @Nullable String> text) {
        return rows.stream().map(text).toArray(String[]::new);
    }

    private static @Nullable Long[] numbers(List<Row> rows, Function<Row, @Nullable Long> number) {
        return rows.stream().map(number).toArray(Long[]::new);
    }

    /** Whether the device's desired state names these bytes, or an image that these bytes help to make. */
    boolean names(Handle handle, DeviceId device, String sha256) {
        return handle.createQuery("""
            select exists (select 1 from desired_target where device = :device and sha256 = :sha256)
                or exists (select 1 from delta d join desired_target t on t.sha256 = d.output_sha256
                            where t.device = :device and d.state = 'done'
                              and :sha256 in (d.delta_sha256, d.segments_sha256, d.chunks_sha256, d.store_sha256))\
            """)
                .bind("device", device)
                .bind("sha256", sha256)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Whether an active device of a site whose gateway is {@code gateway} is to have this image or app. A site below that has a gateway of its
     * own is served by that one.
     */
    boolean namesAtSites(Handle handle, DeviceId gateway, String sha256) {
        return handle.createQuery("""
            with recursive mine as (
                select name from site where gateway = :gateway
                union
                select s.name from site s join mine on s.parent = mine.name where s.gateway is null)
            select exists (
                select 1 from mine join device d on d.site = mine.name and d.status = 'active'
                  join desired_target t on t.device = d.id
                 where (t.name = 'image' or t.name like 'app/%')
                   and (t.sha256 = :sha256
                        or t.sha256 in (select d.output_sha256 from delta d
                                         where :sha256 in (d.delta_sha256, d.segments_sha256,
                                                           d.chunks_sha256, d.store_sha256))))\
            """)
                .bind("gateway", gateway)
                .bind("sha256", sha256)
                .mapTo(Boolean.class)
                .one();
    }

    /** Whether an active sub-device of the gateway is to have these bytes. */
    boolean namesBehind(Handle handle, DeviceId gateway, String sha256) {
        return handle.createQuery("""
            select exists (
                select 1 from sub_device c
                  join device d on d.id = c.gateway || '/' || c.child and d.status = 'active'
                  join desired_target t on t.device = d.id
                 where c.gateway = :gateway and c.state = 'approved' and t.sha256 = :sha256)\
            """)
                .bind("gateway", gateway)
                .bind("sha256", sha256)
                .mapTo(Boolean.class)
                .one();
    }

    private static DesiredTarget read(ResultSet rs) throws SQLException {
        DesiredContent content;
        if (rs.getString("state").equals("absent")) {
            content = new DesiredContent.Absent();
        } else {
            long lease = rs.getLong("lease_seconds");
            content = new DesiredContent.Present(
                    rs.getString("sha256"),
                    rs.getString("path"),
                    rs.getLong("length"),
                    rs.getString("version"),
                    rs.getString("hardware"),
                    rs.getLong("release_counter"),
                    lease == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(lease)),
                    Optional.ofNullable(rs.getString("on_expiry")));
        }
        return new DesiredTarget(
                TargetName.parse(rs.getString("name")),
                content,
                rs.getString("source"),
                new InstallRule(InstallRule.Mode.parse(rs.getString("install_mode")), rs.getBoolean("install_window")));
    }
}
