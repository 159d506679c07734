package dev.muster.agent.policy;

import dev.muster.policy.bundle.Bundle;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.decision.DecisionContext;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What holds now, in a bundle's numbering; made anew when the bundle, the situation or the second changes. Thread-safe. */
final class Contexts {
    private volatile @Nullable Made last;

    private record Made(Bundle bundle, Situation situation, DecisionContext context) {}

    DecisionContext of(Bundle bundle, Situation situation) {
        // A second is the finest grain that a condition knows.
        Situation rounded = situation.withNow(situation.now().truncatedTo(ChronoUnit.SECONDS));
        Made known = last;
        if (known != null && known.bundle == bundle && known.situation.equals(rounded)) {
            return known.context;
        }
        DecisionContext context = bundle.context(rounded);
        last = new Made(bundle, rounded, context);
        return context;
    }
}
