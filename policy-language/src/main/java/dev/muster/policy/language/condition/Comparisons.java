package dev.muster.policy.language.condition;

import dev.cel.parser.Operator;
import dev.muster.policy.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Comparisons of time with constants, as windows of the engine's formula. */
final class Comparisons {
    static final String INSTANT =
            "an instant in whole seconds as constant, such as `timestamp('2026-03-01T06:00:00Z')`,";

    private static final int DAY = 1440;

    private Comparisons() {}

    /** The minute of the day compared with 0 to 1440; 1440 itself never comes. */
    static Condition minutes(Operator operator, int with) {
        return switch (operator) {
            case LESS -> window(0, with);
            case LESS_EQUALS -> window(0, Math.min(with + 1, DAY));
            case GREATER -> window(Math.min(with + 1, DAY), DAY);
            case GREATER_EQUALS -> window(with, DAY);
            case EQUALS -> window(with, Math.min(with + 1, DAY));
            case NOT_EQUALS -> {
                List<Condition> around = new ArrayList<>();
                around.add(window(0, with));
                around.add(window(Math.min(with + 1, DAY), DAY));
                yield new Condition.Any(around);
            }
            default -> throw new IllegalArgumentException("a comparison expected, found " + operator);
        };
    }

    private static Condition window(int from, int to) {
        return from < to ? new Condition.Minutes(from, to) : CelWalk.NEVER;
    }

    /** The ISO weekday compared with 1 to 7. */
    static Condition weekdays(Operator operator, int with) {
        int days = 0;
        for (int day = 1; day <= 7; day++) {
            boolean holds =
                    switch (operator) {
                        case LESS -> day < with;
                        case LESS_EQUALS -> day <= with;
                        case GREATER -> day > with;
                        case GREATER_EQUALS -> day >= with;
                        case EQUALS -> day == with;
                        case NOT_EQUALS -> day != with;
                        default -> throw new IllegalArgumentException("a comparison expected, found " + operator);
                    };
            days |= holds ? 1 << (day - 1) : 0;
        }
        return days == 0 ? CelWalk.NEVER : new Condition.Weekdays(days);
    }

    /** Device time, which counts whole seconds, compared with an instant. */
    static Condition now(Operator operator, Instant with) {
        Instant next = with.plusSeconds(1);
        return switch (operator) {
            case LESS -> new Condition.Until(with);
            case LESS_EQUALS -> new Condition.Until(next);
            case GREATER -> new Condition.From(next);
            case GREATER_EQUALS -> new Condition.From(with);
            case EQUALS -> new Condition.All(List.of(new Condition.From(with), new Condition.Until(next)));
            case NOT_EQUALS -> new Condition.Any(List.of(new Condition.Until(with), new Condition.From(next)));
            default -> throw new IllegalArgumentException("a comparison expected, found " + operator);
        };
    }
}
