package dev.muster.control.ddi;

import dev.muster.control.tenancy.Question;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code ddi_access} and {@code ddi_device}. */
@Singleton
final class ClientStore {
    // Literal predicates on purpose: with them the planner sees that the index of open actions fits.
    private static final String CLIENT = """
            select c.*, d.generation as desired,
                   case when t.state = 'active' then d.status else 'suspended' end as status,
                   a.id as action, a.generation as action_generation, a.source, a.mode, a.in_window, a.state, a.marker,
                   a.entries, a.ready, a.held, a.made_at, a.retrieved_at, a.ended_at
              from ddi_device c
              join device d on d.tenant = c.tenant and d.id = c.device
              join tenant t on t.tenant = c.tenant
              left join lateral (select * from ddi_action o
                                  where o.tenant = c.tenant and o.device = c.device and o.ended_at is null
                                  order by o.id limit 1) a on true
             where\s""";

    Optional<DdiAccess> access(Handle handle) {
        return handle.createQuery("select * from ddi_access")
                .map((rs, context) -> access(rs))
                .findOne();
    }

    private static DdiAccess access(ResultSet rs) throws SQLException {
        byte[] gateway = rs.getBytes("gateway_token");
        return new DdiAccess(
                rs.getBoolean("enabled"),
                gateway != null,
                rs.getBoolean("target_tokens"),
                strings(rs, "authorities"),
                DdiAccess.Unknown.valueOf(rs.getString("unknown").toUpperCase(Locale.ROOT)),
                rs.getString("hardware"),
                rs.getString("site"),
                strings(rs, "tags"),
                rs.getBoolean("confirmation"),
                Polling.parse(rs.getString("polling")),
                Optional.ofNullable(gateway).map(DdiAccess.Secret::new));
    }

    void put(Handle handle, DdiAccess access) {
        handle.createUpdate("""
                        insert into ddi_access (enabled, target_tokens, authorities, unknown, hardware, site, tags,
                                                confirmation, polling)
                        values (:enabled, :targetTokens, :authorities, :unknown, :hardware, :site, :tags, :confirmation,
                                :polling)
                        on conflict (tenant) do update set
                            enabled = excluded.enabled, target_tokens = excluded.target_tokens,
                            authorities = excluded.authorities, unknown = excluded.unknown,
                            hardware = excluded.hardware, site = excluded.site, tags = excluded.tags,
                            confirmation = excluded.confirmation, polling = excluded.polling""")
                .bind("enabled", access.enabled())
                .bind("targetTokens", access.targetTokens())
                .bind("authorities", access.authorities().toArray(String[]::new))
                .bind("unknown", access.unknown().name().toLowerCase(Locale.ROOT))
                .bind("hardware", access.hardware())
                .bind("site", access.site())
                .bind("tags", access.tags().toArray(String[]::new))
                .bind("confirmation", access.confirmation())
                .bind("polling", access.polling().text())
                .execute();
    }

    void gatewayToken(Handle handle, DdiAccess.@Nullable Secret secret) {
        handle.createUpdate("insert into ddi_access (gateway_token) values (:token)"
                        + " on conflict (tenant) do update set gateway_token = excluded.gateway_token")
                .bind("token", secret == null ? null : secret.bytes())
                .execute();
    }

    /** The client of this name, with its oldest open action. */
    Question<Client> client(String controller) {
        return new Question<>(CLIENT + "c.controller = ?", List.of(controller), ClientStore::read);
    }

    Question<Client> of(DeviceId device) {
        return new Question<>(CLIENT + "c.device = ?", List.of(device.value()), ClientStore::read);
    }

    /** False if the name or the device is taken. */
    boolean insert(Handle handle, String controller, DeviceId device) {
        return handle.createUpdate("insert into ddi_device (controller, device) values (:controller, :device)"
                                + " on conflict do nothing")
                        .bind("controller", controller)
                        .bind("device", device)
                        .execute()
                == 1;
    }

    void targetToken(Handle handle, DeviceId device, DdiAccess.@Nullable Secret secret) {
        handle.createUpdate("update ddi_device set target_token = :token where device = :device")
                .bind("token", secret == null ? null : secret.bytes())
                .bind("device", device)
                .execute();
    }

    void seen(Handle handle, DeviceId device, long generation) {
        handle.createUpdate("update ddi_device set generation = :generation where device = :device")
                .bind("generation", generation)
                .bind("device", device)
                .execute();
    }

    void wantAttributes(Handle handle, DeviceId device, boolean wanted) {
        handle.createUpdate("update ddi_device set attributes_wanted = :wanted where device = :device")
                .bind("wanted", wanted)
                .bind("device", device)
                .execute();
    }

    void installed(Handle handle, DeviceId device, int action) {
        handle.createUpdate("update ddi_device set installed = :action where device = :device")
                .bind("action", action)
                .bind("device", device)
                .execute();
    }

    void agent(Handle handle, DeviceId device, String agent, String address) {
        handle.createUpdate("update ddi_device set agent = :agent, address = :address where device = :device")
                .bind("agent", agent)
                .bind("address", address)
                .bind("device", device)
                .execute();
    }

    void autoConfirm(Handle handle, DeviceId device, Client.AutoConfirm confirm) {
        handle.createUpdate("""
                        update ddi_device set auto_confirm = :active, auto_confirm_by = :by, auto_confirm_remark = :remark,
                               auto_confirm_at = :at where device = :device""")
                .bind("active", confirm.active())
                .bind("by", confirm.initiator())
                .bind("remark", confirm.remark())
                .bind("at", confirm.at() == null ? null : confirm.at().atOffset(ZoneOffset.UTC))
                .bind("device", device)
                .execute();
    }

    /** Notes when clients asked last: of the row, and as a sign of life of the device. */
    void polled(Handle handle, Map<String, Instant> polls) {
        List<Map.Entry<String, Instant>> all = List.copyOf(polls.entrySet());
        handle.createUpdate("""
                        with polled as (
                            select c.tenant, c.controller, c.device, p.at
                              from unnest(:controllers, cast(:times as timestamptz[])) as p (controller, at)
                              join ddi_device c on c.controller = p.controller
                             order by c.controller for no key update of c),
                        noted as (
                            update ddi_device c set last_poll = p.at from polled p
                             where c.tenant = p.tenant and c.controller = p.controller returning c.device)
                        insert into device_presence as s (device, online, epoch, last_seen, gateway, reason)
                        select p.device, false, 0, p.at, 'ddi', 'polled' from polled p order by p.device
                        on conflict (tenant, device) do update
                           set last_seen = greatest(s.last_seen, excluded.last_seen)""")
                .bind("controllers", all.stream().map(Map.Entry::getKey).toArray(String[]::new))
                .bind(
                        "times",
                        all.stream().map(poll -> poll.getValue().toString()).toArray(String[]::new))
                .execute();
    }

    /** What the device last said of itself. */
    Map<String, String> facts(Handle handle, DeviceId device) {
        Map<String, String> facts = new HashMap<>();
        handle.createQuery("select key, text from device_fact where device = :device")
                .bind("device", device)
                .map((rs, context) -> Map.entry(rs.getString("key"), rs.getString("text")))
                .forEach(fact -> facts.put(fact.getKey(), fact.getValue()));
        return facts;
    }

    private static Client read(ResultSet rs) throws SQLException {
        DeviceId device = new DeviceId(rs.getString("device"));
        int action = rs.getInt("action");
        Optional<DdiAction> open = rs.wasNull()
                ? Optional.empty()
                : Optional.of(new DdiAction(
                        action,
                        device,
                        rs.getLong("action_generation"),
                        rs.getString("source"),
                        InstallRule.Mode.parse(rs.getString("mode")),
                        rs.getBoolean("in_window"),
                        ActionState.parse(rs.getString("state")),
                        rs.getInt("marker"),
                        rs.getInt("entries"),
                        rs.getBoolean("ready"),
                        rs.getBoolean("held"),
                        rs.getObject("made_at", OffsetDateTime.class).toInstant(),
                        instant(rs, "retrieved_at"),
                        instant(rs, "ended_at"),
                        List.of()));
        int installed = rs.getInt("installed");
        Optional<Integer> runs = rs.wasNull() ? Optional.empty() : Optional.of(installed);
        return new Client(
                rs.getString("controller"),
                device,
                rs.getString("status"),
                rs.getLong("desired"),
                rs.getLong("generation"),
                rs.getBoolean("attributes_wanted"),
                new Client.AutoConfirm(
                        rs.getBoolean("auto_confirm"),
                        rs.getString("auto_confirm_by"),
                        rs.getString("auto_confirm_remark"),
                        instant(rs, "auto_confirm_at")),
                Optional.ofNullable(rs.getBytes("target_token")).map(DdiAccess.Secret::new),
                runs,
                rs.getString("agent"),
                rs.getString("address"),
                instant(rs, "last_poll"),
                open);
    }

    private static List<String> strings(ResultSet rs, String column) throws SQLException {
        return Arrays.asList((String[]) rs.getArray(column).getArray());
    }

    static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
        OffsetDateTime at = rs.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
