package dev.muster.simulator.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MachineLimitsTest {
    @Test
    void saysHowManyFilesAreNeeded() {
        assertThatThrownBy(() -> new MachineLimits(1_024, 28_232).require(20_000, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("20500 open files")
                .hasMessageContaining("found 1024")
                .hasMessageContaining("ulimit -n 20500");
    }

    @Test
    void countsPortsByAddress() {
        MachineLimits limits = new MachineLimits(1_000_000, 28_232);

        assertThatCode(() -> limits.require(20_000, 0)).doesNotThrowAnyException();
        assertThatThrownBy(() -> limits.require(50_000, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found 27732")
                .hasMessageContaining("--from 127.0.0.1,127.0.0.2");
        assertThatCode(() -> limits.require(50_000, 2)).doesNotThrowAnyException();
    }
}
