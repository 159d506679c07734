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
    /**
     * A target that needs a window.
     *
     * @param window of the rollout that asked for it, or of the device's site; empty where that has none
     */
    record Waiting(String target, Optional<MaintenanceWindow> window, ZoneId zone) {}

    List<Waiting> waiting(Handle handle, DeviceId device) {
        return handle.createQuery("""
                        select t.name, coalesce(site_time_zone(d.site), 'UTC') as zone,
                               case when r.window_site then w.days else r.window_days end as window_days,
                               case when r.window_site then w.opens else r.window_from end as window_from,
                               case when r.window_site then w.closes else r.window_to end as window_to
                          from desired_target t
                          join device d on d.tenant = t.tenant and d.id = t.device
                          join rollout r on r.tenant = t.tenant and t.source = 'rollout/' || r.id
                          left join lateral site_window(d.site) w on true
                         where t.device = :device and t.install_window""")
                .bind("device", device)
                .map((rs, context) -> new Waiting(rs.getString("name"), window(rs), ZoneId.of(rs.getString("zone"))))
                .list();
    }

    /** When devices may switch, by the columns of a rollout. */
    static Installing.When when(ResultSet rs) throws SQLException {
        if (rs.getBoolean("window_site")) {
            return new Installing.When.SiteWindow();
        }
        return window(rs).<Installing.When>map(Installing.When.In::new).orElseGet(Installing.When.AnyTime::new);
    }

    private static Optional<MaintenanceWindow> window(ResultSet rs) throws SQLException {
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
