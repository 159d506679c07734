package dev.muster.control.foureyes;

import static dev.muster.control.foureyes.Critical.FREEZE_OVERRIDES;
import static dev.muster.control.foureyes.Critical.POLICIES;
import static dev.muster.control.foureyes.Critical.ROLLOUTS;
import static dev.muster.control.foureyes.Critical.TRUST;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class FourEyesRuleTest {
    private static FourEyesRule rule(Critical... kinds) {
        return new FourEyesRule(Set.of(kinds), 1, null, "", "");
    }

    @Test
    void tellsWhatMakesItStrongerFromWhatMakesItWeaker() {
        FourEyesRule rule = rule(ROLLOUTS, TRUST);

        assertThat(rule.addedBy(Set.of(ROLLOUTS, POLICIES))).containsExactly(POLICIES);
        assertThat(rule.droppedBy(Set.of(ROLLOUTS, POLICIES))).containsExactly(TRUST);
        assertThat(rule.droppedBy(Set.of(Critical.values()))).isEmpty();
        assertThat(FourEyesRule.NONE.droppedBy(Set.of())).isEmpty();
    }

    @Test
    void everyKindHasANameThatReadsBack() {
        for (Critical kind : Critical.values()) {
            assertThat(Critical.parse(kind.text())).contains(kind);
        }
        assertThat(Critical.parse("freeze-overrides")).contains(FREEZE_OVERRIDES);
        assertThat(Critical.parse("everything")).isEmpty();
    }
}
