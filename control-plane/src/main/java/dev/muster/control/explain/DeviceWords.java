package dev.muster.control.explain;

import java.time.Instant;

/**
 * What a device says, within what can be stored: a device must not be able to stop those behind it by saying something
 * that no row can hold. Pure.
 */
public final class DeviceWords {
    /** Longest name that becomes part of a key; app and permission names are shorter. */
    private static final int LONGEST = 256;

    private static final Instant FIRST = Instant.EPOCH;
    private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

    private DeviceWords() {}

    /** Whether all of them can be part of a key. */
    public static boolean fit(String... names) {
        for (String name : names) {
            if (name.isEmpty() || name.length() > LONGEST || name.indexOf('\0') >= 0) {
                return false;
            }
        }
        return true;
    }

    /** The instant, or the end of the calendar that is nearest to it. */
    public static Instant within(Instant said) {
        if (said.isBefore(FIRST)) {
            return FIRST;
        }
        return said.isAfter(LAST) ? LAST : said;
    }
}
