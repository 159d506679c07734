package dev.muster.control.tenants;

import dev.muster.control.access.Caller;
import dev.muster.control.tenancy.TenantState;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code tenant}. In a transaction of a tenant there is that one row; the role for jobs sees the names of all. */
@Singleton
final class TenantStore {
    private static final String ROW = "select tenant, display_name, state, revision, created_at, created_by, "
            + "created_by_name, reason, suspended_at, delete_at, deleted_at, trail_until, quotas::text as quotas from tenant ";

    /** The tenant of the transaction. */
    Optional<Tenant> find(Handle handle) {
        return handle.createQuery(ROW + "where tenant = current_tenant()")
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** The same, its row locked. */
    Optional<Tenant> lock(Handle handle) {
        return handle.createQuery(ROW + "where tenant = current_tenant() for no key update")
                .map((rs, context) -> read(rs))
                .findOne();
    }

    /** All there are and were; with the role for jobs. */
    List<Tenant> all(Handle jobs) {
        return jobs.createQuery(ROW + "order by tenant")
                .map((rs, context) -> read(rs))
                .list();
    }

    /** Those whose data is to go; with the role for jobs. */
    List<TenantId> toDelete(Handle jobs, Instant now, Instant suspendedBefore) {
        return jobs.createQuery("select tenant from tenant where state = 'deleting' and delete_at <= :now"
                        + " and suspended_at <= :before order by tenant")
                .bind("now", utc(now))
                .bind("before", utc(suspendedBefore))
                .map((rs, context) -> new TenantId(rs.getString("tenant")))
                .list();
    }

    /** Those whose trail has had its time; with the role for jobs. */
    List<TenantId> toForget(Handle jobs, Instant now) {
        return jobs.createQuery("select tenant from tenant where state = 'deleted' and trail_until <= :now"
                        + " and not trail_gone order by tenant")
                .bind("now", utc(now))
                .map((rs, context) -> new TenantId(rs.getString("tenant")))
                .list();
    }

    /** Makes the transaction's tenant; false if there is or was one of that name. */
    boolean insert(Handle handle, String displayName, Map<String, Long> quotas, Caller caller, Instant now) {
        return handle.createUpdate("""
                        insert into tenant (tenant, display_name, quotas, created_at, created_by, created_by_name)
                        values (current_tenant(), :name, cast(:quotas as jsonb), :now, :actor, :actorName)
                        on conflict do nothing""")
                        .bind("name", displayName)
                        .bind("quotas", json(quotas))
                        .bind("now", utc(now))
                        .bind("actor", caller.actor())
                        .bind("actorName", caller.name())
                        .execute()
                == 1;
    }

    void save(Handle handle, Tenant tenant) {
        handle.createUpdate("""
                        update tenant set display_name = :name, state = :state, revision = :revision, reason = :reason,
                               suspended_at = :suspendedAt, delete_at = :deleteAt, trail_until = :trailUntil,
                               quotas = cast(:quotas as jsonb)
                         where tenant = :id""")
                .bind("id", tenant.id())
                .bind("name", tenant.displayName())
                .bind("state", tenant.state().text())
                .bind("revision", tenant.revision())
                .bind("reason", tenant.reason())
                .bind("suspendedAt", utc(tenant.suspendedAt()))
                .bind("deleteAt", utc(tenant.deleteAt()))
                .bind("trailUntil", utc(tenant.trailUntil()))
                .bind("quotas", json(tenant.quotas()))
                .execute();
    }

    /** Takes away at most so many rows of the trail of the transaction's tenant; how many there were. */
    long forgetTrail(Handle handle, int most) {
        return handle.createQuery("select forget_trail(:most)")
                .bind("most", most)
                .mapTo(Long.class)
                .one();
    }

    void trailGone(Handle handle) {
        handle.createUpdate("update tenant set trail_gone = true where tenant = current_tenant()")
                .execute();
    }

    private static Tenant read(ResultSet rs) throws SQLException {
        JsonObject limits = JsonObject.parse(rs.getString("quotas").getBytes(StandardCharsets.UTF_8));
        Map<String, Long> quotas = new LinkedHashMap<>();
        limits.members().keySet().forEach(name -> quotas.put(name, limits.number(name)));
        return new Tenant(
                new TenantId(rs.getString("tenant")),
                rs.getString("display_name"),
                TenantState.parse(rs.getString("state")),
                rs.getLong("revision"),
                rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                rs.getString("created_by"),
                rs.getString("created_by_name"),
                rs.getString("reason"),
                instant(rs, "suspended_at"),
                instant(rs, "delete_at"),
                instant(rs, "deleted_at"),
                instant(rs, "trail_until"),
                quotas);
    }

    private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
        OffsetDateTime found = rs.getObject(column, OffsetDateTime.class);
        return found == null ? null : found.toInstant();
    }

    private static String json(Map<String, Long> quotas) {
        return new String(JsonObject.write(quotas), StandardCharsets.UTF_8);
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
