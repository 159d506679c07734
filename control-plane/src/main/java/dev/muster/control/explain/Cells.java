package dev.muster.control.explain;

import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.decision.Decision;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.lease.LeaseState;
import dev.muster.policy.model.AppKey;
import java.util.List;

/** Goes through all that a bundle says. Pure. */
public final class Cells {
    private Cells() {}

    /** How many denied permissions nothing on the device stops the operating system from granting. */
    public static int powerless(Bundle bundle, Levels levels) {
        int count = 0;
        for (int row = 0; row < bundle.rows(); row++) {
            AppKey app = bundle.app(row);
            for (Bundle.Requested requested : bundle.requested(row)) {
                long decision = bundle.verify(
                        row, bundle.permission(requested.permission()), LeaseState.HOLDS, DecisionContext.NONE);
                Reason reason = Decision.reason(decision);
                if (!Decision.isGranted(decision)
                        && reason != Reason.CONDITION
                        && levels.level(app.bundle(), requested.permission(), reason)
                                .isPowerless()) {
                    count++;
                }
            }
        }
        return count;
    }

    /** The permissions that a row asks for, sorted. */
    public static List<String> requested(Bundle bundle, int row) {
        return bundle.requested(row).stream()
                .map(Bundle.Requested::permission)
                .sorted()
                .toList();
    }
}
