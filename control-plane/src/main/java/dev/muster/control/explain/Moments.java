package dev.muster.control.explain;

import dev.muster.policy.lease.LeaseState;
import dev.muster.protocol.permissions.PermissionReport;

/** Moments as bundles ask for them. */
public final class Moments {
    private Moments() {}

    /** The lease as the device told; a word that is not known counts as holding, which is what its answers rest on. */
    public static LeaseState lease(PermissionReport report) {
        return switch (report.lease()) {
            case "ended-kept" -> LeaseState.ENDED_KEPT;
            case "ended-guardrails" -> LeaseState.ENDED_GUARDRAILS;
            case "ended-denied" -> LeaseState.ENDED_DENIED;
            default -> LeaseState.HOLDS;
        };
    }
}
