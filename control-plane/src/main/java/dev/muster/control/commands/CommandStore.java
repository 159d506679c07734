package dev.muster.control.commands;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Rows of {@code command}, with the counters. */
@Singleton
final class CommandStore {
    private static final String SELECT =
            "select c.*, name_of_actor(c.created_by, c.created_at) as created_by_name from command c";

    void insert(Handle handle, UUID id, NewCommand asked, Instant deadline, int size, Instant now, String actor) {
        handle.createUpdate("""
                        insert into command (id, kind, arguments, selector, per_minute, credit_at, deadline, state,
                                             size, waiting, created_at, created_by)
                        values (:id, :kind, cast(:arguments as jsonb), :selector, :perMinute, :now, :deadline, 'running',
                                :size, :size, :now, :by)""")
                .bind("id", id)
                .bind("kind", asked.kind().verb())
                .bind("arguments", new String(JsonObject.write(asked.kind().arguments()), StandardCharsets.UTF_8))
                .bind("selector", asked.selector().text())
                .bind(
                        "perMinute",
                        asked.perMinute().isPresent() ? asked.perMinute().getAsInt() : null)
                .bind("deadline", utc(deadline))
                .bind("size", size)
                .bind("now", utc(now))
                .bind("by", actor)
                .execute();
    }

    /** Removes what ended before then; the rows of the devices must be gone. */
    void forget(Handle handle, Instant before) {
        handle.createUpdate("delete from command where state = 'completed' and ended_at < :before")
                .bind("before", utc(before))
                .execute();
    }

    /** Locks the row; whoever moves many of its devices holds this. */
    Optional<StoredCommand> lock(Handle handle, UUID id) {
        return handle.createQuery(SELECT + " where c.id = :id for no key update of c")
                .bind("id", id)
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** The command, if a device of it is in scope. */
    Optional<StoredCommand> find(Handle handle, Scope scope, UUID id) {
        SqlFragment visible = visible(scope);
        return handle.createQuery(SELECT + " where c.id = :id and " + visible.sql())
                .bind("id", id)
                .bindMap(visible.binds())
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** Those with a device in scope, newest first, from the place {@code skip} on. */
    List<StoredCommand> list(Handle handle, Scope scope, long skip, int limit) {
        SqlFragment visible = visible(scope);
        return handle.createQuery(SELECT + " where " + visible.sql()
                        + " order by c.created_at desc, c.id limit :limit offset :skip")
                .bindMap(visible.binds())
                .bind("limit", limit)
                .bind("skip", skip)
                .map((rs, context) -> read(rs))
                .list();
    }

    private static SqlFragment visible(Scope scope) {
        if (scope.fleetWide()) {
            return SqlFragment.TRUE;
        }
        SqlFragment allowed = scope.where("d");
        return new SqlFragment(
                "exists (select 1 from command_device cd join device d on d.id = cd.device where cd.command = c.id and "
                        + allowed.sql() + ")",
                allowed.binds());
    }

    /** Whether a device of the command lies outside the scope. */
    boolean reachesBeyond(Handle handle, Scope scope, UUID id) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select exists (select 1 from command_device cd join device d on d.id = cd.device "
                        + "where cd.command = :id and not " + allowed.sql() + ")")
                .bind("id", id)
                .bindMap(allowed.binds())
                .mapTo(Boolean.class)
                .one();
    }

    /** Commands that are not over. */
    List<UUID> open(Handle handle) {
        return handle.createQuery("select id from command where state <> 'completed' order by created_at, id")
                .mapTo(UUID.class)
                .list();
    }

    /** Those among the devices that are active, in order of id. */
    List<DeviceId> active(Handle handle, Collection<DeviceId> devices) {
        return handle.createQuery("select id from device where id = any(:ids) and status = 'active'"
                        + " and kind = 'managed' order by id")
                .bind("ids", devices.stream().map(DeviceId::value).toArray(String[]::new))
                .map((rs, context) -> new DeviceId(rs.getString("id")))
                .list();
    }

    /** Moves {@code count} from one counter to another. */
    void move(Handle handle, UUID id, CommandState from, CommandState to, int count) {
        if (count == 0) {
            return;
        }
        // Names of columns, from a closed set.
        handle.createUpdate("update command set " + from.text() + " = " + from.text() + " - :count, " + to.text()
                        + " = " + to.text() + " + :count where id = :id")
                .bind("id", id)
                .bind("count", count)
                .execute();
    }

    void credit(Handle handle, UUID id, double credit, Instant at) {
        handle.createUpdate("update command set credit = :credit, credit_at = :at where id = :id")
                .bind("id", id)
                .bind("credit", credit)
                .bind("at", utc(at))
                .execute();
    }

    void state(Handle handle, UUID id, String state, Instant now) {
        handle.createUpdate("update command set state = :state, "
                        + "ended_at = case when :state = 'completed' then cast(:now as timestamptz) else ended_at end "
                        + "where id = :id")
                .bind("id", id)
                .bind("state", state)
                .bind("now", utc(now))
                .execute();
    }

    /** Whether the device may still upload for the command: it has it, was asked for an upload, and is in time. */
    boolean asksUpload(Handle handle, UUID id, DeviceId device, Instant now) {
        return handle.createQuery("""
                        select exists (select 1 from command c join command_device cd on cd.command = c.id
                         where c.id = :id and cd.device = :device and c.kind = 'collect-logs'
                           and cd.state in ('sent', 'accepted') and c.deadline > :now)""")
                .bind("id", id)
                .bind("device", device)
                .bind("now", utc(now))
                .mapTo(Boolean.class)
                .one();
    }

    private static StoredCommand read(ResultSet rs) throws SQLException {
        Map<CommandState, Integer> counters = new EnumMap<>(CommandState.class);
        for (CommandState state : CommandState.values()) {
            counters.put(state, rs.getInt(state.text()));
        }
        int perMinute = rs.getInt("per_minute");
        return new StoredCommand(
                rs.getObject("id", UUID.class),
                rs.getString("kind"),
                texts(rs.getString("arguments")),
                rs.getString("selector"),
                perMinute == 0 ? OptionalInt.empty() : OptionalInt.of(perMinute),
                rs.getDouble("credit"),
                instant(rs, "credit_at"),
                instant(rs, "deadline"),
                rs.getString("state"),
                rs.getInt("size"),
                counters,
                instant(rs, "created_at"),
                rs.getString("created_by"),
                rs.getString("created_by_name"));
    }

    static Map<String, String> texts(String json) {
        return JsonObject.parse(("{\"texts\":" + json + "}").getBytes(StandardCharsets.UTF_8))
                .stringMap("texts");
    }

    static Instant instant(ResultSet rs, String column) throws SQLException {
        return rs.getObject(column, OffsetDateTime.class).toInstant();
    }

    static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
