package dev.muster.control.rollouts;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.trace.Traceparent;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code rollout} and {@code rollout_wave}. Counters belong to {@link RolloutDeviceStore}. */
@Singleton
final class RolloutStore {
    private static final String SELECT =
            "select r.*, name_of_actor(r.created_by, r.created_at) as created_by_name from rollout r";

    /** A rollout of a release, as far as it says what it is. */
    record Named(UUID id, UUID release, String selector) {}

    /** Those of releases under a name, the newest first. */
    List<Named> named(Handle handle, String name) {
        return handle.createQuery("select id, release, selector from rollout where name = :name and kind = 'release'"
                        + " order by created_at desc, id limit 50")
                .bind("name", name)
                .map((rs, context) -> new Named(
                        rs.getObject("id", UUID.class), rs.getObject("release", UUID.class), rs.getString("selector")))
                .list();
    }

    /** The request that drives the rollout on is part of this trace. */
    void keepTrace(Handle handle, RolloutId id, Traceparent trace) {
        handle.createUpdate("update rollout set trace = :trace where id = :id")
                .bind("id", id.value())
                .bind("trace", trace.text())
                .execute();
    }

    /** The trace of the request that drove the rollout on last. */
    Optional<Traceparent> trace(Handle handle, RolloutId id) {
        return handle.createQuery("select trace from rollout where id = :id and trace is not null")
                .bind("id", id.value())
                .mapTo(String.class)
                .findOne()
                .flatMap(Traceparent::find);
    }

    /**
     * Adds a rollout.
     *
     * @param people identities of whoever stands behind it
     */
    void insert(Handle handle, StoredRollout rollout, Set<String> people) {
        RolloutHead head = rollout.head();
        RolloutSubject subject = head.subject();
        handle.createUpdate("""
                        insert into rollout (id, name, kind, release, policy_version, settings_version, selector,
                                             state, max_failure_percent, deadline_seconds, per_minute, jitter_seconds,
                                             newcomers, install_mode, window_site, window_days, window_from, window_to,
                                             created_at, created_by, changed_at, people)
                        values (:id, :name, :kind, :release, :policy, :settings, :selector, :state,
                                :maxFailure, :deadline, :perMinute, :jitter,
                                :newcomers, :mode, :site, :days, :from, :to, :at, :by, :at, :people)""")
                .bind("id", head.id().value())
                .bind("name", head.name())
                .bind("kind", subject.kind().text())
                .bind("release", subject instanceof RolloutSubject.OfRelease of ? of.release() : null)
                .bind("policy", subject instanceof RolloutSubject.OfPolicy of ? of.version() : null)
                .bind("settings", subject instanceof RolloutSubject.OfSettings of ? of.version() : null)
                .bind("selector", head.selector())
                .bind("state", rollout.progress().state().kind().text())
                .bind("maxFailure", head.maxFailurePercent())
                .bind("deadline", head.deadline().toSeconds())
                .bind("perMinute", head.pacing().perMinute().orElse(null))
                .bind("jitter", head.pacing().jitter().toSeconds())
                .bind("newcomers", head.newcomers())
                .bind("mode", head.installing().mode().text())
                .bind("site", head.installing().when() instanceof Installing.When.SiteWindow)
                .bind(
                        "days",
                        head.installing().when() instanceof Installing.When.In in
                                ? in.window().dayTexts().toArray(String[]::new)
                                : null)
                .bind(
                        "from",
                        head.installing().when() instanceof Installing.When.In in
                                ? in.window().from()
                                : null)
                .bind(
                        "to",
                        head.installing().when() instanceof Installing.When.In in
                                ? in.window().to()
                                : null)
                .bind("at", utc(head.createdAt()))
                .bind("by", head.createdBy())
                .bind("people", people.toArray(String[]::new))
                .execute();
        for (Wave wave : rollout.progress().waves()) {
            handle.createUpdate("""
                            insert into rollout_wave
                                (rollout, index, name, size, success_percent, min_reached, soak_seconds, approval,
                                 metric, state, waiting)
                            values (:rollout, :index, :name, :size, :success, :minReached, :soak, :approval,
                                    :metric, :state, :size)""")
                    .bind("rollout", head.id().value())
                    .bind("index", wave.index())
                    .bind("name", wave.name())
                    .bind("size", wave.size())
                    .bind("success", wave.gates().successPercent())
                    .bind("minReached", wave.gates().minReached())
                    .bind("soak", wave.gates().soak().toSeconds())
                    .bind("approval", wave.gates().approval())
                    .bind("metric", wave.gates().metric().map(MetricGate::text).orElse(""))
                    .bind("state", wave.state().text())
                    .execute();
        }
    }

    /** Locks the rollout's row and reads it with its waves; whoever decides about it holds this. */
    Optional<StoredRollout> lock(Handle handle, RolloutId id) {
        return handle.createQuery(SELECT + " where r.id = :id for update")
                .bind("id", id.value())
                .map((rs, context) -> read(handle, rs))
                .findOne();
    }

    /** The state, which cannot change until the transaction ends; starters of devices hold this beside each other. */
    Optional<RolloutState.Kind> hold(Handle handle, RolloutId id) {
        return handle.createQuery("select state from rollout where id = :id for share")
                .bind("id", id.value())
                .map((rs, context) -> RolloutState.Kind.parse(rs.getString("state")))
                .findOne();
    }

    /** The rollout, if a device of it is in scope. */
    Optional<StoredRollout> find(Handle handle, Scope scope, RolloutId id) {
        SqlFragment visible = visible(scope);
        return handle.createQuery(SELECT + " where r.id = :id and " + visible.sql())
                .bind("id", id.value())
                .bindMap(visible.binds())
                .map((rs, context) -> read(handle, rs))
                .findOne();
    }

    /** Those with a device in scope, newest first, from the place {@code skip} on; null for those of every release. */
    List<StoredRollout> list(Handle handle, Scope scope, @Nullable UUID release, long skip, int limit) {
        SqlFragment visible = visible(scope);
        return handle.createQuery(SELECT + " where (cast(:release as uuid) is null or r.release = :release) and "
                        + visible.sql() + " order by r.created_at desc, r.id limit :limit offset :skip")
                .bindMap(visible.binds())
                .bind("release", release)
                .bind("limit", limit)
                .bind("skip", skip)
                .map((rs, context) -> read(handle, rs))
                .list();
    }

    /** Whether a device of the rollout lies outside the scope. */
    boolean reachesBeyond(Handle handle, Scope scope, RolloutId id) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select exists (select 1 from rollout_device rd join device d on d.id = rd.device "
                        + "where rd.rollout = :id and not " + allowed.sql() + ")")
                .bind("id", id.value())
                .bindMap(allowed.binds())
                .mapTo(Boolean.class)
                .one();
    }

    private static SqlFragment visible(Scope scope) {
        if (scope.fleetWide()) {
            return SqlFragment.TRUE;
        }
        SqlFragment allowed = scope.where("d");
        return new SqlFragment(
                "exists (select 1 from rollout_device rd join device d on d.id = rd.device where rd.rollout = r.id and "
                        + allowed.sql() + ")",
                allowed.binds());
    }

    /** Every rollout in one of the states. */
    List<RolloutId> in(Handle handle, RolloutState.Kind... states) {
        String[] texts =
                java.util.Arrays.stream(states).map(RolloutState.Kind::text).toArray(String[]::new);
        return handle.createQuery("select id from rollout where state = any(:states) order by start_no nulls last, id")
                .bind("states", texts)
                .map((rs, context) -> new RolloutId(rs.getObject("id", UUID.class)))
                .list();
    }

    /** Rollouts of a kind that have not ended. */
    List<RolloutId> open(Handle handle, RolloutKind kind) {
        return handle.createQuery(
                        "select id from rollout where kind = :kind and state in ('ready', 'running', 'paused') order by id")
                .bind("kind", kind.text())
                .map((rs, context) -> new RolloutId(rs.getObject("id", UUID.class)))
                .list();
    }

    /** The policy rollout that was started last among those that completed. */
    Optional<RolloutHead> newestCompletedPolicy(Handle handle) {
        return handle.createQuery(
                        SELECT + " where kind = 'policy' and state = 'completed' " + "order by start_no desc limit 1")
                .map((rs, context) -> read(handle, rs).head())
                .findOne();
    }

    /** Writes what a decision changed: states and tolerated failures, never counters. */
    void save(Handle handle, RolloutId id, Rollout before, Rollout after, Instant now) {
        // Waves first: what webhooks are told of happens in this order.
        for (Wave wave : after.waves()) {
            Wave old = before.waves().get(wave.index());
            if (!old.equals(wave)) {
                handle.createUpdate("update rollout_wave set state = :state, tolerated = :tolerated, "
                                + "held_since = :held where rollout = :id and index = :index")
                        .bind("held", wave.heldSince().map(RolloutStore::utc).orElse(null))
                        .bind("id", id.value())
                        .bind("index", wave.index())
                        .bind("state", wave.state().text())
                        .bind("tolerated", wave.tolerated())
                        .execute();
            }
        }
        if (!before.state().equals(after.state())) {
            RolloutState state = after.state();
            handle.createUpdate("""
                            update rollout set state = :state, reason = :reason, gate = :gate, superseded_by = :by,
                                   changed_at = :now,
                                   start_no = coalesce(start_no,
                                       case when :state = 'running' then nextval('rollout_start') end)
                             where id = :id""")
                    .bind("id", id.value())
                    .bind("state", state.kind().text())
                    .bind("reason", state instanceof RolloutState.Paused paused ? paused.reason() : "")
                    .bind("gate", state instanceof RolloutState.Paused paused && paused.gate())
                    .bind(
                            "by",
                            state instanceof RolloutState.Superseded of
                                    ? of.by().value()
                                    : null)
                    .bind("now", utc(now))
                    .execute();
        }
    }

    /** Who stands behind the rollout; empty for one that was made before this was kept. */
    Set<String> people(Handle handle, RolloutId id) {
        return identities(handle, "people", id);
    }

    /** Further people stand behind it. */
    void addPeople(Handle handle, RolloutId id, Set<String> more) {
        handle.createUpdate("update rollout set people = array(select unnest(people) union select unnest(:more)) "
                        + "where id = :id and people is not null")
                .bind("id", id.value())
                .bindArray("more", String.class, more)
                .execute();
    }

    /** Who stands behind the wish to go on in freezes; empty as for {@link #people}. */
    Set<String> overridePeople(Handle handle, RolloutId id) {
        return identities(handle, "override_people", id);
    }

    private static Set<String> identities(Handle handle, String column, RolloutId id) {
        return Set.copyOf(handle.createQuery("select unnest(" + column + ") from rollout where id = :id")
                .bind("id", id.value())
                .mapTo(String.class)
                .list());
    }

    /** The wave opens only after a second person agreed. */
    void askApproval(Handle handle, RolloutId id, int wave) {
        handle.createUpdate("update rollout_wave set approval = true where rollout = :id and index = :wave")
                .bind("id", id.value())
                .bind("wave", wave)
                .execute();
    }

    /** Notes who let the wave open. */
    void approve(Handle handle, RolloutId id, int wave, String by) {
        handle.createUpdate("update rollout_wave set approved_by = :by where rollout = :id and index = :wave")
                .bind("id", id.value())
                .bind("wave", wave)
                .bind("by", by)
                .execute();
    }

    /** A rollout that lets newcomers in, with its selector. */
    record Open(RolloutId id, String selector) {}

    /** Those that let newcomers in and were not stopped. */
    List<Open> openToNewcomers(Handle handle) {
        return handle.createQuery("select id, selector from rollout where newcomers "
                        + "and state in ('ready', 'running', 'paused', 'completed') order by id")
                .map((rs, context) -> new Open(new RolloutId(rs.getObject("id", UUID.class)), rs.getString("selector")))
                .list();
    }

    /** One waiting device more in the wave. */
    void grow(Handle handle, RolloutId id, int wave) {
        handle.createUpdate("update rollout_wave set size = size + 1, waiting = waiting + 1 "
                        + "where rollout = :id and index = :wave")
                .bind("id", id.value())
                .bind("wave", wave)
                .execute();
    }

    void endNewcomers(Handle handle, RolloutId id) {
        handle.createUpdate("update rollout set newcomers = false where id = :id")
                .bind("id", id.value())
                .execute();
    }

    /** Takes a share of the pace, alone; how many devices may start now. */
    int takePace(Handle handle, RolloutHead head, int wanted, Instant now) {
        if (head.pacing().perMinute().isEmpty() || wanted == 0) {
            return wanted;
        }
        Instant next = handle.createQuery("select pace_next from rollout where id = :id for update")
                .bind("id", head.id().value())
                .map((rs, context) -> Optional.ofNullable(rs.getObject("pace_next", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant))
                .one()
                .orElse(now);
        Pacing.Grant grant = head.pacing().take(next, now, wanted);
        handle.createUpdate("update rollout set pace_next = :next where id = :id")
                .bind("id", head.id().value())
                .bind("next", utc(grant.next()))
                .execute();
        return grant.devices();
    }

    /** Writes how far the wish to go on in a freeze is, and who stands behind it. */
    void override(Handle handle, RolloutId id, RolloutHead.FreezeOverride override, Set<String> people) {
        handle.createUpdate("update rollout set override_asked_by = :asked, override_reason = :reason, "
                        + "override_by = :agreed, override_people = :people where id = :id")
                .bindArray("people", String.class, people)
                .bind("id", id.value())
                .bind("asked", override.askedBy().isEmpty() ? null : override.askedBy())
                .bind("reason", override.reason())
                .bind("agreed", override.agreedBy().isEmpty() ? null : override.agreedBy())
                .execute();
    }

    /** Those among the devices that are active, in order of id. */
    List<DeviceId> active(Handle handle, List<DeviceId> devices) {
        return handle.createQuery("select id from device where id = any(:ids) and status = 'active'"
                        + " and kind = 'managed' order by id")
                .bind("ids", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .map((rs, context) -> new DeviceId(rs.getString("id")))
                .list();
    }

    /** What boards the devices are. */
    Map<DeviceId, String> hardware(Handle handle, List<DeviceId> devices) {
        Map<DeviceId, String> hardware = new HashMap<>();
        handle.createQuery("select id, hardware from device where id = any(:ids)")
                .bind("ids", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .map((rs, context) -> hardware.put(new DeviceId(rs.getString("id")), rs.getString("hardware")))
                .list();
        return hardware;
    }

    private static StoredRollout read(Handle handle, ResultSet rs) throws SQLException {
        RolloutId id = new RolloutId(rs.getObject("id", UUID.class));
        List<Wave> waves = handle.createQuery("select * from rollout_wave where rollout = :id order by index")
                .bind("id", id.value())
                .map((row, context) -> wave(row))
                .list();
        RolloutHead head = new RolloutHead(
                id,
                rs.getString("name"),
                subject(rs),
                rs.getString("selector"),
                rs.getInt("max_failure_percent"),
                Duration.ofSeconds(rs.getLong("deadline_seconds")),
                new Pacing(
                        Optional.ofNullable(rs.getObject("per_minute", Integer.class)),
                        Duration.ofSeconds(rs.getLong("jitter_seconds"))),
                new Installing(InstallRule.Mode.parse(rs.getString("install_mode")), LeaseStore.when(rs)),
                rs.getBoolean("newcomers"),
                new RolloutHead.FreezeOverride(
                        text(rs, "override_asked_by"), rs.getString("override_reason"), text(rs, "override_by")),
                rs.getLong("start_no"),
                rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                rs.getString("created_by"),
                rs.getString("created_by_name"));
        return new StoredRollout(head, new Rollout(state(rs), waves, head.maxFailurePercent()));
    }

    private static RolloutSubject subject(ResultSet rs) throws SQLException {
        return switch (RolloutKind.parse(rs.getString("kind"))) {
            case RELEASE -> new RolloutSubject.OfRelease(rs.getObject("release", UUID.class));
            case POLICY -> new RolloutSubject.OfPolicy(rs.getLong("policy_version"));
            case SETTINGS -> new RolloutSubject.OfSettings(rs.getLong("settings_version"));
        };
    }

    private static RolloutState state(ResultSet rs) throws SQLException {
        return switch (RolloutState.Kind.parse(rs.getString("state"))) {
            case READY -> new RolloutState.Ready();
            case RUNNING -> new RolloutState.Running();
            case PAUSED -> new RolloutState.Paused(rs.getString("reason"), rs.getBoolean("gate"));
            case COMPLETED -> new RolloutState.Completed();
            case ABORTED -> new RolloutState.Aborted();
            case SUPERSEDED -> new RolloutState.Superseded(new RolloutId(rs.getObject("superseded_by", UUID.class)));
        };
    }

    private static Wave wave(ResultSet rs) throws SQLException {
        Tally tally = new Tally(
                rs.getInt("waiting"),
                rs.getInt("started"),
                rs.getInt("accepted"),
                rs.getInt("succeeded"),
                rs.getInt("failed"),
                rs.getInt("unreached"),
                rs.getInt("superseded"),
                rs.getInt("cancelled"),
                rs.getInt("blocked"));
        return new Wave(
                rs.getInt("index"),
                rs.getString("name"),
                rs.getInt("size"),
                new Wave.Gates(
                        rs.getInt("success_percent"),
                        rs.getInt("min_reached"),
                        Duration.ofSeconds(rs.getLong("soak_seconds")),
                        rs.getBoolean("approval"),
                        Optional.of(rs.getString("metric"))
                                .filter(text -> !text.isEmpty())
                                .map(MetricGate::parse)),
                Wave.State.parse(rs.getString("state")),
                tally,
                rs.getInt("tolerated"),
                Optional.ofNullable(rs.getObject("held_since", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant),
                rs.getString("approved_by") != null,
                Optional.of(new MetricGate.Reading(rs.getDouble("metric_value"), rs.getInt("metric_devices")))
                        .filter(reading -> reading.devices() > 0));
    }

    private static String text(ResultSet rs, String column) throws SQLException {
        String text = rs.getString(column);
        return text == null ? "" : text;
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
