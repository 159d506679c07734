package dev.muster.control.freezes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class FreezeTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private static Freeze freeze(int fromHour, int toHour, String selector) {
        return new Freeze(
                "harvest",
                NOW.plusSeconds(3600L * fromHour),
                NOW.plusSeconds(3600L * toHour),
                selector,
                "",
                NOW,
                "",
                "");
    }

    @Test
    void endingEarlierBeginningLaterOrHoldingFewerIsWeaker() {
        Freeze freeze = freeze(-1, 10, "");

        assertThat(freeze.weakenedBy(freeze(-1, 9, ""), NOW)).isTrue();
        assertThat(freeze.weakenedBy(freeze(1, 10, ""), NOW)).isTrue();
        assertThat(freeze.weakenedBy(freeze(-1, 10, "site==north"), NOW)).isTrue();
        assertThat(freeze(-1, 10, "site==north").weakenedBy(freeze(-1, 10, "site==south"), NOW))
                .isTrue();
    }

    @Test
    void holdingLongerOrMoreIsNot() {
        Freeze freeze = freeze(2, 10, "site==north");

        assertThat(freeze.weakenedBy(freeze(2, 10, "site==north"), NOW)).isFalse();
        assertThat(freeze.weakenedBy(freeze(1, 11, "site==north"), NOW)).isFalse();
        assertThat(freeze.weakenedBy(freeze(2, 10, ""), NOW)).isFalse();
        assertThat(freeze(-3, 10, "").weakenedBy(freeze(-1, 10, ""), NOW))
                .as("what has passed holds nobody any more")
                .isFalse();
        assertThat(freeze(-3, -1, "").weakenedBy(freeze(-3, -2, ""), NOW)).isFalse();
    }
}
