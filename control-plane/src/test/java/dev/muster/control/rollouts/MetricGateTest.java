package dev.muster.control.rollouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.rollouts.MetricGate.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricGateTest {
    @ParameterizedTest
    @CsvSource({
        "max(disk.used)<0.9, max(disk.used) < 0.9",
        "' mean ( cpu.load ) >= 12 ', mean(cpu.load) >= 12",
        "min(battery/level) > -0.5, min(battery/level) > -0.5"
    })
    void readsWhatPeopleWriteAndWritesOneForm(String text, String canonical) {
        assertThat(MetricGate.parse(text).text()).isEqualTo(canonical);
        assertThat(MetricGate.parse(canonical)).isEqualTo(MetricGate.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "disk.used < 1", "max() < 1", "max(a b) < 1", "max(a) = 1", "max(a) < much", "max(a) < 1 or"
            })
    void saysWhatIsExpectedOfOtherText(String text) {
        assertThatThrownBy(() -> MetricGate.parse(text)).hasMessageContaining("max(disk.used) < 0.9");
    }

    @Test
    void namesTheStatisticsThereAre() {
        assertThatThrownBy(() -> MetricGate.parse("median(a) < 1")).hasMessageContaining("mean, min, max");
    }

    @ParameterizedTest
    @CsvSource({"<,false,true,false", "<=,false,true,true", ">,true,false,false", ">=,true,false,true"})
    void comparesAsWritten(String sign, boolean above, boolean below, boolean equal) {
        MetricGate gate = MetricGate.parse("max(a) " + sign + " 5");

        assertThat(gate.holds(new Reading(6, 1))).isEqualTo(above);
        assertThat(gate.holds(new Reading(4, 1))).isEqualTo(below);
        assertThat(gate.holds(new Reading(5, 1))).isEqualTo(equal);
    }
}
