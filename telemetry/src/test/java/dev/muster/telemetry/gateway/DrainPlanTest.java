package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrainPlanTest {
    @Test
    void spreadsTheConnectionsOfAllLoopsEvenlyOverTheSpan() {
        List<Long> delays = new ArrayList<>();
        for (int loop = 0; loop < 4; loop++) {
            for (int index = 0; index < 25; index++) {
                delays.add(DrainPlan.delayMillis(loop, 4, index, 25, 2_000));
            }
        }

        List<Long> sorted = delays.stream().sorted().toList();
        assertThat(sorted).hasSize(100).doesNotHaveDuplicates();
        assertThat(sorted.getFirst()).isZero();
        for (int i = 1; i < sorted.size(); i++) {
            assertThat(sorted.get(i) - sorted.get(i - 1)).isEqualTo(20);
        }
    }

    @Test
    void oneConnectionOnEachOfManyLoopsIsSpreadAsWell() {
        assertThat(List.of(
                        DrainPlan.delayMillis(0, 3, 0, 1, 3_000),
                        DrainPlan.delayMillis(1, 3, 0, 1, 3_000),
                        DrainPlan.delayMillis(2, 3, 0, 1, 3_000)))
                .containsExactly(0L, 1_000L, 2_000L);
    }

    @Test
    void aSpanOfADayWithAMillionConnectionsDoesNotOverflow() {
        assertThat(DrainPlan.delayMillis(63, 64, 999_999, 1_000_000, 86_400_000))
                .isBetween(86_399_000L, 86_400_000L);
    }
}
