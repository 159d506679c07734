package dev.muster.control.devices;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.access.SqlFragment;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Which devices a change of many is about. */
@Singleton
final class BulkStore {
    /** How many there are, by status. */
    Map<String, Long> counts(Handle handle, Scope scope, Selector query) {
        SqlFragment allowed = scope.where("d");
        SqlFragment asked = query.where("d", "q_");
        Map<String, Long> counts = new TreeMap<>();
        handle.createQuery("select d.status, count(*) as n from device d where " + allowed.sql() + " and " + asked.sql()
                        + " group by d.status")
                .bindMap(allowed.binds())
                .bindMap(asked.binds())
                .map((rs, context) -> Map.entry(rs.getString("status"), rs.getLong("n")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    /** The first {@code limit} that stand so, by id. */
    List<DeviceId> select(Handle handle, Scope scope, Selector query, List<String> statuses, int limit) {
        SqlFragment allowed = scope.where("d");
        SqlFragment asked = query.where("d", "q_");
        return handle.createQuery("select d.id from device d where d.status = any(:statuses) and " + allowed.sql()
                        + " and " + asked.sql() + " order by d.id limit :limit")
                .bind("statuses", statuses.toArray(String[]::new))
                .bind("limit", limit)
                .bindMap(allowed.binds())
                .bindMap(asked.binds())
                .map((rs, context) -> new DeviceId(rs.getString("id")))
                .list();
    }
}
