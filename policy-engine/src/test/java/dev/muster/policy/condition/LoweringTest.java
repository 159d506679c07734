package dev.muster.policy.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.decision.DecisionContext;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.FactKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoweringTest {
    private static final Fact PIT = new Fact(FactKind.ZONE, "pit");
    private static final Fact NIGHT = new Fact(FactKind.SHIFT, "night");
    private static final Fact BLASTERS = new Fact(FactKind.GROUP, "blasters");
    private static final Fact CHARGING = new Fact(FactKind.STATE, "charging");
    private static final Fact WIFI = new Fact(FactKind.NETWORK, "wifi");
    private static final List<Fact> FACTS = List.of(PIT, NIGHT, BLASTERS, CHARGING, WIFI);
    private static final FactTable TABLE = FactTable.of(FACTS);

    @Test
    void holdsExactlyWhereTheFormulaDoes() {
        int lowered = 0;
        for (int seed = 0; seed < 1500; seed++) {
            Random random = new Random(seed);
            Condition condition = DirectEvaluator.random(random, FACTS, 4);
            if (!(Lowering.lower(condition, TABLE) instanceof Terms terms)) {
                continue;
            }
            lowered++;
            assertThat(terms.size()).isLessThanOrEqualTo(Terms.MAX);
            for (int i = 0; i < 60; i++) {
                DirectEvaluator.Moment moment = moment(random);
                assertThat(terms.holds(context(moment)))
                        .as("seed %d: %s at %s", seed, condition, moment)
                        .isEqualTo(DirectEvaluator.holds(condition, moment));
            }
        }
        assertThat(lowered).isGreaterThan(1400);
    }

    @Test
    void holdsNothingWhereTheMomentIsNotKnown() {
        Condition notInThePit = new Condition.Not(PIT);

        assertThat(terms(notInThePit).holds(DecisionContext.NONE)).isFalse();
        assertThat(terms(Condition.ALWAYS).holds(DecisionContext.NONE)).isTrue();
        assertThat(terms(new Condition.Any(List.of(PIT, notInThePit)))).isEqualTo(Terms.ALWAYS);
    }

    @Test
    void endsEqualForFormulasThatMeanTheSame() {
        Condition morning = new Condition.Minutes(360, 720);
        Condition evening = new Condition.Minutes(720, 1320);

        assertThat(terms(new Condition.Any(List.of(evening, morning))))
                .isEqualTo(terms(new Condition.Minutes(360, 1320)));
        assertThat(terms(new Condition.Not(new Condition.Not(morning)))).isEqualTo(terms(morning));
        assertThat(terms(new Condition.Any(List.of(PIT, WIFI))))
                .isEqualTo(terms(new Condition.Any(List.of(WIFI, PIT))));
        assertThat(terms(new Condition.Any(List.of(PIT, WIFI))).size()).isEqualTo(1);
        assertThat(terms(new Condition.Any(List.of(PIT, new Condition.All(List.of(PIT, morning))))))
                .isEqualTo(terms(PIT));
        assertThat(terms(new Condition.All(List.of(PIT, new Condition.Not(PIT)))))
                .isEqualTo(Terms.NEVER);
        assertThat(terms(new Condition.Any(List.of(new Condition.Weekdays(3), new Condition.Weekdays(0x7C)))))
                .isEqualTo(Terms.ALWAYS);
        assertThat(terms(new Condition.Any(List.of(
                        new Condition.All(List.of(morning, new Condition.Weekdays(1))),
                        new Condition.All(List.of(morning, new Condition.Weekdays(2)))))))
                .isEqualTo(terms(new Condition.All(List.of(morning, new Condition.Weekdays(3)))));
        assertThat(terms(new Condition.Any(List.of(
                        new Condition.Until(Instant.ofEpochSecond(50)),
                        new Condition.From(Instant.ofEpochSecond(40))))))
                .isEqualTo(Terms.ALWAYS);
        assertThat(terms(new Condition.All(List.of()))).isEqualTo(Terms.ALWAYS);
        assertThat(terms(new Condition.Any(List.of()))).isEqualTo(Terms.NEVER);
    }

    /** The order in which a person writes parts must not show. */
    @Test
    void doesNotDependOnTheOrderOfParts() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Condition> parts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                parts.add(DirectEvaluator.random(random, FACTS, 1));
            }
            Lowered before = Lowering.lower(new Condition.All(parts), TABLE);

            Collections.shuffle(parts, random);

            assertThat(Lowering.lower(new Condition.All(parts), TABLE))
                    .as("seed %d", seed)
                    .isEqualTo(before);
        }
    }

    @Test
    void keepsChoicesFromLongListsInOneTerm() {
        List<Condition> zones = facts(FactKind.ZONE, 16);
        List<Condition> groups = facts(FactKind.GROUP, 32);
        Set<Fact> all = new TreeSet<>();
        zones.forEach(zone -> all.add((Fact) zone));
        groups.forEach(group -> all.add((Fact) group));

        Lowered lowered = Lowering.lower(
                new Condition.All(
                        List.of(new Condition.Any(zones), new Condition.Any(groups), new Condition.Minutes(60, 120))),
                FactTable.of(all));

        assertThat(((Terms) lowered).size()).isEqualTo(1);
    }

    @Test
    void refusesWhatIsTooComplex() {
        Condition manyFacts = new Condition.Any(facts(FactKind.GROUP, 65));
        List<Condition> pairs = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Fact one = group(2 * i);
            Fact other = group(2 * i + 1);
            pairs.add(new Condition.Any(List.of(
                    new Condition.All(List.of(one, new Condition.Not(other))),
                    new Condition.All(List.of(other, new Condition.Not(one))))));
        }
        Condition deep = PIT;
        for (int i = 0; i < 1000; i++) {
            deep = new Condition.Not(deep);
        }

        assertThat(Lowering.lower(manyFacts, FactTable.of(groups(65))))
                .isEqualTo(new TooComplex("conditions: at most 64 different zones, shifts, groups, states and networks"
                        + " expected, found 65"));
        assertThat(Lowering.lower(new Condition.All(pairs), FactTable.of(groups(14))))
                .isInstanceOfSatisfying(TooComplex.class, complex -> assertThat(complex.reason())
                        .isEqualTo("condition: at most 64 alternatives after expansion expected, found 128"));
        assertThat(Lowering.lower(deep, TABLE))
                .isEqualTo(new TooComplex("condition: at most 200 levels of nesting expected, found more"));
    }

    /** What did not come through the language is not looked at before; it must end soon and say why. */
    @Test
    void refusesWhatWouldMultiplyOutWithoutEnd() {
        List<Condition> pairs = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Fact one = group(2 * i);
            Fact other = group(2 * i + 1);
            pairs.add(new Condition.Any(List.of(
                    new Condition.All(List.of(one, new Condition.Not(other))),
                    new Condition.All(List.of(other, new Condition.Not(one))))));
        }
        Condition wide = new Condition.All(pairs);
        // Each part of it fits, all of them together take for ever.
        List<Condition> many = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            many.add(new Condition.All(
                    List.of(new Condition.All(pairs.subList(0, 7)), group(59), new Condition.Minutes(i, i + 1))));
        }

        assertThat(Lowering.lower(wide, FactTable.of(groups(60))))
                .isEqualTo(new TooComplex("condition: at most 64 alternatives after expansion expected, found more than"
                        + " 256 on the way"));
        assertThat(Lowering.lower(new Condition.Any(many), FactTable.of(groups(60))))
                .isInstanceOf(TooComplex.class);
    }

    @Test
    void saysConditionsInWords() {
        Condition condition = new Condition.All(List.of(
                new Condition.Minutes(390, 1080),
                new Condition.Weekdays(0b0101_1111),
                new Condition.Any(List.of(PIT, NIGHT)),
                BLASTERS,
                new Condition.Not(CHARGING),
                new Condition.Until(Instant.parse("2026-06-01T00:00:00Z"))));

        assertThat(Conditions.text(condition))
                .isEqualTo("from 06:30 to 18:00, on Mon-Fri, Sun, before 2026-06-01T00:00:00Z, with group `blasters`,"
                        + " with zone `pit` or shift `night`, without state `charging`");
        assertThat(Conditions.text(new Condition.Any(List.of(PIT, new Condition.Not(WIFI)))))
                .isEqualTo("without network `wifi`; or with zone `pit`");
        assertThat(Conditions.text(Condition.ALWAYS)).isEqualTo("always");
        assertThat(Conditions.text(new Condition.Not(Condition.ALWAYS))).isEqualTo("never");
    }

    private static List<Condition> facts(FactKind kind, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> (Condition) new Fact(kind, "f" + i))
                .toList();
    }

    private static List<Fact> groups(int count) {
        return IntStream.range(0, count).mapToObj(LoweringTest::group).toList();
    }

    private static Fact group(int i) {
        return new Fact(FactKind.GROUP, "f" + i);
    }

    private static Terms terms(Condition condition) {
        return (Terms) Lowering.lower(condition, TABLE);
    }

    static DirectEvaluator.Moment moment(Random random) {
        Set<Fact> facts = new TreeSet<>();
        FACTS.stream().filter(ignored -> random.nextBoolean()).forEach(facts::add);
        return new DirectEvaluator.Moment(
                Instant.ofEpochSecond(random.nextInt(1000)), random.nextInt(1440), 1 + random.nextInt(7), facts);
    }

    static DecisionContext context(DirectEvaluator.Moment moment) {
        long bits = 0;
        for (Fact fact : moment.facts()) {
            bits |= 1L << TABLE.indexOf(fact);
        }
        return new DecisionContext(
                moment.now().getEpochSecond(), moment.minute(), 1 << (moment.isoWeekday() - 1), bits);
    }
}
