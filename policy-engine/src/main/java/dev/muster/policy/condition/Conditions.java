package dev.muster.policy.condition;

import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.Condition.Weekdays;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.PolicySnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Conditions in words for people. */
public final class Conditions {
    private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");

    private Conditions() {}

    /** The words for a lowered condition, as the device says it too; parts in a fixed order. */
    public static String text(Terms terms, FactTable facts) {
        if (terms.isNever()) {
            return "never";
        }
        if (terms.isAlways()) {
            return "always";
        }
        return terms.unpack().stream().map(term -> text(term, facts)).collect(Collectors.joining("; or "));
    }

    /**
     * A text that is equal for equal conditions of different fact tables, and only for them: zones and shifts count by what
     * they are, not by their names alone.
     */
    public static String key(Terms terms, FactTable facts) {
        long used = 0;
        for (Term term : terms.unpack()) {
            used |= term.all() | term.none();
            for (long clause : term.any()) {
                used |= clause;
            }
        }
        StringBuilder key = new StringBuilder(text(terms, facts));
        for (Fact fact : facts.named(used)) {
            switch (fact.kind()) {
                case ZONE -> key.append('\n').append(facts.zone(fact.name()));
                case SHIFT -> key.append('\n').append(facts.shift(fact.name()));
                case GROUP, STATE, NETWORK -> {}
            }
        }
        return key.toString();
    }

    /** The words for a condition of a policy; the same as for its terms. */
    public static String text(Condition condition) {
        FactTable facts = FactTable.of(List.of(condition), PolicySnapshot.empty(0));
        return switch (Lowering.lower(condition, facts)) {
            case Terms terms -> text(terms, facts);
            case TooComplex complex -> complex.reason();
        };
    }

    /** Whether it depends on the wall clock of the device's site. */
    public static boolean asksForLocalTime(Condition condition) {
        return switch (condition) {
            case Condition.All all -> all.of().stream().anyMatch(Conditions::asksForLocalTime);
            case Condition.Any any -> any.of().stream().anyMatch(Conditions::asksForLocalTime);
            case Condition.Not not -> asksForLocalTime(not.of());
            case Fact fact -> fact.kind() == FactKind.SHIFT;
            case Condition.Minutes ignored -> true;
            case Condition.Weekdays ignored -> true;
            case Condition.Always ignored -> false;
            case Condition.From ignored -> false;
            case Condition.Until ignored -> false;
        };
    }

    private static String text(Term term, FactTable facts) {
        List<String> parts = new ArrayList<>();
        if (term.lo() > 0 || term.hi() < Term.DAY) {
            parts.add("from " + clock(term.lo()) + " to " + clock(term.hi()));
        }
        if (term.days() != Weekdays.ALL) {
            parts.add("on " + days(term.days()));
        }
        if (term.from() > Term.NO_FROM) {
            parts.add("not before " + Instant.ofEpochSecond(term.from()));
        }
        if (term.until() < Term.NO_UNTIL) {
            parts.add("before " + Instant.ofEpochSecond(term.until()));
        }
        facts.named(term.all()).forEach(fact -> parts.add("with " + name(fact)));
        for (long clause : term.any()) {
            parts.add(
                    "with " + facts.named(clause).stream().map(Conditions::name).collect(Collectors.joining(" or ")));
        }
        facts.named(term.none()).forEach(fact -> parts.add("without " + name(fact)));
        return String.join(", ", parts);
    }

    private static String name(Fact fact) {
        return fact.kind().text() + " `" + fact.name() + "`";
    }

    private static String clock(int minute) {
        return two(minute / 60) + ":" + two(minute % 60);
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }

    /** Runs of three days and more with a dash. */
    private static String days(int days) {
        List<String> parts = new ArrayList<>();
        for (int first = 0; first < 7; first++) {
            if ((days >>> first & 1) == 0) {
                continue;
            }
            int last = first;
            while (last < 6 && (days >>> (last + 1) & 1) != 0) {
                last++;
            }
            if (last - first >= 2) {
                parts.add(DAYS.get(first) + "-" + DAYS.get(last));
                first = last;
            } else {
                parts.add(DAYS.get(first));
            }
        }
        return String.join(", ", parts);
    }
}
