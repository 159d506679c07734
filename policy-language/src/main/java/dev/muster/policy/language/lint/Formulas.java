package dev.muster.policy.language.lint;

import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Lowering;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.condition.TooComplex;
import dev.muster.policy.language.condition.Complexity;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.PolicySnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Questions about conditions, answered by their canonical terms; what is too complex is not judged. */
final class Formulas {
    /** Pairs of networks grow with their square; no condition of a person names more. */
    private static final int MOST_NETWORKS = 8;

    private Formulas() {}

    /** Whether it can never hold; a device is on one network at most. */
    static boolean isNever(Condition condition) {
        return terms(condition).filter(Terms::isNever).isPresent()
                || terms(onOneNetwork(condition)).filter(Terms::isNever).isPresent();
    }

    static boolean isAlways(Condition condition) {
        return terms(condition).filter(Terms::isAlways).isPresent();
    }

    /** Whether the second holds wherever the first does. */
    static boolean implies(Condition first, Condition second) {
        if (second instanceof Condition.Always) {
            return true;
        }
        if (terms(first).isEmpty() || terms(second).isEmpty()) {
            return false;
        }
        FactTable facts = FactTable.of(List.of(first, second), PolicySnapshot.empty(0));
        return Lowering.lower(first, facts) instanceof Terms a
                && Lowering.lower(second, facts) instanceof Terms b
                && a.implies(b);
    }

    /** Facts that must not hold for the condition to hold, and those that must. */
    record Asked(NavigableSet<Fact> positive, NavigableSet<Fact> negative) {}

    static Asked facts(Condition condition) {
        Asked asked = new Asked(new TreeSet<>(), new TreeSet<>());
        walk(condition, false, asked.positive::add, asked.negative::add);
        return asked;
    }

    private static void walk(Condition condition, boolean negated, Consumer<Fact> positive, Consumer<Fact> negative) {
        switch (condition) {
            case Fact fact -> (negated ? negative : positive).accept(fact);
            case Condition.Not not -> walk(not.of(), !negated, positive, negative);
            case Condition.All all -> all.of().forEach(part -> walk(part, negated, positive, negative));
            case Condition.Any any -> any.of().forEach(part -> walk(part, negated, positive, negative));
            case Condition.Always ignored -> {}
            case Condition.Minutes ignored -> {}
            case Condition.Weekdays ignored -> {}
            case Condition.From ignored -> {}
            case Condition.Until ignored -> {}
        }
    }

    private static Condition onOneNetwork(Condition condition) {
        Asked asked = facts(condition);
        List<Fact> networks = new ArrayList<>();
        asked.positive().stream()
                .filter(fact -> fact.kind() == FactKind.NETWORK)
                .forEach(networks::add);
        if (networks.size() < 2 || networks.size() > MOST_NETWORKS) {
            return condition;
        }
        List<Condition> all = new ArrayList<>(List.of(condition));
        for (int i = 0; i < networks.size(); i++) {
            for (int j = i + 1; j < networks.size(); j++) {
                all.add(new Condition.Not(new Condition.All(List.of(networks.get(i), networks.get(j)))));
            }
        }
        return new Condition.All(all);
    }

    private static Optional<Terms> terms(Condition condition) {
        return switch (Complexity.lower(condition)) {
            case Terms terms -> Optional.of(terms);
            case TooComplex ignored -> Optional.empty();
        };
    }
}
