package dev.muster.control.rollouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.muster.protocol.desired.InstallLeases.Window;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaintenanceWindowTest {
    private static final MaintenanceWindow NIGHTS = MaintenanceWindow.parse(List.of(), "22:00", "04:00");
    private static final MaintenanceWindow SUNDAY = MaintenanceWindow.parse(List.of("sun"), "08:00", "10:00");

    @Test
    void countsToTheNextOpening() {
        assertThat(NIGHTS.next(berlin("2026-11-26T12:00")))
                .isEqualTo(new Window(Duration.ofHours(10), Duration.ofHours(6)));
        // 2026-11-26 is a Thursday.
        assertThat(SUNDAY.next(berlin("2026-11-26T08:00")))
                .isEqualTo(new Window(Duration.ofDays(3), Duration.ofHours(2)));
    }

    @Test
    void isOpenAcrossMidnightAndSaysHowLongStill() {
        assertThat(NIGHTS.next(berlin("2026-11-26T23:00"))).isEqualTo(new Window(Duration.ZERO, Duration.ofHours(5)));
        assertThat(NIGHTS.next(berlin("2026-11-27T03:59"))).isEqualTo(new Window(Duration.ZERO, Duration.ofMinutes(1)));
        assertThat(NIGHTS.next(berlin("2026-11-27T04:00")))
                .isEqualTo(new Window(Duration.ofHours(18), Duration.ofHours(6)));
    }

    @Test
    void aWindowThatBeganOnItsDayEndsOnTheNext() {
        MaintenanceWindow saturdayNight = MaintenanceWindow.parse(List.of("sat"), "23:00", "01:00");

        assertThat(saturdayNight.next(berlin("2026-11-29T00:30")))
                .isEqualTo(new Window(Duration.ZERO, Duration.ofMinutes(30)));
    }

    @Test
    void followsTheClocksOfTheSite() {
        // The night in which Berlin's clocks go forward has one hour less.
        assertThat(NIGHTS.next(berlin("2027-03-27T21:00")))
                .isEqualTo(new Window(Duration.ofHours(1), Duration.ofHours(5)));
        assertThat(NIGHTS.next(berlin("2026-10-24T21:00")))
                .isEqualTo(new Window(Duration.ofHours(1), Duration.ofHours(7)));
    }

    @Test
    void saysWhatIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MaintenanceWindow.parse(List.of("monday"), "22:00", "04:00"))
                .withMessageContaining("found `monday`");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MaintenanceWindow.parse(List.of(), "22", "04:00"))
                .withMessage("`from`: expected a time of day such as 22:00, found `22`");
    }

    private static ZonedDateTime berlin(String local) {
        return LocalDateTime.parse(local).atZone(ZoneId.of("Europe/Berlin"));
    }
}
