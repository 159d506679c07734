package dev.muster.policy.condition;

import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Condition.Weekdays;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a formula into {@link Terms}: negations to the leaves, windows and instants split by them, products multiplied
 * out, and the whole simplified after every step so that it stays small where it can. Instants count in whole seconds.
 */
public final class Lowering {
    /** Terms a step may have before it is simplified, which takes time that grows much faster than their number. */
    private static final int MOST = 256;

    /** Terms that all steps together may have which have more than a device keeps, so that many of them end as well. */
    private static final int MOST_TOGETHER = 4096;

    /** Formulas nested deeper are refused before the stack would end. */
    private static final int DEEPEST = 200;

    private final FactTable facts;
    private int together;

    private Lowering(FactTable facts) {
        this.facts = facts;
    }

    /** The terms of a condition over a fact table that has every fact it asks for; or why that cannot be. */
    public static Lowered lower(Condition condition, FactTable facts) {
        if (facts.size() > FactTable.MAX) {
            return new TooComplex("conditions: at most " + FactTable.MAX
                    + " different zones, shifts, groups, states and" + " networks expected, found " + facts.size());
        }
        try {
            return Terms.of(new Lowering(facts).lower(condition, false, 0));
        } catch (Overflow e) {
            return new TooComplex(e.reason);
        }
    }

    private List<Term> lower(Condition condition, boolean negated, int depth) {
        if (depth > DEEPEST) {
            throw new Overflow("condition: at most " + DEEPEST + " levels of nesting expected, found more");
        }
        return switch (condition) {
            case Condition.Always ignored -> negated ? List.of() : List.of(Term.ALWAYS);
            case Condition.Not not -> lower(not.of(), !negated, depth + 1);
            case Condition.All all -> negated ? union(all.of(), true, depth + 1) : product(all.of(), false, depth + 1);
            case Condition.Any any -> negated ? product(any.of(), true, depth + 1) : union(any.of(), false, depth + 1);
            case Condition.Fact fact -> {
                long bit = bit(fact);
                yield List.of(negated ? Term.facts(0, bit) : Term.facts(bit, 0));
            }
            case Condition.Minutes minutes ->
                negated ? outside(minutes) : List.of(Term.minutes(minutes.from(), minutes.to()));
            case Condition.Weekdays weekdays -> {
                int days = negated ? weekdays.days() ^ Weekdays.ALL : weekdays.days();
                yield days == 0 ? List.of() : List.of(Term.weekdays(days));
            }
            case Condition.From from -> seconds(from.at(), negated);
            case Condition.Until until -> seconds(until.at(), !negated);
        };
    }

    private long bit(Condition.Fact fact) {
        int index = facts.indexOf(fact);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "a fact table with " + fact.kind().text() + " `" + fact.name() + "` expected, found one without");
        }
        return 1L << index;
    }

    private static List<Term> outside(Condition.Minutes minutes) {
        List<Term> terms = new ArrayList<>();
        if (minutes.from() > 0) {
            terms.add(Term.minutes(0, minutes.from()));
        }
        if (minutes.to() < Term.DAY) {
            terms.add(Term.minutes(minutes.to(), Term.DAY));
        }
        return terms;
    }

    private static List<Term> seconds(Instant at, boolean before) {
        long second = Math.clamp(at.getEpochSecond(), Term.NO_FROM, Term.NO_UNTIL);
        long from = before ? Term.NO_FROM : second;
        long until = before ? second : Term.NO_UNTIL;
        return from < until ? List.of(Term.seconds(from, until)) : List.of();
    }

    private List<Term> union(List<Condition> parts, boolean negated, int depth) {
        List<Term> union = new ArrayList<>();
        for (Condition part : parts) {
            union.addAll(lower(part, negated, depth));
            limit(union);
        }
        return simplify(union);
    }

    private List<Term> product(List<Condition> parts, boolean negated, int depth) {
        List<Term> product = List.of(Term.ALWAYS);
        for (Condition part : parts) {
            List<Term> factor = lower(part, negated, depth);
            List<Term> next = new ArrayList<>();
            for (Term a : product) {
                for (Term b : factor) {
                    next.addAll(a.and(b));
                    limit(next);
                }
            }
            product = simplify(next);
        }
        return product;
    }

    private static void limit(List<Term> terms) {
        if (terms.size() > MOST) {
            throw new Overflow("condition: at most " + Terms.MAX + " alternatives after expansion expected, found more"
                    + " than " + MOST + " on the way");
        }
    }

    private List<Term> simplify(List<Term> terms) {
        together += terms.size() > Terms.MAX ? terms.size() : 0;
        if (together > MOST_TOGETHER) {
            throw new Overflow("condition: at most " + MOST_TOGETHER
                    + " alternatives in all steps of expansion expected," + " found more");
        }
        return Simplifier.simplify(terms);
    }

    /** Leaves the recursion; never leaves this class. */
    private static final class Overflow extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final String reason;

        Overflow(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }
}
