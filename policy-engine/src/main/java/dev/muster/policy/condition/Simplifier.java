package dev.muster.policy.condition;

import dev.muster.policy.model.Condition.Weekdays;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Brings a union of terms into canonical form: what another term covers goes, what differs in one part becomes one term,
 * windows of a day are made as long as they can be, the rest is sorted. Not every pair of equal formulas ends equal (that
 * would cost exponential time); equal sets of windows, days and single facts do.
 */
final class Simplifier {
    private Simplifier() {}

    static List<Term> simplify(List<Term> union) {
        List<Term> terms = List.copyOf(new TreeSet<>(union));
        while (true) {
            List<Term> next = withoutCovered(mergedFacts(mergedInstants(mergedWindows(terms))));
            if (next.equals(terms)) {
                return terms;
            }
            terms = next;
        }
    }

    private static List<Term> withoutCovered(List<Term> terms) {
        List<Term> kept = new ArrayList<>();
        for (Term term : terms) {
            boolean covered = terms.stream().anyMatch(other -> !other.equals(term) && term.implies(other));
            if (!covered) {
                kept.add(term);
            }
        }
        return kept;
    }

    /** Per set of facts and instants: the minutes of each weekday as longest windows, equal windows of days together. */
    private static List<Term> mergedWindows(List<Term> terms) {
        Map<Term, List<Term>> groups = new LinkedHashMap<>();
        for (Term term : terms) {
            Term key =
                    new Term(0, Term.DAY, Weekdays.ALL, term.from(), term.until(), term.all(), term.none(), term.any());
            groups.computeIfAbsent(key, absent -> new ArrayList<>()).add(term);
        }
        List<Term> merged = new ArrayList<>();
        groups.forEach((key, members) -> {
            Map<Integer, Integer> daysByWindow = new TreeMap<>();
            for (int day = 1; day < Weekdays.ALL; day <<= 1) {
                windows(members, day, daysByWindow);
            }
            daysByWindow.forEach((window, days) -> merged.add(new Term(
                    window >>> 11, window & 0x7FF, days, key.from(), key.until(), key.all(), key.none(), key.any())));
        });
        Collections.sort(merged);
        return merged;
    }

    private static void windows(List<Term> members, int day, Map<Integer, Integer> daysByWindow) {
        List<Term> here = members.stream()
                .filter(term -> (term.days() & day) != 0)
                .sorted((a, b) -> Integer.compare(a.lo(), b.lo()))
                .toList();
        int lo = -1;
        int hi = -1;
        for (Term term : here) {
            if (term.lo() > hi) {
                if (hi > 0) {
                    daysByWindow.merge((lo << 11) | hi, day, (a, b) -> a | b);
                }
                lo = term.lo();
                hi = term.hi();
            } else {
                hi = Math.max(hi, term.hi());
            }
        }
        if (hi > 0) {
            daysByWindow.merge((lo << 11) | hi, day, (a, b) -> a | b);
        }
    }

    private static List<Term> mergedInstants(List<Term> terms) {
        return pairwise(terms, (a, b) -> {
            boolean touch = a.from() <= b.until() && b.from() <= a.until();
            boolean same = a.hasSameFacts(b) && a.lo() == b.lo() && a.hi() == b.hi() && a.days() == b.days();
            return touch && same
                    ? Optional.of(new Term(
                            a.lo(),
                            a.hi(),
                            a.days(),
                            Math.min(a.from(), b.from()),
                            Math.max(a.until(), b.until()),
                            a.all(),
                            a.none(),
                            a.any()))
                    : Optional.empty();
        });
    }

    private static List<Term> mergedFacts(List<Term> terms) {
        return pairwise(terms, (a, b) -> {
            if (!a.hasSameTimes(b)) {
                return Optional.empty();
            }
            return a.none() == b.none() ? oneClauseApart(a, b) : oneSignApart(a, b);
        });
    }

    /** {@code x and c} or {@code x and d} is {@code x and (c or d)}. */
    private static Optional<Term> oneClauseApart(Term a, Term b) {
        List<Long> onlyA = new ArrayList<>(a.requirements());
        onlyA.removeAll(b.requirements());
        List<Long> onlyB = new ArrayList<>(b.requirements());
        onlyB.removeAll(a.requirements());
        if (onlyA.size() != 1 || onlyB.size() != 1) {
            return Optional.empty();
        }
        List<Long> clauses = new ArrayList<>(a.requirements());
        clauses.removeAll(onlyA);
        clauses.add(onlyA.getFirst() | onlyB.getFirst());
        return Term.of(a.lo(), a.hi(), a.days(), a.from(), a.until(), 0, a.none(), clauses)
                .filter(term -> term.any().size() <= Term.CLAUSES);
    }

    /** {@code x and f} or {@code x and not f} is {@code x}. */
    private static Optional<Term> oneSignApart(Term a, Term b) {
        long sign = a.none() ^ b.none();
        boolean apart = Long.bitCount(sign) == 1
                && (a.all() ^ b.all()) == sign
                && a.any().equals(b.any());
        return apart
                ? Term.of(a.lo(), a.hi(), a.days(), a.from(), a.until(), a.all() & ~sign, a.none() & ~sign, a.any())
                : Optional.empty();
    }

    private interface Merge {
        Optional<Term> of(Term a, Term b);
    }

    /** Merges until no two terms merge any more; every merge makes the list shorter, so it ends. */
    private static List<Term> pairwise(List<Term> terms, Merge merge) {
        List<Term> left = new ArrayList<>(terms);
        int i = 0;
        while (i < left.size()) {
            boolean merged = false;
            for (int j = i + 1; j < left.size() && !merged; j++) {
                Optional<Term> one = merge.of(left.get(i), left.get(j));
                if (one.isPresent()) {
                    left.remove(j);
                    left.set(i, one.get());
                    merged = true;
                }
            }
            i = merged ? 0 : i + 1;
        }
        Collections.sort(left);
        return left;
    }
}
