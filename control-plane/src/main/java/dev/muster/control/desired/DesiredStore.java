package dev.muster.control.desired;

import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code desired_target}. */
@Singleton
final class DesiredStore {
    /** Locks the device's row, which orders changes and signatures of one device; empty for an unknown device. */
    Optional<Long> lock(Handle handle, DeviceId device) {
        return handle.createQuery("select generation from device where id = :device for no key update")
                .bind("device", device)
                .mapTo(Long.class)
                .findOne();
    }

    Optional<DesiredState> read(Handle handle, DeviceId device) {
        return handle.createQuery("select generation, hardware from device where id = :device")
                .bind("device", device)
                .map((rs, context) ->
                        new DesiredState(rs.getLong("generation"), rs.getString("hardware"), targets(handle, device)))
                .findOne();
    }

    private static List<DesiredTarget> targets(Handle handle, DeviceId device) {
        return handle.createQuery("select * from desired_target where device = :device order by name")
                .bind("device", device)
                .map((rs, context) -> read(rs))
                .list();
    }

    /** Writes the row unless it says the same already; true if it changed. The source alone is no change. */
    boolean put(Handle handle, DeviceId device, DesiredTarget target, Instant now) {
        Optional<DesiredContent.Present> present =
                target.content() instanceof DesiredContent.Present p ? Optional.of(p) : Optional.empty();
        boolean changed = handle.createUpdate("""
                        insert into desired_target (device, name, state, sha256, path, length, version, hardware,
                                                    release_counter, lease_seconds, on_expiry, install_mode,
                                                    install_window, source, changed_at)
                        values (:device, :name, :state, :sha256, :path, :length, :version, :hardware,
                                :counter, :lease, :onExpiry, :mode, :window, :source, :now)
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
                               excluded.install_mode, excluded.install_window)""")
                        .bind("device", device)
                        .bind("name", target.name().text())
                        .bind("state", present.isPresent() ? "present" : "absent")
                        .bind(
                                "sha256",
                                present.map(DesiredContent.Present::sha256).orElse(""))
                        .bind("path", present.map(DesiredContent.Present::path).orElse(""))
                        .bind(
                                "length",
                                present.map(DesiredContent.Present::length).orElse(0L))
                        .bind(
                                "version",
                                present.map(DesiredContent.Present::version).orElse(""))
                        .bind(
                                "hardware",
                                present.map(DesiredContent.Present::hardware).orElse(""))
                        .bind(
                                "counter",
                                present.map(DesiredContent.Present::releaseCounter)
                                        .orElse(0L))
                        .bind(
                                "lease",
                                present.flatMap(DesiredContent.Present::lease).map(Duration::toSeconds))
                        .bind("onExpiry", present.flatMap(DesiredContent.Present::onExpiry))
                        .bind("mode", target.install().mode().text())
                        .bind("window", target.install().window())
                        .bind("source", target.source())
                        .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                        .execute()
                == 1;
        if (!changed) {
            handle.createUpdate("update desired_target set source = :source where device = :device and name = :name")
                    .bind("device", device)
                    .bind("name", target.name().text())
                    .bind("source", target.source())
                    .execute();
        }
        return changed;
    }

    /** Whether the device's desired state names these bytes. */
    boolean names(Handle handle, DeviceId device, String sha256) {
        return handle.createQuery(
                        "select exists (select 1 from desired_target where device = :device and sha256 = :sha256)")
                .bind("device", device)
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
