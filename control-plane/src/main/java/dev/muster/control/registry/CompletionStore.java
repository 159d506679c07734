package dev.muster.control.registry;

import dev.muster.control.access.Scope;
import dev.muster.control.access.SqlFragment;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Values that are in use, for who types a query: at most a handful, and of devices in scope only. */
@Singleton
final class CompletionStore {
    private static final int LIMIT = 20;
    private static final int LOOKED_AT = 500;

    /** A column with an index that begins with it, apart from tenant and {@code fixed}. */
    enum Indexed {
        TAG("device_tag", "tag", "device"),
        FACT_KEY("device_fact", "key", "device"),
        FACT_TEXT("device_fact", "text", "device"),
        META_KEY("device_metadata", "key", "device"),
        META_TEXT("device_metadata", "text", "device"),
        ID("device", "id", "id"),
        SERIAL("device", "serial", "id"),
        TYPE("device", "type", "id");

        private final String table;
        private final String column;
        private final String device;

        Indexed(String table, String column, String device) {
            this.table = table;
            this.column = column;
            this.device = device;
        }
    }

    /**
     * Values that begin with {@code typed}, in order. Hops from one distinct value to the next by index, so that a hundred
     * thousand devices with the same value cost one step.
     *
     * @param key of a fact or of metadata; empty for the other columns
     */
    List<String> indexed(Handle handle, Scope scope, Indexed column, String key, String typed) {
        SqlFragment allowed = scope.where("d");
        String fixed = key.isEmpty() ? "" : " and t.key = :key";
        String value = "t." + column.column;
        String next = "select " + value + " from " + column.table + " t where t.tenant = current_tenant()" + fixed
                + " and starts_with(" + value + ", :typed)";
        String sql = "with recursive v(value, n) as ("
                + "select (" + next + " order by 1 limit 1), 1"
                + " union all select (" + next + " and " + value + " > v.value order by 1 limit 1), n + 1"
                + " from v where v.value is not null and n < " + LOOKED_AT + ")"
                + " select v.value from v where v.value is not null and exists (select 1 from " + column.table
                + " t join device d on d.tenant = t.tenant and d.id = t." + column.device + " where "
                + value + " = v.value" + fixed + " and " + allowed.sql() + ") limit " + LIMIT;
        var query = handle.createQuery(sql).bind("typed", typed).bindMap(allowed.binds());
        if (!key.isEmpty()) {
            query.bind("key", key);
        }
        return query.mapTo(String.class).list();
    }

    /** A column without such an index: seen among the first devices in scope only. */
    enum Sampled {
        NAME("d.name"),
        HARDWARE("d.hardware"),
        UDID("d.udid"),
        IMAGE("(select s.image_version from device_summary s where s.tenant = d.tenant and s.device = d.id)"),
        POLICY("(select s.policy_version from device_summary s where s.tenant = d.tenant and s.device = d.id)");

        private final String sql;

        Sampled(String sql) {
            this.sql = sql;
        }
    }

    List<String> sampled(Handle handle, Scope scope, Sampled column, String typed) {
        SqlFragment allowed = scope.where("d");
        return handle.createQuery("select distinct value from (select " + column.sql + " as value from device d where "
                        + allowed.sql() + " limit 2000) seen where starts_with(value, :typed) order by value limit "
                        + LIMIT)
                .bind("typed", typed)
                .bindMap(allowed.binds())
                .mapTo(String.class)
                .list();
    }

    List<String> sites(Handle handle, String typed) {
        return names(handle, "site", typed);
    }

    List<String> groups(Handle handle, String typed) {
        return names(handle, "device_group", typed);
    }

    private static List<String> names(Handle handle, String table, String typed) {
        return handle.createQuery(
                        "select name from " + table + " where starts_with(name, :typed) order by name limit " + LIMIT)
                .bind("typed", typed)
                .mapTo(String.class)
                .list();
    }
}
