package dev.muster.policy.condition;

import dev.muster.policy.model.Shift;
import java.time.LocalDate;
import java.time.LocalDateTime;

/** Whether a shift is on. */
public final class Shifts {
    private Shifts() {}

    /** By the wall clock of the site: a window that passes midnight belongs to the day it starts on. */
    public static boolean isOn(Shift shift, LocalDateTime local) {
        LocalDate today = local.toLocalDate();
        int minute = local.getHour() * 60 + local.getMinute();
        for (Shift.Window window : shift.windows()) {
            boolean overnight = window.to() <= window.from();
            boolean on = overnight
                    ? (minute >= window.from() && startsOn(shift, window, today))
                            || (minute < window.to() && startsOn(shift, window, today.minusDays(1)))
                    : minute >= window.from() && minute < window.to() && startsOn(shift, window, today);
            if (on) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsOn(Shift shift, Shift.Window window, LocalDate day) {
        boolean weekday = (window.days() >>> (day.getDayOfWeek().getValue() - 1) & 1) != 0;
        return shift.also().contains(day) || (weekday && !shift.except().contains(day));
    }
}
