package dev.muster.control.sites;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.http.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaintenanceWindowTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Test
    void anEndBeforeItsBeginIsOnTheNextDay() {
        MaintenanceWindow window = new MaintenanceWindow(List.of("mon"), "22:00", "04:00");

        // 2026-11-23 is a Monday.
        assertThat(window.isOpen(Instant.parse("2026-11-23T20:59:59Z"), BERLIN)).isFalse();
        assertThat(window.isOpen(Instant.parse("2026-11-23T21:00:00Z"), BERLIN)).isTrue();
        assertThat(window.isOpen(Instant.parse("2026-11-24T02:59:59Z"), BERLIN)).isTrue();
        assertThat(window.isOpen(Instant.parse("2026-11-24T03:00:00Z"), BERLIN)).isFalse();
    }

    @Test
    void theNextOpeningMayBeAWeekAway() {
        MaintenanceWindow window = new MaintenanceWindow(List.of("mon"), "10:00", "11:00");

        MaintenanceWindow.Opening next = window.currentOrNext(Instant.parse("2026-11-23T10:00:00Z"), BERLIN);

        assertThat(next.begin()).isEqualTo(Instant.parse("2026-11-30T09:00:00Z"));
        assertThat(next.left(Instant.parse("2026-11-23T10:00:00Z"))).isZero();
        assertThat(next.left(Instant.parse("2026-11-30T09:15:00Z"))).isEqualTo(Duration.ofMinutes(45));
    }

    @Test
    void clocksThatAreChangedMoveTheInstantsNotTheLocalTimes() {
        // In the night to 2026-10-25 Berlin's clocks go back from 3 to 2.
        MaintenanceWindow window = new MaintenanceWindow(List.of("sat"), "22:00", "04:00");

        MaintenanceWindow.Opening night = window.currentOrNext(Instant.parse("2026-10-24T12:00:00Z"), BERLIN);

        assertThat(Duration.between(night.begin(), night.end())).isEqualTo(Duration.ofHours(7));
    }

    @Test
    void daysAreToldOnceAndInOrder() {
        assertThat(new MaintenanceWindow(List.of("sun", "mon", "sun"), "00:00", "00:00").days())
                .containsExactly("mon", "sun");
    }

    @Test
    void whatIsNoDayAndNoTimeIsNamed() {
        assertThatThrownBy(() -> new MaintenanceWindow(List.of("monday"), "22:00", "04:00"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("found `monday`");
        assertThatThrownBy(() -> new MaintenanceWindow(List.of("mon"), "25:00", "04:00"))
                .hasMessageContaining("`window.from`");
        assertThatThrownBy(() -> new MaintenanceWindow(List.of(), "22:00", "04:00"))
                .hasMessageContaining("at least one day");
    }
}
