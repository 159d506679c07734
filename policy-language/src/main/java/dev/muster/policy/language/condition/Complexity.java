package dev.muster.policy.language.condition;

import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Lowered;
import dev.muster.policy.condition.Lowering;
import dev.muster.policy.condition.TooComplex;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.PolicySnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lowers a condition, but not before a look at how far it would spread: multiplying out costs time that grows much faster
 * than the text, and what spreads that far does not fit a device anyway.
 */
public final class Complexity {
    /** Alternatives before simplification; a device keeps 64 after it. */
    private static final long MOST = 256;

    /** Sets of facts of which one must hold that one alternative keeps. */
    private static final int CLAUSES = 3;

    private Complexity() {}

    /** The terms of a condition, or why a device cannot have it; quick for whatever is asked. */
    public static Lowered lower(Condition condition) {
        long spread = spread(condition, false).alternatives;
        if (spread > MOST) {
            return new TooComplex("condition: at most " + MOST + " alternatives before simplification expected, found "
                    + (spread == Long.MAX_VALUE ? "far more" : spread));
        }
        return Lowering.lower(condition, FactTable.of(List.of(condition), PolicySnapshot.empty(0)));
    }

    /** Number of alternatives, and the sizes of the sets that each may carry. */
    private record Spread(long alternatives, List<Integer> clauses) {
        static final Spread ONE = new Spread(1, List.of());
    }

    private static Spread spread(Condition condition, boolean negated) {
        return switch (condition) {
            case Condition.Not not -> spread(not.of(), !negated);
            case Condition.All all -> negated ? union(all.of(), true) : product(all.of(), false);
            case Condition.Any any -> negated ? product(any.of(), true) : union(any.of(), false);
            case Condition.Minutes ignored -> negated ? new Spread(2, List.of()) : Spread.ONE;
            case Condition.Always ignored -> Spread.ONE;
            case Condition.Fact ignored -> Spread.ONE;
            case Condition.Weekdays ignored -> Spread.ONE;
            case Condition.From ignored -> Spread.ONE;
            case Condition.Until ignored -> Spread.ONE;
        };
    }

    private static Spread union(List<Condition> parts, boolean negated) {
        if (!negated && parts.size() > 1 && parts.stream().allMatch(Condition.Fact.class::isInstance)) {
            return new Spread(1, List.of(parts.size()));
        }
        long alternatives = 0;
        List<Integer> clauses = List.of();
        for (Condition part : parts) {
            Spread spread = spread(part, negated);
            alternatives = sum(alternatives, spread.alternatives);
            clauses = spread.clauses.size() > clauses.size() ? spread.clauses : clauses;
        }
        return new Spread(alternatives, clauses);
    }

    private static Spread product(List<Condition> parts, boolean negated) {
        long alternatives = 1;
        List<Integer> clauses = new ArrayList<>();
        for (Condition part : parts) {
            Spread spread = spread(part, negated);
            alternatives = times(alternatives, spread.alternatives);
            clauses.addAll(spread.clauses);
        }
        clauses.sort(Comparator.naturalOrder());
        while (clauses.size() > CLAUSES) {
            alternatives = times(alternatives, clauses.removeFirst());
        }
        return new Spread(alternatives, clauses);
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static long times(long a, long b) {
        return b != 0 && a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
    }
}
