package dev.muster.policy.compile;

import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.bundle.Chain;
import dev.muster.policy.bundle.Rule;
import dev.muster.policy.bundle.RuleTooComplex;
import dev.muster.policy.compile.Evaluator.Findings;
import dev.muster.policy.compile.Evaluator.Ruling;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Lowering;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.condition.TooComplex;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.Condition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Orders findings into chains, with conditions lowered once each over one fact table. Not thread-safe. */
final class Chains {
    private final FactTable facts;
    private final Map<Condition, Terms> lowered = new HashMap<>();
    private final Map<Findings, Chain> chains = new HashMap<>();

    Chains(FactTable facts) {
        this.facts = facts;
    }

    /**
     * The chain for findings.
     *
     * @throws BundleException when a condition is more than a device can keep
     */
    Chain of(Findings findings) {
        return chains.computeIfAbsent(findings, this::build);
    }

    private Chain build(Findings findings) {
        List<Chain.Step> steps = new ArrayList<>();
        for (Ruling limit : findings.limits()) {
            Terms when = lower(limit);
            if (!when.isNever()) {
                steps.add(step(limit, when));
            }
            if (when.isAlways()) {
                return new Chain(steps, Optional.empty());
            }
        }
        Optional<Ruling> plain = findings.grants().stream()
                .filter(grant -> lower(grant).isAlways())
                .findFirst();
        if (plain.isPresent()) {
            steps.add(step(plain.get(), Terms.ALWAYS));
            return new Chain(steps, findings.deniedAfterLease());
        }
        if (findings.grants().isEmpty()) {
            steps.add(new Chain.Step(Terms.ALWAYS, findings.otherwise(), Optional.empty()));
            return new Chain(steps, findings.deniedAfterLease());
        }
        List<Terms> before = new ArrayList<>();
        for (Ruling grant : findings.grants()) {
            Terms when = lower(grant);
            // Where an earlier grant holds whenever this does, this is never asked. The first stays: "condition" names
            // it.
            if (before.isEmpty() || before.stream().noneMatch(when::implies)) {
                steps.add(step(grant, when));
                before.add(when);
            }
        }
        Rule first = findings.grants().getFirst().rule();
        steps.add(new Chain.Step(Terms.ALWAYS, Reason.CONDITION, Optional.of(first)));
        return new Chain(steps, findings.deniedAfterLease());
    }

    private static Chain.Step step(Ruling ruling, Terms when) {
        return new Chain.Step(when, ruling.reason(), Optional.of(ruling.rule()));
    }

    /** The condition of a rule in this table's numbering. */
    Terms lower(Ruling ruling) {
        return lowered.computeIfAbsent(ruling.when(), when -> switch (Lowering.lower(when, facts)) {
            case Terms terms -> terms;
            case TooComplex complex -> throw new RuleTooComplex(ruling.rule().name(), complex.reason());
        });
    }
}
