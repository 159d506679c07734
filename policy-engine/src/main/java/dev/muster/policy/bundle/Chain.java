package dev.muster.policy.bundle;

import dev.muster.policy.condition.Terms;
import dev.muster.policy.decision.Reason;
import java.util.List;
import java.util.Optional;

/**
 * All that decides about one requested permission of one app: the first step whose condition holds answers. Guard rails
 * come before grants, and the last step always holds.
 *
 * @param steps at least one, at most {@link #MAX}
 * @param deniedAfterLease the guard rail that lets a granted permission end with the lease; also known where only a
 *     capability of the device could grant
 */
public record Chain(List<Step> steps, Optional<Rule> deniedAfterLease) {
    /** Steps a chain has at most. */
    public static final int MAX = 120;

    public Chain {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new BundleException("bundle: a chain of one step or more expected, found none");
        }
        if (steps.size() > MAX) {
            throw new BundleTooLarge("conditional rules for one permission of one app", MAX, steps.size());
        }
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).when().isAlways() != (i == steps.size() - 1)) {
                throw new BundleException("bundle: a chain whose last step alone always holds expected, found another");
            }
        }
    }

    /** An answer under a condition. */
    public record Step(Terms when, Reason reason, Optional<Rule> rule) {}

    /** A chain of one step. */
    public static Chain of(Reason reason, Optional<Rule> rule, Optional<Rule> deniedAfterLease) {
        return new Chain(List.of(new Step(Terms.ALWAYS, reason, rule)), deniedAfterLease);
    }

    /** A denial that names no rule. */
    public static Chain denied(Reason reason) {
        return of(reason, Optional.empty(), Optional.empty());
    }

    /** Whether the answer depends on the moment. */
    public boolean isConditional() {
        return steps.size() > 1;
    }

    /** The step that answers where none before it does. */
    public Step last() {
        return steps.getLast();
    }
}
