package dev.muster.cli.telemetry;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** Times as people give them. */
public final class Times {
    private Times() {}

    /** An instant, or how long before {@code now}. */
    public static Instant instant(String text, Instant now) {
        try {
            return text.startsWith("P") ? now.minus(Duration.parse(text)) : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new CliException(
                    ExitCode.USAGE, "expected an instant or a duration such as PT1H, found `" + text + "`", e);
        }
    }
}
