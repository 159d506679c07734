package dev.muster.policy.compile;

import dev.muster.policy.bundle.Chain;
import dev.muster.policy.bundle.Rule;
import dev.muster.policy.compile.Evaluator.Findings;
import dev.muster.policy.compile.Evaluator.Ruling;
import dev.muster.policy.condition.Conditions;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.decision.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The decision on one permission of one app, with all that speaks the same way.
 *
 * @param rules every rule that grants now, or every guard rail that denies now, or every grant that waits for its
 *     condition; the deciding one first
 * @param condition what the deciding rule depends on, where it does
 * @param conditional whether the answer can be another one at another moment
 */
public record Judgement(Reason reason, List<Rule> rules, Optional<Held> condition, boolean conditional) {
    public Judgement {
        rules = List.copyOf(rules);
    }

    /**
     * A condition as it stands at the moment that was judged.
     *
     * @param text in words
     */
    public record Held(String text, boolean holds) {}

    static Judgement denied(Reason reason) {
        return new Judgement(reason, List.of(), Optional.empty(), false);
    }

    /** Judges findings at a moment told in the numbering of {@code facts}. */
    static Judgement of(Findings findings, Chains chains, FactTable facts, DecisionContext context) {
        Chain chain = chains.of(findings);
        Chain.Step decided = chain.steps().stream()
                .filter(step -> step.when().holds(context))
                .findFirst()
                .orElseThrow();
        List<Ruling> alike =
                switch (decided.reason()) {
                    case ROLE, CAPABILITY -> held(findings.grants(), chains, context);
                    case GUARD_RAIL, CEILING -> held(findings.limits(), chains, context);
                    case CONDITION -> findings.grants();
                    case UNKNOWN_TOKEN,
                            UNKNOWN_PERMISSION,
                            NOT_REQUESTED,
                            APL,
                            SERVICE_ONLY,
                            UNBOUND,
                            NOT_IN_ROLE,
                            LEASE_ENDED,
                            LEASE_GUARD_RAIL,
                            DELEGATED,
                            BAD_CHAIN,
                            NO_POLICY -> List.of();
                };
        List<Rule> rules = new ArrayList<>();
        decided.rule().ifPresent(rules::add);
        alike.stream().map(Ruling::rule).filter(rule -> !rules.contains(rule)).forEach(rules::add);
        return new Judgement(
                decided.reason(), rules, condition(decided, findings, chains, facts), chain.isConditional());
    }

    private static List<Ruling> held(List<Ruling> rulings, Chains chains, DecisionContext context) {
        return rulings.stream()
                .filter(ruling -> chains.lower(ruling).holds(context))
                .toList();
    }

    private static Optional<Held> condition(Chain.Step decided, Findings findings, Chains chains, FactTable facts) {
        if (decided.reason() == Reason.CONDITION) {
            Terms waiting = chains.lower(findings.grants().getFirst());
            return Optional.of(new Held(Conditions.text(waiting, facts), false));
        }
        return decided.when().isAlways()
                ? Optional.empty()
                : Optional.of(new Held(Conditions.text(decided.when(), facts), true));
    }
}
