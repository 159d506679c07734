package dev.muster.cli.rollouts;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How devices switch to what they loaded: {@code --install soft --window sat,sun@08:00-18:00}. */
final class InstallOptions {
    private static final Pattern WINDOW =
            Pattern.compile("(?:(?<days>[a-z,]+)@)?(?<from>\\d{2}:\\d{2})-(?<to>\\d{2}:\\d{2})");

    private InstallOptions() {}

    /** What the API takes. */
    static Map<String, Object> body(String mode, @Nullable String window) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("mode", mode);
        if ("site".equals(window)) {
            body.put("window", Map.of("site", true));
        } else if (window != null) {
            Matcher matcher = WINDOW.matcher(window);
            if (!matcher.matches()) {
                throw new CliException(
                        ExitCode.USAGE,
                        "expected a window like `site`, `22:00-04:00` or `sat,sun@08:00-18:00`, found `" + window
                                + "`");
            }
            Map<String, Object> times = new LinkedHashMap<>();
            if (matcher.group("days") != null) {
                times.put("days", List.of(matcher.group("days").split(",")));
            }
            times.put("from", matcher.group("from"));
            times.put("to", matcher.group("to"));
            body.put("window", times);
        }
        return body;
    }
}
