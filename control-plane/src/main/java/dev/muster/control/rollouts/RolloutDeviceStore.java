package dev.muster.control.rollouts;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.control.rollouts.DeviceState.Kind;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code rollout_device}, and the counters of the waves, which move with them. */
@Singleton
final class RolloutDeviceStore {
    private static final String SELECT = """
            select rd.*, r.deadline_seconds, coalesce(r.start_no, 0) as start_no
              from rollout_device rd join rollout r on r.tenant = rd.tenant and r.id = rd.rollout
            """;

    /** Adds the devices of one wave, waiting. */
    void insert(Handle handle, RolloutId rollout, int wave, List<DeviceId> devices, Instant now) {
        handle.createUpdate("insert into rollout_device (rollout, device, wave, state, since) "
                        + "select :rollout, unnest(:devices), :wave, 'waiting', :now")
                .bind("rollout", rollout.value())
                .bind("devices", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .bind("wave", wave)
                .bind("now", utc(now))
                .execute();
    }

    /**
     * Devices that wait in an open wave of a running rollout, and that nothing holds any more. In a wave that has passed wait
     * those that were blocked before.
     */
    List<DeviceId> toStart(Handle handle, RolloutId rollout, Instant now, int limit) {
        return handle.createQuery("""
                        select rd.device from rollout_device rd
                          join rollout_wave w on w.tenant = rd.tenant and w.rollout = rd.rollout and w.index = rd.wave
                         where rd.rollout = :rollout and rd.state = 'waiting' and w.state in ('running', 'passed')
                           and (rd.not_before is null or rd.not_before <= :now)
                         order by rd.wave, rd.device limit :limit""")
                .bind("rollout", rollout.value())
                .bind("now", utc(now))
                .bind("limit", limit)
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .list();
    }

    /** Those among the devices that the query selects. */
    List<DeviceId> selected(Handle handle, Selector query, Collection<DeviceId> devices) {
        SqlFragment asked = query.where("d", "q_");
        return handle.createQuery("select d.id from device d where d.id = any(:ids) and " + asked.sql())
                .bind("ids", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .bindMap(asked.binds())
                .map((rs, context) -> new DeviceId(rs.getString("id")))
                .list();
    }

    /** Waiting devices do not start before {@code until}; {@code why} is for people. */
    void hold(Handle handle, RolloutId rollout, Collection<DeviceId> devices, Instant until, String why) {
        handle.createUpdate("update rollout_device set not_before = :until, hold = :why "
                        + "where rollout = :rollout and device = any(:devices) and state = 'waiting'")
                .bind("rollout", rollout.value())
                .bind("devices", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .bind("until", utc(until))
                .bind("why", why)
                .execute();
    }

    /** Each waiting device of the wave waits a random part of {@code jitter} from now on. */
    void scatter(Handle handle, RolloutId rollout, int wave, Instant now, Duration jitter) {
        handle.createUpdate("update rollout_device set not_before = :now + random() * :seconds * interval '1 second', "
                        + "hold = 'its random delay' where rollout = :rollout and wave = :wave and state = 'waiting'")
                .bind("rollout", rollout.value())
                .bind("wave", wave)
                .bind("now", utc(now))
                .bind("seconds", jitter.toSeconds())
                .execute();
    }

    /** Lets go of waiting devices whose hold begins with {@code prefix}: of one rollout, or of all. */
    void unhold(Handle handle, @Nullable RolloutId rollout, String prefix) {
        handle.createUpdate("update rollout_device set not_before = null, hold = '' where state = 'waiting' "
                        + "and starts_with(hold, :prefix) and (cast(:rollout as uuid) is null or rollout = :rollout)")
                .bind("rollout", rollout == null ? null : rollout.value())
                .bind("prefix", prefix)
                .execute();
    }

    /**
     * Devices of a rollout that stand still for one reason.
     *
     * @param state {@code failed}, {@code unreached}, {@code blocked}, {@code waiting} or {@code accepted}
     * @param message of one of them, beside the reason
     * @param example the first of them by id
     */
    record Cause(String state, String reason, String message, long devices, String example) {}

    /** Why devices in scope failed, are not reached, wait or may not switch; most devices first. */
    List<Cause> causes(Handle handle, Scope scope, RolloutId rollout) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("""
                        select rd.state, case when rd.state = 'waiting' then rd.hold else rd.reason end as why,
                               count(*) as devices, min(rd.device) as example, min(rd.message) as message
                          from rollout_device rd join device d on d.tenant = rd.tenant and d.id = rd.device
                         where rd.rollout = :rollout and (rd.state in ('failed', 'unreached', 'blocked')
                               or (rd.state = 'accepted' and rd.reason <> '')
                               or (rd.state = 'waiting' and rd.hold <> '')) and
                        """ + allowed.sql() + " group by 1, 2 order by devices desc, 1, 2 limit 100")
                .bind("rollout", rollout.value())
                .bindMap(allowed.binds())
                .map((rs, context) -> new Cause(
                        rs.getString("state"),
                        rs.getString("why"),
                        rs.getString("message"),
                        rs.getLong("devices"),
                        rs.getString("example")))
                .list();
    }

    /** Whether the hold of a waiting row ended only just, so that what it waited for is still kept for it. */
    boolean heldUntilJustNow(Handle handle, RolloutDevice row, String prefix, Instant now, Duration patience) {
        return handle.createQuery("select exists (select 1 from rollout_device where rollout = :rollout "
                        + "and device = :device and starts_with(hold, :prefix) and not_before > :since)")
                .bind("rollout", row.rollout().value())
                .bind("device", row.device())
                .bind("prefix", prefix)
                .bind("since", utc(now.minus(patience)))
                .mapTo(Boolean.class)
                .one();
    }

    /** Rows whose time is up, the longest due first. */
    List<Due> due(Handle handle, Instant now, int limit) {
        return handle.createQuery("select rollout, device from rollout_device where due_at <= :now "
                        + "order by due_at limit :limit")
                .bind("now", utc(now))
                .bind("limit", limit)
                .map((rs, context) -> new Due(
                        new RolloutId(rs.getObject("rollout", UUID.class)), new DeviceId(rs.getString("device"))))
                .list();
    }

    /** A row whose time is up. */
    record Due(RolloutId rollout, DeviceId device) {}

    /** Locks and reads the row. */
    Optional<RolloutDevice> lock(Handle handle, RolloutId rollout, DeviceId device) {
        return handle.createQuery(SELECT + " where rd.rollout = :rollout and rd.device = :device for update of rd")
                .bind("rollout", rollout.value())
                .bind("device", device)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Locks and reads those rows that wait in an open wave. */
    List<RolloutDevice> lockWaiting(Handle handle, RolloutId rollout, Collection<DeviceId> devices) {
        return handle.createQuery(SELECT + """
                         join rollout_wave w on w.tenant = rd.tenant and w.rollout = rd.rollout and w.index = rd.wave
                         where rd.rollout = :rollout and rd.device = any(:devices) and rd.state = 'waiting'
                           and w.state in ('running', 'passed')
                         order by rd.device for update of rd""")
                .bind("rollout", rollout.value())
                .bind("devices", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .map((rs, context) -> read(rs))
                .list();
    }

    /** Locks and reads every row of the devices that was handed something, of each in order of starting. */
    Map<DeviceId, List<RolloutDevice>> lockHandedOut(Handle handle, Collection<DeviceId> devices) {
        Map<DeviceId, List<RolloutDevice>> rows = new HashMap<>();
        handle.createQuery(SELECT + " where rd.device = any(:devices) and rd.state not in ('waiting', 'cancelled') "
                        + "and rd.state <> 'blocked' "
                        + "order by rd.device, r.start_no for update of rd")
                .bind("devices", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .map((rs, context) -> read(rs))
                .forEach(row -> rows.computeIfAbsent(row.device(), device -> new ArrayList<>())
                        .add(row));
        return rows;
    }

    /** The blocked ones among the devices, by rollout; always in the same order, so that two callers never wait in a circle. */
    Map<RolloutId, List<DeviceId>> blocked(Handle handle, Collection<DeviceId> devices) {
        Map<RolloutId, List<DeviceId>> blocked = new LinkedHashMap<>();
        handle.createQuery("select rollout, device from rollout_device where device = any(:devices) "
                        + "and state = 'blocked' order by rollout, device")
                .bind("devices", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .map((rs, context) -> Map.entry(
                        new RolloutId(rs.getObject("rollout", UUID.class)), new DeviceId(rs.getString("device"))))
                .forEach(row -> blocked.computeIfAbsent(row.getKey(), rollout -> new ArrayList<>())
                        .add(row.getValue()));
        return blocked;
    }

    /** A locked row, and what becomes of it. */
    record Move(RolloutDevice row, DeviceState next, Collection<TargetName> targets) {}

    /** Writes the new states of locked rows, each row once, and moves the waves' counters where kinds changed. */
    void save(Handle handle, List<Move> moves, Instant now) {
        if (moves.isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        update rollout_device rd
                           set state = m.state, generation = m.generation, due_at = m.due, reason = m.reason,
                               message = m.message, superseded_by = m.by, targets = string_to_array(m.targets, chr(10)),
                               not_before = null, hold = '',
                               since = case when rd.state = m.state then rd.since else :now end
                          from unnest(:rollouts, :devices, :states, :generations, cast(:dues as timestamptz[]), :reasons,
                                      :messages, :bys, :targets)
                               as m (rollout, device, state, generation, due, reason, message, by, targets)
                         where rd.rollout = m.rollout and rd.device = m.device""")
                .bind(
                        "rollouts",
                        moves.stream().map(move -> move.row().rollout().value()).toArray(UUID[]::new))
                .bind("devices", texts(moves, move -> move.row().device().value()))
                .bind("states", texts(moves, move -> move.next().kind().text()))
                .bind(
                        "generations",
                        moves.stream().map(move -> generation(move.next())).toArray(Long[]::new))
                .bind("dues", texts(moves, move -> {
                    OffsetDateTime due = due(move.next());
                    return due == null ? null : due.toString();
                }))
                .bind("reasons", texts(moves, move -> reason(move.next())))
                .bind(
                        "messages",
                        texts(moves, move -> move.next() instanceof DeviceState.Failed failed ? failed.message() : ""))
                .bind(
                        "bys",
                        moves.stream()
                                .map(move -> move.next() instanceof DeviceState.Superseded of
                                        ? of.by().value()
                                        : null)
                                .toArray(UUID[]::new))
                .bind("targets", texts(moves, move -> move.targets().stream()
                        .map(TargetName::text)
                        .collect(Collectors.joining("\n"))))
                .bind("now", utc(now))
                .execute();
        count(handle, moves);
    }

    private static @Nullable String[] texts(List<Move> moves, Function<Move, @Nullable String> text) {
        return moves.stream().map(text).toArray(String[]::new);
    }

    /** One wave of one rollout. */
    private record WaveOf(RolloutId rollout, int wave) {}

    /** Always in the same order of waves, so that two callers never wait for each other in a circle. */
    private static void count(Handle handle, List<Move> moves) {
        Map<WaveOf, Map<Kind, Integer>> changes = new TreeMap<>(
                Comparator.comparing((WaveOf of) -> of.rollout().value()).thenComparingInt(WaveOf::wave));
        for (Move move : moves) {
            Kind from = move.row().state().kind();
            Kind to = move.next().kind();
            if (from != to) {
                Map<Kind, Integer> wave = changes.computeIfAbsent(
                        new WaveOf(move.row().rollout(), move.row().wave()), of -> new EnumMap<>(Kind.class));
                wave.merge(from, -1, Integer::sum);
                wave.merge(to, 1, Integer::sum);
            }
        }
        changes.forEach((of, change) -> {
            // Column names come from the enum, never from outside.
            String columns = change.entrySet().stream()
                    .map(entry ->
                            entry.getKey().text() + " = " + entry.getKey().text() + " + (" + entry.getValue() + ")")
                    .collect(Collectors.joining(", "));
            handle.createUpdate("update rollout_wave set " + columns + " where rollout = :rollout and index = :wave")
                    .bind("rollout", of.rollout().value())
                    .bind("wave", of.wave())
                    .execute();
        });
    }

    /** Moves all rows of a rollout from one kind to another at once, counters included. */
    void moveAll(Handle handle, RolloutId rollout, Kind from, DeviceState to, Instant now) {
        handle.createUpdate("""
                        with moved as (
                            update rollout_device
                               set state = :to, due_at = null, reason = :reason, superseded_by = :by, since = :now
                             where rollout = :rollout and state = :from returning wave),
                        counted as (select wave, count(*)::integer as devices from moved group by wave)
                        update rollout_wave w set %1$s = w.%1$s - c.devices, %2$s = w.%2$s + c.devices
                          from counted c where w.rollout = :rollout and w.index = c.wave""".formatted(from.text(), to.kind().text()))
                .bind("rollout", rollout.value())
                .bind("from", from.text())
                .bind("to", to.kind().text())
                .bind("reason", reason(to))
                .bind("by", to instanceof DeviceState.Superseded of ? of.by().value() : null)
                .bind("now", utc(now))
                .execute();
    }

    /** Devices in scope, by id, after {@code after}; all states if {@code state} is null. */
    List<Shown> list(Handle handle, Scope scope, RolloutId rollout, @Nullable Kind state, String after, int limit) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("""
                        select rd.device, w.name as wave, rd.state, rd.message, rd.since, rd.not_before,
                               case when rd.state = 'waiting' then rd.hold else rd.reason end as reason
                          from rollout_device rd
                          join device d on d.tenant = rd.tenant and d.id = rd.device
                          join rollout_wave w on w.tenant = rd.tenant and w.rollout = rd.rollout and w.index = rd.wave
                         where rd.rollout = :rollout and rd.device > :after
                           and (cast(:state as text) is null or rd.state = :state) and
                        """ + allowed.sql() + " order by rd.device limit :limit")
                .bind("rollout", rollout.value())
                .bind("state", state == null ? null : state.text())
                .bind("after", after)
                .bind("limit", limit)
                .bindMap(allowed.binds())
                .map((rs, context) -> new Shown(
                        rs.getString("device"),
                        rs.getString("wave"),
                        rs.getString("state"),
                        rs.getString("reason"),
                        rs.getString("message"),
                        rs.getObject("since", OffsetDateTime.class).toInstant(),
                        Optional.ofNullable(rs.getObject("not_before", OffsetDateTime.class))
                                .map(OffsetDateTime::toInstant)
                                .orElse(null)))
                .list();
    }

    /**
     * One device of a rollout, on the wire.
     *
     * @param notBefore of a waiting device: what {@code reason} names holds it until then
     */
    record Shown(
            String device,
            String wave,
            String state,
            String reason,
            String message,
            Instant since,
            @Nullable Instant notBefore) {}

    private static RolloutDevice read(ResultSet rs) throws SQLException {
        String[] targets = (String[]) rs.getArray("targets").getArray();
        return new RolloutDevice(
                new RolloutId(rs.getObject("rollout", UUID.class)),
                new DeviceId(rs.getString("device")),
                rs.getInt("wave"),
                state(rs),
                Duration.ofSeconds(rs.getLong("deadline_seconds")),
                rs.getLong("start_no"),
                Arrays.stream(targets).map(TargetName::parse).toList());
    }

    private static DeviceState state(ResultSet rs) throws SQLException {
        long generation = rs.getLong("generation");
        return switch (Kind.parse(rs.getString("state"))) {
            case WAITING -> new DeviceState.Waiting();
            case STARTED -> new DeviceState.Started(generation, dueAt(rs));
            case ACCEPTED ->
                rs.getObject("due_at") == null
                        ? new DeviceState.Accepted(generation, Instant.MAX, rs.getString("reason"))
                        : new DeviceState.Accepted(generation, dueAt(rs));
            case UNREACHED -> new DeviceState.Unreached(generation);
            case SUCCEEDED -> new DeviceState.Succeeded();
            case FAILED -> new DeviceState.Failed(generation, rs.getString("reason"), rs.getString("message"));
            case SUPERSEDED -> new DeviceState.Superseded(new RolloutId(rs.getObject("superseded_by", UUID.class)));
            case CANCELLED -> new DeviceState.Cancelled();
            case BLOCKED -> new DeviceState.Blocked(rs.getString("reason"));
        };
    }

    private static Instant dueAt(ResultSet rs) throws SQLException {
        return rs.getObject("due_at", OffsetDateTime.class).toInstant();
    }

    private static long generation(DeviceState state) {
        return switch (state) {
            case DeviceState.Started s -> s.generation();
            case DeviceState.Accepted s -> s.generation();
            case DeviceState.Unreached s -> s.generation();
            case DeviceState.Failed s -> s.generation();
            case DeviceState.Waiting s -> 0;
            case DeviceState.Succeeded s -> 0;
            case DeviceState.Superseded s -> 0;
            case DeviceState.Cancelled s -> 0;
            case DeviceState.Blocked s -> 0;
        };
    }

    private static @Nullable OffsetDateTime due(DeviceState state) {
        return switch (state) {
            case DeviceState.Started s -> utc(s.reachBy());
            case DeviceState.Accepted s -> s.held().isEmpty() ? utc(s.deadline()) : null;
            case DeviceState.Waiting s -> null;
            case DeviceState.Unreached s -> null;
            case DeviceState.Succeeded s -> null;
            case DeviceState.Failed s -> null;
            case DeviceState.Superseded s -> null;
            case DeviceState.Cancelled s -> null;
            case DeviceState.Blocked s -> null;
        };
    }

    /** Moves every deadline on. */
    void postpone(Handle handle, Duration time) {
        handle.createUpdate("update rollout_device set due_at = due_at + make_interval(secs => :seconds) "
                        + "where due_at is not null")
                .bind("seconds", (double) time.toSeconds())
                .execute();
    }

    private static String reason(DeviceState state) {
        return switch (state) {
            case DeviceState.Superseded s -> "superseded by " + s.by();
            case DeviceState.Unreached s -> "not heard of since its start";
            case DeviceState.Cancelled s -> "the rollout was stopped before its turn";
            case DeviceState.Failed s -> s.reason();
            case DeviceState.Blocked s -> s.reason();
            case DeviceState.Waiting s -> "";
            case DeviceState.Started s -> "";
            case DeviceState.Accepted s -> s.held();
            case DeviceState.Succeeded s -> "";
        };
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
