package dev.muster.policy.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecisionTest {
    @ParameterizedTest
    @EnumSource(Reason.class)
    void carriesEveryReason(Reason reason) {
        for (int row : new int[] {0, 1, 100_000, Integer.MAX_VALUE}) {
            long decision = Decision.of(Decision.code(reason, 126), row, 0xFFFE);

            assertThat(Decision.reason(decision)).isEqualTo(reason);
            assertThat(Decision.isGranted(decision)).isEqualTo(reason.isGranted());
            assertThat(Decision.row(decision)).isEqualTo(row);
            assertThat(Decision.permission(decision)).isEqualTo(0xFFFE);
            assertThat(Decision.step(decision)).isEqualTo(126);
        }
        assertThat(Decision.row(Decision.of(reason))).isEqualTo(Decision.NO_ROW);
        assertThat(Decision.permission(Decision.of(reason))).isEqualTo(Decision.NO_PERMISSION);
        assertThat(Decision.step(Decision.of(reason))).isEqualTo(Decision.NO_STEP);
    }

    /** Bundles in the field carry these numbers. */
    @Test
    void keepsTheNumbersOfReasons() {
        assertThat(Arrays.stream(Reason.values()).map(reason -> reason.number() + " " + reason.code()))
                .containsExactly(
                        "1 role",
                        "2 capability",
                        "3 delegated",
                        "16 unknown-token",
                        "17 unknown-permission",
                        "18 not-requested",
                        "19 apl",
                        "20 service-only",
                        "21 guard-rail",
                        "22 ceiling",
                        "23 unbound",
                        "24 not-in-role",
                        "25 lease-ended",
                        "26 lease-guard-rail",
                        "27 no-policy",
                        "28 condition",
                        "29 bad-chain");
    }

    @Test
    void knowsWhatIsNoReason() {
        assertThat(Reason.isKnown(0)).isFalse();
        assertThat(Reason.isKnown(255)).isFalse();
        assertThatThrownBy(() -> Reason.of(0)).hasMessage("number of a reason expected, found 0");
    }
}
