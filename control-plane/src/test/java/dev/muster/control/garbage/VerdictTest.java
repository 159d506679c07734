package dev.muster.control.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.artifacts.ArtifactUses.Use;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Instant CAME = Instant.parse("2026-11-01T00:00:00Z");
    private static final Duration GRACE = Duration.ofDays(7);
    private static final Use RELEASE = new Use("release", "r", "release os 1");

    private static Verdict at(Instant now, Optional<Instant> since, Use... uses) {
        return Verdict.of(CAME, since, List.of(uses), GRACE, now);
    }

    @Test
    void whatIsNeededStaysHoweverOldAndMarkedItIs() {
        Instant late = CAME.plus(Duration.ofDays(4000));

        assertThat(at(late, Optional.of(CAME), RELEASE)).isEqualTo(new Verdict.Needed(List.of(RELEASE)));
    }

    @Test
    void whatJustCameStaysForTheGrace() {
        assertThat(at(CAME, Optional.empty())).isEqualTo(new Verdict.Young(CAME.plus(GRACE)));
        assertThat(at(CAME.plus(GRACE).minusMillis(1), Optional.of(CAME)))
                .isEqualTo(new Verdict.Young(CAME.plus(GRACE)));
    }

    @Test
    void whatNothingNeedsIsMarkedFirstHoweverLongAgoItCame() {
        Instant now = CAME.plus(Duration.ofDays(4000));

        assertThat(at(now, Optional.empty())).isEqualTo(new Verdict.Marked(now, now.plus(GRACE)));
    }

    @Test
    void aMarkHoldsForTheGraceAndThenItGoes() {
        Instant marked = CAME.plus(Duration.ofDays(30));

        assertThat(at(marked.plus(GRACE).minusMillis(1), Optional.of(marked)))
                .isEqualTo(new Verdict.Marked(marked, marked.plus(GRACE)));
        assertThat(at(marked.plus(GRACE), Optional.of(marked))).isEqualTo(new Verdict.Due(marked));
    }

    @Test
    void evenWithoutGraceNothingGoesInTheRoundThatMarksIt() {
        assertThat(Verdict.of(CAME, Optional.empty(), List.of(), Duration.ZERO, CAME))
                .isInstanceOf(Verdict.Marked.class);
    }
}
