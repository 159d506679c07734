package dev.muster.policy.condition;

import dev.muster.policy.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Says by plain recursion whether a condition holds; what lowering is measured against. Makes random conditions too. */
public final class DirectEvaluator {
    private DirectEvaluator() {}

    /** A moment as conditions see it. */
    public record Moment(Instant now, int minute, int isoWeekday, Set<Condition.Fact> facts) {}

    public static boolean holds(Condition condition, Moment moment) {
        return switch (condition) {
            case Condition.Always ignored -> true;
            case Condition.Fact fact -> moment.facts().contains(fact);
            case Condition.Minutes minutes -> minutes.from() <= moment.minute() && moment.minute() < minutes.to();
            case Condition.Weekdays weekdays -> (weekdays.days() & (1 << (moment.isoWeekday() - 1))) != 0;
            case Condition.From from ->
                moment.now().getEpochSecond() >= from.at().getEpochSecond();
            case Condition.Until until ->
                moment.now().getEpochSecond() < until.at().getEpochSecond();
            case Condition.All all -> all.of().stream().allMatch(part -> holds(part, moment));
            case Condition.Any any -> any.of().stream().anyMatch(part -> holds(part, moment));
            case Condition.Not not -> !holds(not.of(), moment);
        };
    }

    /** A random condition over facts, with instants within the first 1000 seconds. */
    public static Condition random(Random random, List<Condition.Fact> facts, int depth) {
        int kind = random.nextInt(depth > 0 ? 11 : 6);
        return switch (kind) {
            case 0, 1, 2 -> facts.get(random.nextInt(facts.size()));
            case 3 -> {
                int from = random.nextInt(1440);
                yield new Condition.Minutes(from, from + 1 + random.nextInt(1440 - from));
            }
            case 4 -> new Condition.Weekdays(1 + random.nextInt(127));
            case 5 -> {
                Instant at = Instant.ofEpochSecond(random.nextInt(1000));
                yield random.nextBoolean() ? new Condition.From(at) : new Condition.Until(at);
            }
            case 6, 7 -> new Condition.All(some(random, facts, depth));
            case 8, 9 -> new Condition.Any(some(random, facts, depth));
            default -> new Condition.Not(random(random, facts, depth - 1));
        };
    }

    private static List<Condition> some(Random random, List<Condition.Fact> facts, int depth) {
        List<Condition> parts = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            parts.add(random(random, facts, depth - 1));
        }
        return parts;
    }
}
