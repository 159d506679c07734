package dev.muster.control.rollouts;

import dev.muster.protocol.desired.InstallLeases;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When devices of a site may be interrupted, in the site's local time. Pure.
 *
 * @param days on which it opens
 * @param to before or at {@code from}: it ends on the next day
 */
public record MaintenanceWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
    public MaintenanceWindow {
        if (days.isEmpty()) {
            throw new IllegalArgumentException("expected at least one day, found none");
        }
        days = Set.copyOf(days);
    }

    /**
     * Reads one as people write it.
     *
     * @param days such as {@code mon,tue}; every day where null or empty
     * @param from such as {@code 22:00}
     */
    static MaintenanceWindow parse(List<String> days, String from, String to) {
        Set<DayOfWeek> open = days.isEmpty()
                ? EnumSet.allOf(DayOfWeek.class)
                : days.stream()
                        .map(MaintenanceWindow::day)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(DayOfWeek.class)));
        return new MaintenanceWindow(open, time("from", from), time("to", to));
    }

    private static DayOfWeek day(String text) {
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> text(day).equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected days of `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`, found `" + text + "`"));
    }

    private static LocalTime time(String member, String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "`" + member + "`: expected a time of day such as 22:00, found `" + text + "`", e);
        }
    }

    /** The days as people write them, from Monday on. */
    List<String> dayTexts() {
        return days.stream().sorted().map(MaintenanceWindow::text).toList();
    }

    private static String text(DayOfWeek day) {
        return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
    }

    /** The window that is open at the moment, or the next one. */
    InstallLeases.Window next(ZonedDateTime now) {
        // One that opened yesterday may still be open; a week on, every day has come.
        for (LocalDate day = now.toLocalDate().minusDays(1); ; day = day.plusDays(1)) {
            if (!days.contains(day.getDayOfWeek())) {
                continue;
            }
            ZonedDateTime opens = day.atTime(from).atZone(now.getZone());
            ZonedDateTime closes =
                    (to.isAfter(from) ? day : day.plusDays(1)).atTime(to).atZone(now.getZone());
            if (now.isBefore(closes) && opens.isBefore(closes)) {
                Duration opensIn = now.isBefore(opens) ? Duration.between(now, opens) : Duration.ZERO;
                return new InstallLeases.Window(opensIn, Duration.between(now.isBefore(opens) ? opens : now, closes));
            }
        }
    }
}
