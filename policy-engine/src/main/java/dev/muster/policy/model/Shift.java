package dev.muster.policy.model;

import java.time.LocalDate;
import java.util.List;
import java.util.NavigableSet;

/**
 * A shift calendar: weekly windows in local time of the device's site, with days on which they do not apply and single
 * days on which they do.
 *
 * @param windows weekly windows, at least one
 * @param except days (by the start of the window) on which no window starts
 * @param also further days on which every window's hours apply, whatever the weekday; wins over {@code except}
 */
public record Shift(
        String name,
        String description,
        List<Window> windows,
        NavigableSet<LocalDate> except,
        NavigableSet<LocalDate> also)
        implements PolicyDocument {
    public Shift {
        Names.check("Shift", name);
        windows = List.copyOf(windows);
        except = java.util.Collections.unmodifiableNavigableSet(new java.util.TreeSet<>(except));
        also = java.util.Collections.unmodifiableNavigableSet(new java.util.TreeSet<>(also));
        if (windows.isEmpty()) {
            throw new IllegalArgumentException("shift `" + name + "`: at least one window expected, found none");
        }
    }

    /**
     * A window of a week. One that ends at or before its start ends on the next day.
     *
     * @param days days it starts on, bit 0 Monday to bit 6 Sunday
     * @param from minute of the day, 0 to 1439
     * @param to minute of the day, 0 to 1440
     */
    public record Window(int days, int from, int to) {
        public Window {
            if (days <= 0 || days > Condition.Weekdays.ALL || from < 0 || from > 1439 || to < 0 || to > 1440) {
                throw new IllegalArgumentException(
                        "window of a shift: days 1 to 127, from 0 to 1439, to 0 to 1440 expected," + " found days "
                                + days + " from " + from + " to " + to);
            }
        }
    }
}
