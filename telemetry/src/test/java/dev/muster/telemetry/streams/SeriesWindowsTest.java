package dev.muster.telemetry.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.telemetry.streams.SeriesWindows.Window;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SeriesWindowsTest {
    private static final Duration WIDTH = Duration.ofMinutes(1);
    private static final long MINUTE = 60_000;

    @Test
    void countsSamplesOfOneMinuteTogether() {
        SeriesWindows windows = SeriesWindows.empty(WIDTH);

        windows.add(0, 4);
        windows.add(MINUTE - 1, 2);
        windows.add(30_000, 9);

        assertThat(windows.takeChanged()).containsExactly(new Window(0, 3, 2, 9, 15, 9, 0));
    }

    @Test
    void cutsTimeByItsOwnWidth() {
        SeriesWindows hours = SeriesWindows.empty(Duration.ofHours(1));

        hours.add(60 * MINUTE, 1);
        hours.add(120 * MINUTE - 1, 5);
        hours.add(120 * MINUTE, 7);

        assertThat(hours.takeChanged())
                .containsExactly(new Window(60 * MINUTE, 2, 1, 5, 6, 5, 0), new Window(120 * MINUTE, 1, 7, 7, 7, 7, 0));
    }

    @Test
    void emitsAWindowOnlyWhenItChanged() {
        SeriesWindows windows = SeriesWindows.empty(WIDTH);
        windows.add(0, 1);
        windows.takeChanged();

        assertThat(windows.takeChanged()).isEmpty();
        windows.add(1, 1);
        assertThat(windows.takeChanged()).extracting(Window::count).containsExactly(2L);
    }

    @Test
    void goesOnWithAnOldWindowAfterAClockThatRanAhead() {
        SeriesWindows windows = SeriesWindows.empty(WIDTH);
        windows.add(0, 1);
        windows.add(MINUTE * 1_000_000, 5);

        windows.add(1, 3);

        assertThat(windows.takeChanged())
                .filteredOn(window -> window.startMillis() == 0)
                .extracting(Window::count)
                .containsExactly(2L);
    }

    @Test
    void handsOutWhatMustMakeRoomUnlessItWasEmitted() {
        SeriesWindows windows = SeriesWindows.empty(WIDTH);
        windows.add(0, 1);
        windows.takeChanged();
        for (int i = 1; i < SeriesWindows.KEPT; i++) {
            windows.add(i * MINUTE, 1);
        }

        assertThat(windows.add(SeriesWindows.KEPT * MINUTE, 1)).isEmpty();
        assertThat(windows.add((SeriesWindows.KEPT + 1) * MINUTE, 1))
                .hasValueSatisfying(window -> assertThat(window.startMillis()).isEqualTo(MINUTE));
    }

    @Test
    void survivesItsOwnBytes() {
        SeriesWindows windows = SeriesWindows.empty(WIDTH);
        windows.add(0, 1.5);
        windows.add(MINUTE, -2.5);
        windows.takeChanged();
        windows.add(MINUTE, 7);

        SeriesWindows read = SeriesWindows.fromBytes(WIDTH, windows.toBytes());

        assertThat(read.toBytes()).isEqualTo(windows.toBytes());
        assertThat(read.takeChanged()).containsExactly(new Window(MINUTE, 2, -2.5, 7, 4.5, 7, 1));
    }
}
