package dev.muster.policy.compile;

import dev.muster.policy.bundle.Rule;
import dev.muster.policy.decision.Reason;
import java.util.List;

/**
 * The decision on one permission of one app, with all that speaks the same way.
 *
 * @param rules every rule that grants, or every guard rail that denies; the deciding one first
 */
public record Judgement(Reason reason, List<Rule> rules) {
    public Judgement {
        rules = List.copyOf(rules);
    }
}
