package dev.muster.control.devices;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Counts over {@code device}. */
@Singleton
final class FleetStore {
    Map<String, Long> byStatus(Handle handle, Scope scope) {
        return counts(handle, scope, "d.status", "");
    }

    Map<String, Long> bySite(Handle handle, Scope scope) {
        return counts(handle, scope, "coalesce(d.site, '')", "and d.status <> 'retired'");
    }

    Map<String, Long> byImage(Handle handle, Scope scope) {
        return counts(
                handle,
                scope,
                "coalesce((select s.image_version from device_summary s "
                        + "where s.tenant = d.tenant and s.device = d.id), '')",
                "and d.status <> 'retired'");
    }

    long online(Handle handle, Scope scope) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select count(*) from device d join device_presence p "
                        + "on p.tenant = d.tenant and p.device = d.id and p.online where d.status <> 'retired' and "
                        + allowed.sql())
                .bindMap(allowed.binds())
                .mapTo(Long.class)
                .one();
    }

    private static Map<String, Long> counts(Handle handle, Scope scope, String by, String condition) {
        SqlFragment allowed = scope.where("d");
        Map<String, Long> counts = new TreeMap<>();
        handle.createQuery("select " + by + " as key, count(*) as n from device d where " + allowed.sql() + " "
                        + condition + " group by 1")
                .bindMap(allowed.binds())
                .map((rs, context) -> Map.entry(rs.getString("key"), rs.getLong("n")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }
}
