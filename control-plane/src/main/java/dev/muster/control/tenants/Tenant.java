package dev.muster.control.tenants;

import dev.muster.control.tenancy.TenantState;
import dev.muster.protocol.identity.TenantId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tenant as its row says it.
 *
 * @param revision grows with every change
 * @param reason why it is suspended or deleted, as a person said
 * @param deleteAt from when on what it has goes
 * @param trailUntil how long the audit trail of a deleted one is kept
 * @param quotas limits of its own, by name
 */
record Tenant(
        TenantId id,
        String displayName,
        TenantState state,
        long revision,
        Instant createdAt,
        String createdBy,
        String createdByName,
        String reason,
        @Nullable Instant suspendedAt,
        @Nullable Instant deleteAt,
        @Nullable Instant deletedAt,
        @Nullable Instant trailUntil,
        Map<String, Long> quotas) {
    Tenant {
        quotas = Map.copyOf(quotas);
    }

    Tenant named(String name) {
        return with(name, state, reason, suspendedAt, deleteAt, trailUntil, quotas);
    }

    Tenant limited(Map<String, Long> limits) {
        return with(displayName, state, reason, suspendedAt, deleteAt, trailUntil, limits);
    }

    Tenant suspended(String why, Instant at) {
        return with(displayName, TenantState.SUSPENDED, why, at, null, trailUntil, quotas);
    }

    Tenant active() {
        return with(displayName, TenantState.ACTIVE, "", null, null, trailUntil, quotas);
    }

    Tenant deleting(Instant from) {
        return with(displayName, TenantState.DELETING, reason, suspendedAt, from, trailUntil, quotas);
    }

    /** Nothing of what it was called is left, but its name. */
    Tenant deleted(Instant keepTrailUntil) {
        return with("", TenantState.DELETED, "", suspendedAt, deleteAt, keepTrailUntil, Map.of());
    }

    private Tenant with(
            String newName,
            TenantState newState,
            String newReason,
            @Nullable Instant newSuspendedAt,
            @Nullable Instant newDeleteAt,
            @Nullable Instant newTrailUntil,
            Map<String, Long> newQuotas) {
        return new Tenant(
                id,
                newName,
                newState,
                revision + 1,
                createdAt,
                createdBy,
                createdByName,
                newReason,
                newSuspendedAt,
                newDeleteAt,
                deletedAt,
                newTrailUntil,
                newQuotas);
    }
}
