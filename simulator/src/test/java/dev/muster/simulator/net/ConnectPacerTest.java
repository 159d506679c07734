package dev.muster.simulator.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectPacerTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void spreadsThoseWhoAskAtOnce() {
        ConnectPacer pacer = new ConnectPacer(10);

        assertThat(pacer.turn(5 * SECOND)).isZero();
        assertThat(pacer.turn(5 * SECOND)).isEqualTo(Duration.ofMillis(100));
        assertThat(pacer.turn(5 * SECOND)).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void savesNoTurnsForLater() {
        ConnectPacer pacer = new ConnectPacer(10);
        pacer.turn(0);

        assertThat(pacer.turn(60 * SECOND)).isZero();
        assertThat(pacer.turn(60 * SECOND)).isEqualTo(Duration.ofMillis(100));
    }
}
