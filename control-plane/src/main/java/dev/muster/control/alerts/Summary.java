package dev.muster.control.alerts;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an alert says to people. Pure. */
final class Summary {
    private Summary() {}

    /** The rule's words with what they stand for; words of our own where the rule has none. */
    static String fill(String summary, String kind, String device, String site, @Nullable Double value, String detail) {
        String text = summary.isBlank() ? standard(kind) : summary;
        return text.replace("{device}", device)
                .replace("{site}", site.isEmpty() ? "no site" : site)
                .replace("{value}", value == null ? "" : number(value))
                .replace("{detail}", detail)
                .strip();
    }

    private static String standard(String kind) {
        return switch (kind) {
            case "threshold" -> "{device}: {detail} is {value}";
            case "change" -> "{device}: {detail} changed by {value}";
            case "absence" -> "{device}: nothing of {detail}";
            case "offline" -> "{device} is offline";
            case "drift" -> "{device} is not as decided: {detail}";
            case "permissionUse" -> "{device}: {detail} asked for {value} times";
            default -> "{device}: {detail}";
        };
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }
}
