package dev.muster.control.rollouts;

import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads the windows that targets of a device wait for. */
@Singleton
final class LeaseStore {
    /** A target that needs a window, with that of the rollout that asked for it. */
    record Waiting(String target, MaintenanceWindow window, ZoneId zone) {}

    List<Waiting> waiting(Handle handle, DeviceId device) {
        return handle.createQuery("""
                        select t.name, r.window_days, r.window_from, r.window_to,
                               coalesce(site_time_zone(d.site), 'UTC') as zone
                          from desired_target t
                          join device d on d.tenant = t.tenant and d.id = t.device
                          join rollout r on r.tenant = t.tenant and t.source = 'rollout/' || r.id
                         where t.device = :device and t.install_window and r.window_from is not null""")
                .bind("device", device)
                .map((rs, context) ->
                        new Waiting(rs.getString("name"), window(rs).orElseThrow(), ZoneId.of(rs.getString("zone"))))
                .list();
    }

    /** The window in the columns of a rollout; empty where it has none. */
    static Optional<MaintenanceWindow> window(ResultSet rs) throws SQLException {
        @Nullable LocalTime from = rs.getObject("window_from", LocalTime.class);
        if (from == null) {
            return Optional.empty();
        }
        return Optional.of(MaintenanceWindow.parse(
                Arrays.asList((String[]) rs.getArray("window_days").getArray()),
                from.toString(),
                rs.getObject("window_to", LocalTime.class).toString()));
    }
}
