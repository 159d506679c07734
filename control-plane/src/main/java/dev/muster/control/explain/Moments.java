package dev.muster.control.explain;

import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.decision.DecisionContext;
import java.time.Instant;

/** Moments as bundles ask for them. */
final class Moments {
    private Moments() {}

    /** What the server knows of a moment on a device: the time. All else counts as not there, as it does on a device. */
    static DecisionContext context(Bundle bundle, Instant at) {
        return DecisionContext.NONE;
    }
}
