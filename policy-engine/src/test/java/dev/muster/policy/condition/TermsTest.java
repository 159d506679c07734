package dev.muster.policy.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.policy.model.Condition;
import dev.muster.policy.model.Condition.Fact;
import dev.muster.policy.model.FactKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Narrowing as an algebra: what a delegated capability may do with its parent's condition. */
class TermsTest {
    private static final List<Fact> FACTS = List.of(
            new Fact(FactKind.ZONE, "pit"),
            new Fact(FactKind.SHIFT, "night"),
            new Fact(FactKind.GROUP, "blasters"),
            new Fact(FactKind.STATE, "charging"),
            new Fact(FactKind.NETWORK, "wifi"));
    private static final FactTable TABLE = FactTable.of(FACTS);

    @Test
    void intersectionIsCommutativeAssociativeAndIdempotent() {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            Terms a = terms(random);
            Terms b = terms(random);
            Terms c = terms(random);

            assertThat(same(a.and(b), b.and(a))).as("seed %d", seed).isTrue();
            assertThat(same(a.and(a), a)).as("seed %d", seed).isTrue();
            assertThat(same(then(a.and(b), c), then(b.and(c), a)))
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(a.and(Terms.NEVER)).isEqualTo(Terms.NEVER);
            assertThat(same(a.and(Terms.ALWAYS), a)).as("seed %d", seed).isTrue();
        }
    }

    @Test
    void anIntersectionImpliesBothParts() {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            Terms parent = terms(random);
            Terms narrowing = terms(random);

            Terms attenuated = (Terms) parent.and(narrowing);

            assertThat(attenuated.implies(parent)).as("seed %d", seed).isTrue();
            assertThat(attenuated.implies(narrowing)).as("seed %d", seed).isTrue();
        }
    }

    @Test
    void whatIsAttenuatedNeverHoldsWhereItsParentDoesNot() {
        int held = 0;
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            List<Terms> chain = new ArrayList<>();
            chain.add(terms(random));
            for (int i = 0; i < 3; i++) {
                chain.add((Terms) chain.getLast().and(terms(random)));
            }
            for (int i = 0; i < 100; i++) {
                var context = LoweringTest.context(LoweringTest.moment(random));
                for (int link = 1; link < chain.size(); link++) {
                    if (chain.get(link).holds(context)) {
                        held++;
                        assertThat(chain.get(link - 1).holds(context))
                                .as("seed %d", seed)
                                .isTrue();
                    }
                }
            }
        }
        assertThat(held).isPositive();
    }

    /** Implication is exact: where it says no, there is a moment that shows why. */
    @Test
    void impliesExactlyWhereNoMomentContradicts() {
        int yes = 0;
        for (int seed = 0; seed < 600; seed++) {
            Random random = new Random(seed);
            Terms a = terms(random);
            Terms b = random.nextBoolean() ? terms(random) : (Terms) a.or(terms(random));
            boolean contradicted = false;
            for (int i = 0; i < 200; i++) {
                var context = LoweringTest.context(LoweringTest.moment(random));
                contradicted |= a.holds(context) && !b.holds(context);
            }

            boolean implies = a.implies(b);

            yes += implies ? 1 : 0;
            assertThat(implies && contradicted).as("seed %d", seed).isFalse();
        }
        assertThat(yes).isGreaterThan(100);
    }

    @Test
    void equalMeaningIsSeenByImplicationBothWays() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Condition condition = DirectEvaluator.random(random, FACTS, 2);
            Optional<Terms> plain = lower(condition);
            Optional<Terms> twisted =
                    lower(new Condition.Not(new Condition.Any(List.of(new Condition.Not(condition)))));

            assertThat(plain).isPresent();
            assertThat(twisted).isPresent();
            assertThat(same(plain.get(), twisted.get())).as("seed %d", seed).isTrue();
        }
    }

    private static boolean same(Lowered a, Lowered b) {
        return a instanceof Terms x && b instanceof Terms y && x.implies(y) && y.implies(x);
    }

    private static Lowered then(Lowered a, Terms b) {
        return ((Terms) a).and(b);
    }

    private static Terms terms(Random random) {
        return lower(DirectEvaluator.random(random, FACTS, 2)).orElse(Terms.NEVER);
    }

    private static Optional<Terms> lower(Condition condition) {
        return Lowering.lower(condition, TABLE) instanceof Terms terms ? Optional.of(terms) : Optional.empty();
    }
}
