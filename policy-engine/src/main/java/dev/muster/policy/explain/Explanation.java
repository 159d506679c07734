package dev.muster.policy.explain;

import dev.muster.policy.bundle.Rule;
import dev.muster.policy.compile.Judgement;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.enforcement.Enforcement;
import dev.muster.policy.model.AppKey;
import java.util.List;
import java.util.Optional;

/**
 * Why an app may or may not use a permission.
 *
 * @param reason the reason the device gives, word for word
 * @param rules every rule that speaks the same way, the deciding one first
 * @param condition what the deciding rule depends on, in words, and whether it holds; empty where on nothing
 * @param conditional whether the answer can be another one at another moment
 * @param text one sentence for people
 * @param enforcement how far the decision binds on the device
 */
public record Explanation(
        AppKey app,
        String permission,
        boolean granted,
        Reason reason,
        List<Rule> rules,
        Optional<Judgement.Held> condition,
        boolean conditional,
        String text,
        Enforcement enforcement) {
    public Explanation {
        rules = List.copyOf(rules);
    }
}
