package dev.muster.control.sites;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * When devices may be changed: days, and a span of local time that begins on each. One whose end is not after its begin ends
 * on the next day. Also its form on the wire: {@code {days: ["mon", ..], from: "22:00", to: "04:00"}}. Immutable.
 *
 * @param days {@code mon} to {@code sun}, in that order
 * @param from local time of the site, such as {@code 22:00}
 * @param to local time of the site
 */
public record MaintenanceWindow(List<String> days, String from, String to) {
    private static final List<String> DAYS =
            Arrays.stream(DayOfWeek.values()).map(MaintenanceWindow::shortly).toList();

    /** Refuses what is no day or no time, with a problem that names it. */
    public MaintenanceWindow {
        Set<DayOfWeek> known = EnumSet.noneOf(DayOfWeek.class);
        for (String day : days == null ? List.<String>of() : days) {
            int index = DAYS.indexOf(day);
            if (index < 0) {
                throw invalid("expected `window.days` of " + String.join(", ", DAYS) + ", found `" + day + "`");
            }
            known.add(DayOfWeek.of(index + 1));
        }
        if (known.isEmpty()) {
            throw invalid("expected `window.days` with at least one day, found none");
        }
        days = known.stream().map(MaintenanceWindow::shortly).toList();
        from = time("from", from).toString();
        to = time("to", to).toString();
    }

    /** An opening, as instants. */
    public record Opening(Instant begin, Instant end) {
        /** How long it is open from {@code now} on; zero when it is not. */
        public Duration left(Instant now) {
            return now.isBefore(begin) || !now.isBefore(end) ? Duration.ZERO : Duration.between(now, end);
        }
    }

    /** The opening that holds {@code now}, or else the next one, by the clocks of {@code zone}. */
    public Opening currentOrNext(Instant now, ZoneId zone) {
        LocalDate today = now.atZone(zone).toLocalDate();
        // From yesterday, whose opening may reach into today.
        for (int ahead = -1; ahead <= 8; ahead++) {
            LocalDate day = today.plusDays(ahead);
            if (days.contains(shortly(day.getDayOfWeek()))) {
                Opening opening = on(day, zone);
                if (now.isBefore(opening.end())) {
                    return opening;
                }
            }
        }
        throw new IllegalStateException("a week without any of its days");
    }

    /** Whether it is open. */
    public boolean isOpen(Instant now, ZoneId zone) {
        return !currentOrNext(now, zone).begin().isAfter(now);
    }

    private Opening on(LocalDate day, ZoneId zone) {
        LocalTime begin = LocalTime.parse(from);
        LocalTime end = LocalTime.parse(to);
        Instant opens = day.atTime(begin).atZone(zone).toInstant();
        Instant closes = (end.isAfter(begin) ? day : day.plusDays(1))
                .atTime(end)
                .atZone(zone)
                .toInstant();
        // A clock that is put forward can swallow a short opening.
        return new Opening(opens, closes.isBefore(opens) ? opens : closes);
    }

    private static LocalTime time(String name, String text) {
        try {
            return LocalTime.parse(text == null ? "" : text);
        } catch (DateTimeException e) {
            throw invalid("expected `window." + name + "` such as `22:00`, found `" + text + "`");
        }
    }

    private static String shortly(DayOfWeek day) {
        return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
