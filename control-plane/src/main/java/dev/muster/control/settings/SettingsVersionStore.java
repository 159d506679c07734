package dev.muster.control.settings;

import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code settings_version}, {@code device_settings} and {@code settings_due}. */
@Singleton
final class SettingsVersionStore {
    /** Keeps all documents as they are now; callers come one after the other by the tenant's row. */
    long insert(Handle handle, String comment, String selector, Instant now, String actor) {
        handle.createQuery("select 1 from tenant where tenant = current_tenant() for no key update")
                .mapTo(Integer.class)
                .one();
        long version = handle.createQuery("select coalesce(max(version), 0) + 1 from settings_version")
                .mapTo(Long.class)
                .one();
        handle.createUpdate("""
                        insert into settings_version (version, comment, selector, created_at, created_by)
                        values (:version, :comment, :selector, :now, :by)""")
                .bind("version", version)
                .bind("comment", comment)
                .bind("selector", selector)
                .bind("now", utc(now))
                .bind("by", actor)
                .execute();
        handle.createUpdate("""
                        insert into settings_version_document
                            (version, level, name, document, revision, updated_at, updated_by)
                        select :version, level, name, document, revision, updated_at, updated_by from setting""").bind("version", version).execute();
        return version;
    }

    void setRollout(Handle handle, long version, UUID rollout) {
        handle.createUpdate("update settings_version set rollout = :rollout where version = :version")
                .bind("version", version)
                .bind("rollout", rollout)
                .execute();
    }

    /** All documents of a version. */
    List<SettingsDocument> all(Handle handle, long version) {
        return handle.createQuery("select " + SettingsStore.COLUMNS
                        + " from settings_version_document where version = :version order by level, name")
                .bind("version", version)
                .map((rs, context) -> SettingsStore.read(rs))
                .list();
    }

    /** Those of a version that can matter to one device. */
    List<SettingsDocument> relevant(
            Handle handle, long version, DeviceId device, Collection<String> sites, Collection<String> groups) {
        return handle.createQuery("select " + SettingsStore.COLUMNS + " from settings_version_document "
                        + "where version = :version and (level = 'tenant' or (level = 'site' and name = any(:sites)) "
                        + "or (level = 'group' and name = any(:groups)) or (level = 'device' and name = :device))")
                .bind("version", version)
                .bind("device", device)
                .bind("sites", sites.toArray(String[]::new))
                .bind("groups", groups.toArray(String[]::new))
                .map((rs, context) -> SettingsStore.read(rs))
                .list();
    }

    /** Documents of the draft that say something else than the newest version: {@code level/name}. */
    List<String> differing(Handle handle) {
        return handle.createQuery("""
                        with newest as (
                            select level, name, document from settings_version_document
                             where version = (select max(version) from settings_version) and document <> '{}'::jsonb),
                        draft as (select level, name, document from setting where document <> '{}'::jsonb)
                        select coalesce(d.level, n.level) || '/' || coalesce(d.name, n.name) as which
                          from newest n full join draft d on d.level = n.level and d.name = n.name
                         where n.document is distinct from d.document order by 1""").mapTo(String.class).list();
    }

    /** A version that a rollout brought to its end. */
    record Completed(long version, String selector) {}

    /** The newest of them. */
    Optional<Completed> completed(Handle handle) {
        return handle.createQuery("""
                        select v.version, v.selector from settings_version v join rollout r on r.id = v.rollout
                         where r.state = 'completed' order by v.version desc limit 1""")
                .map((rs, context) -> new Completed(rs.getLong("version"), rs.getString("selector")))
                .findOne();
    }

    /** Whether a settings rollout is on its way. */
    boolean inFlight(Handle handle) {
        return handle.createQuery("select exists (select 1 from rollout where kind = 'settings' "
                        + "and state in ('ready', 'running', 'paused'))")
                .mapTo(Boolean.class)
                .one();
    }

    /** Notes what the device is to hold. */
    void hold(Handle handle, DeviceId device, long version) {
        handle.createUpdate("""
                        insert into device_settings (device, version) values (:device, :version)
                        on conflict (tenant, device) do update set version = excluded.version""").bind("device", device).bind("version", version).execute();
    }

    /**
     * What is known of a device's settings.
     *
     * @param drifts how often somebody changed them
     */
    record Held(
            long version,
            List<String> notHere,
            String driftWhat,
            @Nullable Instant driftAt,
            long drifts) {}

    Optional<Held> held(Handle handle, DeviceId device) {
        return handle.createQuery("select * from device_settings where device = :device")
                .bind("device", device)
                .map((rs, context) -> held(rs))
                .findOne();
    }

    private static Held held(ResultSet rs) throws SQLException {
        OffsetDateTime at = rs.getObject("drift_at", OffsetDateTime.class);
        return new Held(
                rs.getLong("version"),
                List.of((String[]) rs.getArray("not_here").getArray()),
                rs.getString("drift_what"),
                at == null ? null : at.toInstant(),
                rs.getLong("drifts"));
    }

    void drifted(Handle handle, DeviceId device, String what, Instant at) {
        handle.createUpdate("update device_settings set drift_what = :what, drift_at = :at, drifts = drifts + 1 "
                        + "where device = :device")
                .bind("device", device)
                .bind("what", what)
                .bind("at", utc(at))
                .execute();
    }

    void applied(Handle handle, DeviceId device, List<String> notHere) {
        handle.createUpdate("update device_settings set not_here = :notHere where device = :device")
                .bind("device", device)
                .bind("notHere", notHere.toArray(String[]::new))
                .execute();
    }

    void due(Handle handle, DeviceId device, Instant since) {
        handle.createUpdate("insert into settings_due (device, since) select id, :since from device where id = :device "
                        + "on conflict (tenant, device) do update set since = excluded.since")
                .bind("device", device)
                .bind("since", utc(since))
                .execute();
    }

    void done(Handle handle, DeviceId device) {
        handle.createUpdate("delete from settings_due where device = :device")
                .bind("device", device)
                .execute();
    }

    List<DeviceId> due(Handle handle, Instant now, int limit) {
        return handle.createQuery("select device from settings_due where since <= :now order by device limit :limit")
                .bind("now", utc(now))
                .bind("limit", limit)
                .map((rs, context) -> new DeviceId(rs.getString("device")))
                .list();
    }

    private static OffsetDateTime utc(Instant at) {
        return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
    }
}
