package dev.muster.control.devices;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What people may say about a device. Pure; each answers its argument, or is a problem that names it. */
public final class DeviceChecks {
    /** Most keys of metadata that a device can have. */
    public static final int MAX_METADATA = 64;

    private static final int MAX_NAME = 128;
    private static final int MAX_TAGS = 64;
    private static final int MAX_VALUE = 512;
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private DeviceChecks() {}

    /** A name. */
    public static String name(String text) {
        return text("name", text, MAX_NAME);
    }

    /** Tags. */
    public static List<String> tags(List<String> tags) {
        if (tags.size() > MAX_TAGS) {
            throw invalid("expected at most " + MAX_TAGS + " `tags`, found " + tags.size());
        }
        for (String tag : tags) {
            if (!TAG.matcher(tag).matches()) {
                throw invalid("expected a tag of letters, digits, '.', '_', ':', '-', at most 64, found `" + tag + "`");
            }
        }
        return tags;
    }

    /** A device type. */
    public static String type(String text) {
        if (!isType(text)) {
            throw invalid("expected a `type` of letters, digits, '.', '_', '-', at most 64, found `" + text + "`");
        }
        return text;
    }

    static boolean isType(String text) {
        return KEY.matcher(text).matches();
    }

    /** A serial number, UDID or hardware id; {@code name} is what it is called. */
    public static String identifier(String name, String text) {
        return text(name, text, MAX_NAME);
    }

    /** Metadata: keys as they can be asked for, values that an index can hold; null takes a key away. */
    public static Map<String, @Nullable String> metadata(Map<String, @Nullable String> metadata) {
        metadata.forEach((key, value) -> {
            if (!KEY.matcher(key).matches()) {
                throw invalid("expected a key of letters, digits, '.', '_', '-', at most 64, in `metadata`, found `"
                        + key + "`");
            }
            if (value != null && (value.length() > MAX_VALUE || !DeviceWords.fitAttribute(key, value))) {
                throw invalid("expected `metadata." + key + "` of at most " + MAX_VALUE + " characters of text");
            }
        });
        return metadata;
    }

    private static String text(String name, String text, int longest) {
        if (text.isBlank() || text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw invalid("expected `" + name + "` of 1 to " + longest + " characters without control characters");
        }
        return text;
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
