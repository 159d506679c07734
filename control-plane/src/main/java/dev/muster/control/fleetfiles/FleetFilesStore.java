package dev.muster.control.fleetfiles;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of {@code managed_object}: which label the things of a fleet were applied under. */
@Singleton
final class FleetFilesStore {
    /** One thing under a label; also its form on the wire. */
    public record Managed(String kind, String name, String label) {}

    /** Of one label, or all; by kind and name. */
    List<Managed> list(Handle handle, Optional<String> label) {
        return handle.createQuery("select kind, name, label from managed_object where cast(:label as text) is null"
                        + " or label = :label order by kind, name")
                .bind("label", label.orElse(null))
                .map((rs, context) -> new Managed(rs.getString("kind"), rs.getString("name"), rs.getString("label")))
                .list();
    }

    /** Nobody else applies files for this tenant until the transaction ends. */
    void lock(Handle handle) {
        handle.createQuery("select 1 from (select pg_advisory_xact_lock(hashtext('fleet-files'),"
                        + " hashtext(current_tenant()))) locked")
                .mapTo(Integer.class)
                .one();
    }

    void put(Handle handle, Managed managed) {
        handle.createUpdate("""
                        insert into managed_object (kind, name, label) values (:kind, :name, :label)
                        on conflict (tenant, kind, name) do update set label = excluded.label""")
                .bind("kind", managed.kind())
                .bind("name", managed.name())
                .bind("label", managed.label())
                .execute();
    }

    void delete(Handle handle, String kind, String name) {
        handle.createUpdate("delete from managed_object where kind = :kind and name = :name")
                .bind("kind", kind)
                .bind("name", name)
                .execute();
    }
}
