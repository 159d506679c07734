package dev.muster.agent.platform.openharmony;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code bm} said to a change: done only where it said so in its own words, whatever it exited with. */
public sealed interface BundleAnswer {
    /** It is done. */
    record Done() implements BundleAnswer {}

    /**
     * It is not.
     *
     * @param code its number; 0 where it named none
     * @param reason one CamelCase word for the report
     * @param text for people
     */
    record Refused(int code, String reason, String text) implements BundleAnswer {}

    /** Every code of the bundle manager begins like this. */
    Pattern CODE = Pattern.compile("(?<![0-9])(9568[0-9]{3})(?![0-9])");

    int LONGEST_QUOTE = 300;

    /** Reads the answer to {@code bm install}. */
    static BundleAnswer install(String text) {
        return read(text, "install bundle successfully");
    }

    /** Reads the answer to {@code bm uninstall}. */
    static BundleAnswer uninstall(String text) {
        return read(text, "uninstall bundle successfully");
    }

    /** Reads the answer to {@code bm disable}. */
    static BundleAnswer disable(String text) {
        return read(text, "disable bundle successfully");
    }

    /** Reads the answer to {@code bm enable}. */
    static BundleAnswer enable(String text) {
        return read(text, "enable bundle successfully");
    }

    private static BundleAnswer read(String text, String success) {
        Matcher code = CODE.matcher(text);
        if (code.find()) {
            int number = Integer.parseInt(code.group(1));
            Optional<BundleCode> known = BundleCode.of(number);
            return new Refused(
                    number,
                    known.map(BundleCode::reason).orElse("DeviceRefused"),
                    known.map(BundleCode::text).orElseGet(() -> "the bundle manager says: " + quote(text)) + " ("
                            + number + ")");
        }
        // A longer word must not pass for a shorter one: "uninstall bundle successfully" holds the other sentence.
        boolean done =
                text.lines().map(String::strip).anyMatch(line -> line.equals(success) || line.equals(success + "."));
        return done ? new Done() : new Refused(0, "DeviceRefused", "the bundle manager says: " + quote(text));
    }

    private static String quote(String text) {
        String flat = text.strip().replaceAll("\\s+", " ");
        return flat.isEmpty()
                ? "nothing"
                : "`" + (flat.length() > LONGEST_QUOTE ? flat.substring(0, LONGEST_QUOTE) + "..." : flat) + "`";
    }
}
