package dev.muster.simulator.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixTest {
    @Test
    void dealsWholeDevicesThatAddUp() {
        Mix mix = Mix.parse("steady=80,flapping=5,slow=5,failing=5,sleeping=3,clock-wrong=2");

        assertThat(mix.counts(50).values().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(50);
        assertThat(mix.counts(20_000))
                .containsEntry(new Behaviour.Steady(), 16_000)
                .containsEntry(new Behaviour.Sleeping(), 600)
                .containsEntry(new Behaviour.ClockWrong(), 400);
    }

    @Test
    void givesWhatIsLeftToTheLargestRemainder() {
        Mix mix = Mix.parse("steady=67,failing=33");

        assertThat(mix.counts(10)).containsEntry(new Behaviour.Steady(), 7).containsEntry(new Behaviour.Failing(), 3);
        assertThat(mix.counts(1)).containsEntry(new Behaviour.Steady(), 1).containsEntry(new Behaviour.Failing(), 0);
    }

    @Test
    void dealsTheSameForTheSameSeedAndAnotherForAnother() {
        Mix mix = Mix.parse("steady=50,failing=50");

        List<Behaviour> dealt = mix.deal(100, 7);

        assertThat(mix.deal(100, 7)).isEqualTo(dealt);
        assertThat(mix.deal(100, 8)).isNotEqualTo(dealt).containsExactlyInAnyOrderElementsOf(dealt);
        assertThat(Collections.frequency(dealt, new Behaviour.Failing())).isEqualTo(50);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "steady=80|together 100, found 80",
                "steady=80,lazy=20|steady, flapping, slow, failing, sleeping, clock-wrong; found `lazy`",
                "steady=60,steady=40|each behaviour once, found `steady` twice",
                "steady=many|percentage from 0 to 100, found `many`",
                "steady=101|percentage from 0 to 100, found `101`",
                "steady|expected `behaviour=percent`, found `steady`",
            })
    void namesWhatIsWrongWithShares(String text, String problem) {
        assertThatThrownBy(() -> Mix.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }
}
