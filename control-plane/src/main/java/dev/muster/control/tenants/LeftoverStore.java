package dev.muster.control.tenants;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * All rows of the transaction's tenant, whatever the table: found in the catalog, so that a table of tomorrow is emptied too.
 * Row-level security sees to it that they are that tenant's.
 */
@Singleton
final class LeftoverStore {
    /**
     * What goes in another way: by the owner of the trail, by the relay, by who takes bytes away. And what only tenant {@code default} has,
     * which is never deleted.
     */
    private static final Set<String> OTHERWISE = Set.of(
            "tenant", "audit", "audit_seal", "audit_unsealed", "outbox", "artifact", "artifact_claim", "break_glass");

    /** The order in which tables are emptied. */
    List<String> tables(Handle handle) {
        List<String> tables =
                new ArrayList<>(handle.createQuery("""
                        select quote_ident(c.relname) from pg_class c
                        where c.relnamespace = 'muster'::regnamespace and c.relkind in ('r', 'p')
                          and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant')""").mapTo(String.class).list());
        List<DeletionOrder.Reference> references = handle.createQuery("""
                        select quote_ident(f.relname) as child, quote_ident(t.relname) as parent from pg_constraint k
                          join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
                         where k.contype = 'f' and f.relnamespace = 'muster'::regnamespace""")
                .map((rs, context) -> new DeletionOrder.Reference(rs.getString("child"), rs.getString("parent")))
                .list();
        // Sites name their gateways and devices their sites; `unlink` has cut that.
        references.removeIf(reference -> reference.equals(new DeletionOrder.Reference("site", "device")));
        List<String> order = new ArrayList<>(DeletionOrder.of(tables, references));
        order.removeAll(OTHERWISE);
        return order;
    }

    /** Cuts what goes round in a circle. */
    void unlink(Handle handle) {
        handle.createUpdate(
                        "update site set parent = null, gateway = null where parent is not null or gateway is not null")
                .execute();
    }

    /** Deletes at most {@code most} rows of a table of {@link #tables}; how many there were. */
    int delete(Handle handle, String table, int most) {
        return handle.createUpdate("delete from " + table + " where ctid = any(array(select ctid from " + table
                        + " where tenant = current_tenant() limit :most)) and tenant = current_tenant()")
                .bind("most", most)
                .execute();
    }

    /** Deletes at most so many rows of each table of telemetry; how many there were. */
    long deleteTelemetry(Handle handle, int most) {
        boolean there = handle.createQuery("select to_regprocedure('telemetry.forget_tenant(integer)') is not null")
                .mapTo(Boolean.class)
                .one();
        if (!there) {
            return 0;
        }
        return handle.createQuery("select telemetry.forget_tenant(:most)")
                .bind("most", most)
                .mapTo(Long.class)
                .one();
    }
}
