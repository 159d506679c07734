package dev.muster.control.commands;

import static dev.muster.control.commands.CommandStore.instant;
import static dev.muster.control.commands.CommandStore.utc;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code command_device}. Whoever moves one moves the counters of the command in the same transaction. */
@Singleton
final class CommandDeviceStore {
    // How many more than wanted are looked at in one go: those away are passed over without a look at the whole fleet.
    private static final int LOOK_AHEAD = 500;

    private static final String SHOWN = """
            select cd.*, c.kind, c.arguments, u.id as upload, u.length as upload_length, u.complete as upload_complete
              from command_device cd join command c on c.id = cd.command
              left join upload u on u.command = cd.command and u.device = cd.device
            """;

    /** Removes what belongs to commands that ended before then. */
    void forget(Handle handle, Instant before) {
        handle.createUpdate("delete from command_device cd using command c where c.id = cd.command "
                        + "and c.state = 'completed' and c.ended_at < :before")
                .bind("before", utc(before))
                .execute();
    }

    void insert(Handle handle, UUID command, Collection<DeviceId> devices, Instant now) {
        handle.createUpdate("insert into command_device (command, device, state, since) "
                        + "select :command, unnest(:devices), 'waiting', :now")
                .bind("command", command)
                .bind("devices", ids(devices))
                .bind("now", utc(now))
                .execute();
    }

    /** Those whose turn it is and that are connected and active; others are put to sleep until they connect. */
    List<DeviceId> toSend(Handle handle, UUID command, int limit) {
        handle.createUpdate("""
                        update command_device cd set asleep = true
                         where cd.command = :command and cd.device in (
                            select w.device from (
                                select device from command_device
                                 where command = :command and state = 'waiting' and not asleep
                                 order by device limit :look) w
                              left join device_presence p on p.device = w.device and p.online
                             where p.device is null)
                           and cd.state = 'waiting'""")
                .bind("command", command)
                .bind("look", limit + LOOK_AHEAD)
                .execute();
        return handle.createQuery("""
                        select cd.device from command_device cd join device d on d.id = cd.device and d.status = 'active'
                         where cd.command = :command and cd.state = 'waiting' and not cd.asleep
                         order by cd.device limit :limit""")
                .bind("command", command)
                .bind("limit", limit)
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .list();
    }

    /** Devices that connected: what waits for them wakes, and what may be lost with the session before goes out again. */
    void wake(Handle handle, Collection<DeviceId> devices) {
        handle.createUpdate("update command_device set asleep = false "
                        + "where device = any(:devices) and state = 'waiting' and asleep")
                .bind("devices", ids(devices))
                .execute();
        handle.createUpdate("update command_device set next_send = null "
                        + "where device = any(:devices) and state = 'sent' and next_send is not null")
                .bind("devices", ids(devices))
                .execute();
    }

    /** The same for all that are connected: what two transactions that did not see each other left asleep. */
    void wakeConnected(Handle handle) {
        handle.execute("update command_device cd set asleep = false from device_presence p "
                + "where p.device = cd.device and p.online and cd.state = 'waiting' and cd.asleep");
    }

    /** Sent ones that were not heard of and are due again, with their commands; of connected devices only. */
    List<Due> due(Handle handle, Instant now, int limit) {
        return handle.createQuery("""
                        select cd.command, cd.device from command_device cd
                          join device_presence p on p.device = cd.device and p.online
                          join command c on c.id = cd.command and c.state = 'running' and c.deadline > :now
                         where cd.state = 'sent' and (cd.next_send is null or cd.next_send <= :now)
                         order by cd.next_send nulls first limit :limit""")
                .bind("now", utc(now))
                .bind("limit", limit)
                .map((rs, context) ->
                        new Due(rs.getObject("command", UUID.class), new DeviceId(rs.getString("device"))))
                .list();
    }

    record Due(UUID command, DeviceId device) {}

    /** Notes that it is handed to the gateways; false if it is no longer in that state. */
    boolean sent(Handle handle, UUID command, DeviceId device, CommandState from, Instant now, Duration again) {
        return handle.createUpdate("""
                        update command_device set state = 'sent', sends = sends + 1, next_send = :next,
                               since = case when state = 'sent' then since else :now end
                         where command = :command and device = :device and state = :from""")
                        .bind("command", command)
                        .bind("device", device)
                        .bind("from", from.text())
                        .bind("now", utc(now))
                        .bind("next", utc(now.plus(again)))
                        .execute()
                == 1;
    }

    /** Locks the row and says its state; empty where the device was never meant. */
    Optional<CommandState> lock(Handle handle, UUID command, DeviceId device) {
        return handle.createQuery(
                        "select state from command_device where command = :command and device = :device for no key update")
                .bind("command", command)
                .bind("device", device)
                .map((rs, context) -> CommandState.parse(rs.getString("state")))
                .findOne();
    }

    /** Moves one row that is locked. */
    void set(Handle handle, UUID command, DeviceId device, CommandState to, String reason, String output, Instant now) {
        handle.createUpdate("""
                        update command_device set state = :to, reason = :reason, output = :output, since = :now,
                               next_send = null
                         where command = :command and device = :device""")
                .bind("command", command)
                .bind("device", device)
                .bind("to", to.text())
                .bind("reason", reason)
                .bind("output", output)
                .bind("now", utc(now))
                .execute();
    }

    /** Moves at most {@code limit} rows of a command from one state to another and says how many it were. */
    int moveAll(
            Handle handle, UUID command, CommandState from, CommandState to, String reason, Instant now, int limit) {
        return handle.createUpdate("""
                        update command_device set state = :to, reason = :reason, since = :now, next_send = null
                         where command = :command and state = :from and device in (
                            select device from command_device where command = :command and state = :from
                             order by device limit :limit for no key update)""")
                .bind("command", command)
                .bind("from", from.text())
                .bind("to", to.text())
                .bind("reason", reason)
                .bind("now", utc(now))
                .bind("limit", limit)
                .execute();
    }

    /** Devices of a command in scope, by id after {@code after}. */
    List<CommandOnDevice> list(
            Handle handle, Scope scope, UUID command, @Nullable CommandState state, String after, int limit) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery(SHOWN + " join device d on d.id = cd.device where cd.command = :command and "
                        + "cd.device > :after and (cast(:state as text) is null or cd.state = :state) and "
                        + allowed.sql() + " order by cd.device limit :limit")
                .bindMap(allowed.binds())
                .bind("command", command)
                .bind("state", state == null ? null : state.text())
                .bind("after", after)
                .bind("limit", limit)
                .map((rs, context) -> read(rs))
                .list();
    }

    /** What one device was asked, newest first; the caller saw to it that it is in scope. */
    List<CommandOnDevice> of(Handle handle, DeviceId device, long skip, int limit) {
        return handle.createQuery(SHOWN + " where cd.device = :device order by cd.since desc, cd.command "
                        + "limit :limit offset :skip")
                .bind("device", device)
                .bind("limit", limit)
                .bind("skip", skip)
                .map((rs, context) -> read(rs))
                .list();
    }

    /** Failures in scope by cause, the most frequent first, each with one device that shows it. */
    List<Cause> causes(Handle handle, Scope scope, UUID command) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("""
                        select cd.state, cd.reason, count(*) as devices, min(cd.device) as example,
                               (array_agg(cd.output order by cd.device))[1] as output
                          from command_device cd join device d on d.id = cd.device
                         where cd.command = :command and cd.state in ('failed', 'rejected', 'expired') and"""
                        + " " + allowed.sql()
                        + " group by cd.state, cd.reason order by devices desc, cd.reason limit 50")
                .bindMap(allowed.binds())
                .bind("command", command)
                .map((rs, context) -> new Cause(
                        rs.getString("state"),
                        rs.getString("reason"),
                        rs.getLong("devices"),
                        rs.getString("example"),
                        rs.getString("output")))
                .list();
    }

    /** Devices that failed for one reason. */
    public record Cause(String state, String reason, long devices, String example, String output) {}

    private static CommandOnDevice read(ResultSet rs) throws SQLException {
        UUID upload = rs.getObject("upload", UUID.class);
        return new CommandOnDevice(
                rs.getObject("command", UUID.class),
                rs.getString("kind"),
                CommandStore.texts(rs.getString("arguments")),
                rs.getString("device"),
                rs.getString("state"),
                rs.getBoolean("asleep") && rs.getString("state").equals("waiting") ? "offline" : rs.getString("reason"),
                rs.getString("output"),
                instant(rs, "since"),
                upload == null
                        ? null
                        : new CommandOnDevice.Upload(
                                upload, rs.getLong("upload_length"), rs.getBoolean("upload_complete")));
    }

    private static String[] ids(Collection<DeviceId> devices) {
        return devices.stream().map(DeviceId::value).toArray(String[]::new);
    }
}
