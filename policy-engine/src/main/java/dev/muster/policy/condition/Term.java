package dev.muster.policy.condition;

import dev.muster.policy.model.Condition.Weekdays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One conjunction, unpacked, for the algebra behind {@link Terms}. Always in normal form: windows not empty, clauses of two
 * bits or more, sorted, none implied by another part.
 *
 * @param lo first minute of the local day
 * @param hi first minute after the window
 * @param days weekdays, bit 0 Monday
 * @param from first second
 * @param until first second after
 * @param all facts that must hold
 * @param none facts that must not hold
 * @param any of each of these masks one fact must hold
 */
record Term(int lo, int hi, int days, long from, long until, long all, long none, List<Long> any)
        implements Comparable<Term> {
    /** Clauses a packed term has room for. */
    static final int CLAUSES = 3;

    /** Far outside any device time, and far enough from overflow to be subtracted. */
    static final long NO_FROM = -(1L << 40);

    static final long NO_UNTIL = 1L << 40;
    static final int DAY = 1440;

    static final Term ALWAYS = new Term(0, DAY, Weekdays.ALL, NO_FROM, NO_UNTIL, 0, 0, List.of());

    static Term minutes(int lo, int hi) {
        return new Term(lo, hi, Weekdays.ALL, NO_FROM, NO_UNTIL, 0, 0, List.of());
    }

    static Term weekdays(int days) {
        return new Term(0, DAY, days, NO_FROM, NO_UNTIL, 0, 0, List.of());
    }

    static Term seconds(long from, long until) {
        return new Term(0, DAY, Weekdays.ALL, from, until, 0, 0, List.of());
    }

    static Term facts(long all, long none) {
        return new Term(0, DAY, Weekdays.ALL, NO_FROM, NO_UNTIL, all, none, List.of());
    }

    /** The normal form of parts; empty where they contradict each other. */
    static Optional<Term> of(int lo, int hi, int days, long from, long until, long all, long none, List<Long> clauses) {
        List<Long> open = new ArrayList<>();
        long must = all;
        boolean settled = false;
        while (!settled) {
            settled = true;
            open.clear();
            for (long clause : clauses) {
                long left = clause & ~none;
                if ((left & must) != 0) {
                    continue;
                }
                if (left == 0) {
                    return Optional.empty();
                }
                if (Long.bitCount(left) == 1) {
                    must |= left;
                    settled = false;
                    continue;
                }
                open.add(left);
            }
        }
        if (lo >= hi || days == 0 || from >= until || (must & none) != 0) {
            return Optional.empty();
        }
        return Optional.of(new Term(lo, hi, days, from, until, must, none, withoutImplied(open)));
    }

    private static List<Long> withoutImplied(List<Long> clauses) {
        return clauses.stream()
                .distinct()
                .filter(clause ->
                        clauses.stream().noneMatch(other -> other != clause.longValue() && (other & ~clause) == 0))
                .sorted(Long::compareUnsigned)
                .toList();
    }

    /** Both hold: no term, one, or several where the clauses of both do not fit into one. */
    List<Term> and(Term other) {
        List<Long> clauses = new ArrayList<>(any);
        clauses.addAll(other.any);
        return of(
                        Math.max(lo, other.lo),
                        Math.min(hi, other.hi),
                        days & other.days,
                        Math.max(from, other.from),
                        Math.min(until, other.until),
                        all | other.all,
                        none | other.none,
                        clauses)
                .map(Term::fitted)
                .orElse(List.of());
    }

    /** The same with at most {@link #CLAUSES} clauses each: the smallest clauses are told apart by their facts. */
    private List<Term> fitted() {
        if (any.size() <= CLAUSES) {
            return List.of(this);
        }
        List<Long> rest = new ArrayList<>(any);
        long smallest = rest.stream()
                .min((a, b) -> Long.bitCount(a) != Long.bitCount(b)
                        ? Integer.compare(Long.bitCount(a), Long.bitCount(b))
                        : Long.compareUnsigned(a, b))
                .orElseThrow();
        rest.remove(smallest);
        List<Term> terms = new ArrayList<>();
        for (long bits = smallest; bits != 0; bits &= bits - 1) {
            of(lo, hi, days, from, until, all | Long.lowestOneBit(bits), none, rest)
                    .ifPresent(term -> terms.addAll(term.fitted()));
        }
        return terms;
    }

    /** Whether the other holds wherever this does. Exact for two terms. */
    boolean implies(Term other) {
        return other.lo <= lo
                && hi <= other.hi
                && (days & ~other.days) == 0
                && other.from <= from
                && until <= other.until
                && (other.all & ~all) == 0
                && (other.none & ~none) == 0
                && other.any.stream()
                        .allMatch(clause ->
                                (all & clause) != 0 || any.stream().anyMatch(own -> (own & ~none & ~clause) == 0));
    }

    /** Terms that hold where this does and the other does not. */
    List<Term> minus(Term other) {
        if (and(other).isEmpty()) {
            return List.of(this);
        }
        List<Term> pieces = new ArrayList<>();
        List<Term> rest = List.of(this);
        for (Step step : other.steps()) {
            List<Term> inside = new ArrayList<>();
            for (Term term : rest) {
                step.outside().forEach(outside -> pieces.addAll(term.and(outside)));
                inside.addAll(term.and(step.inside()));
            }
            rest = inside;
        }
        return pieces;
    }

    /** One part of a term and what contradicts it. */
    private record Step(Term inside, List<Term> outside) {}

    private List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        List<Term> outside = new ArrayList<>();
        if (lo > 0) {
            outside.add(minutes(0, lo));
        }
        if (hi < DAY) {
            outside.add(minutes(hi, DAY));
        }
        steps.add(new Step(minutes(lo, hi), List.copyOf(outside)));
        if (days != Weekdays.ALL) {
            steps.add(new Step(weekdays(days), List.of(weekdays(days ^ Weekdays.ALL))));
        }
        outside.clear();
        if (from > NO_FROM) {
            outside.add(seconds(NO_FROM, from));
        }
        if (until < NO_UNTIL) {
            outside.add(seconds(until, NO_UNTIL));
        }
        steps.add(new Step(seconds(from, until), List.copyOf(outside)));
        for (long bits = all; bits != 0; bits &= bits - 1) {
            long bit = Long.lowestOneBit(bits);
            steps.add(new Step(facts(bit, 0), List.of(facts(0, bit))));
        }
        for (long bits = none; bits != 0; bits &= bits - 1) {
            long bit = Long.lowestOneBit(bits);
            steps.add(new Step(facts(0, bit), List.of(facts(bit, 0))));
        }
        for (long clause : any) {
            steps.add(new Step(
                    new Term(0, DAY, Weekdays.ALL, NO_FROM, NO_UNTIL, 0, 0, List.of(clause)),
                    List.of(facts(0, clause))));
        }
        return steps;
    }

    /** Everything that must hold as clauses, single facts included, sorted. */
    List<Long> requirements() {
        List<Long> clauses = new ArrayList<>(any);
        for (long bits = all; bits != 0; bits &= bits - 1) {
            clauses.add(Long.lowestOneBit(bits));
        }
        clauses.sort(Long::compareUnsigned);
        return clauses;
    }

    boolean hasSameTimes(Term other) {
        return lo == other.lo && hi == other.hi && days == other.days && from == other.from && until == other.until;
    }

    boolean hasSameFacts(Term other) {
        return all == other.all && none == other.none && any.equals(other.any);
    }

    @Override
    public int compareTo(Term other) {
        long[] a = new long[Terms.WORDS];
        long[] b = new long[Terms.WORDS];
        Terms.pack(this, a, 0);
        Terms.pack(other, b, 0);
        return Arrays.compareUnsigned(a, b);
    }
}
