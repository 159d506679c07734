package dev.muster.control.devices;

import java.time.Instant;
import java.util.Map;

/**
 * What a device says, within what can be stored: a device must not be able to stop those behind it by saying something
 * that no row can hold. Every word of a device passes here before it reaches SQL. Pure.
 */
public final class DeviceWords {
    /** Longest name that becomes part of a key, in characters; app and permission names are shorter. */
    public static final int LONGEST = 256;

    /** Longest value that is part of an index, in characters: four bytes each still fit the page of a B-tree. */
    private static final int LONGEST_VALUE = 512;

    private static final Instant FIRST = Instant.EPOCH;
    private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

    private DeviceWords() {}

    /** Whether all of them can be part of a key. */
    public static boolean fit(String... names) {
        for (String name : names) {
            if (name.isEmpty() || name.length() > LONGEST || !isText(name)) {
                return false;
            }
        }
        return true;
    }

    /** Whether an attribute can be stored and looked for. */
    public static boolean fitAttribute(String key, String value) {
        return fit(key) && value.length() <= LONGEST_VALUE && isText(value);
    }

    /**
     * Whether every string in a tree of maps, iterables and scalars is text: PostgreSQL stores neither U+0000 nor half a
     * surrogate pair.
     */
    public static boolean areText(Object tree) {
        return switch (tree) {
            case String text -> isText(text);
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .allMatch(entry ->
                                areText(entry.getKey()) && (entry.getValue() == null || areText(entry.getValue())));
            case Iterable<?> list -> {
                for (Object item : list) {
                    if (item != null && !areText(item)) {
                        yield false;
                    }
                }
                yield true;
            }
            default -> true;
        };
    }

    /** Whether the instant lies within what the calendar of rows and messages can hold. */
    public static boolean isTime(Instant said) {
        return said.equals(within(said));
    }

    /** The instant, or the end of the calendar that is nearest to it. */
    public static Instant within(Instant said) {
        if (said.isBefore(FIRST)) {
            return FIRST;
        }
        return said.isAfter(LAST) ? LAST : said;
    }

    private static boolean isText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\0' || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c) && (++i == text.length() || !Character.isLowSurrogate(text.charAt(i)))) {
                return false;
            }
        }
        return true;
    }
}
