package dev.muster.policy.language.condition;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times of a day as people write them: {@code 06:30}, two digits each. */
public final class ClockTime {
    /** What messages say is expected. */
    public static final String EXPECTED = "a time of day from `00:00` to `24:00`, such as `06:30`,";

    private static final Pattern TIME = Pattern.compile("([0-2][0-9]):([0-5][0-9])");
    private static final int END = 24 * 60;

    private ClockTime() {}

    /** Minutes since midnight, 0 to 1440 ({@code 24:00}); empty for any other text. */
    public static Optional<Integer> minute(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            return Optional.empty();
        }
        int minute = Integer.parseInt(time.group(1)) * 60 + Integer.parseInt(time.group(2));
        return minute <= END ? Optional.of(minute) : Optional.empty();
    }

    /** The text of 0 to 1440 minutes. */
    public static String text(int minute) {
        return String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
    }
}
