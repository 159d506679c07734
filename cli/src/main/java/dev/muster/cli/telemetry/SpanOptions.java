package dev.muster.cli.telemetry;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which devices and what time. */
final class SpanOptions {
    @Option(
            names = {"-q", "--query"},
            paramLabel = "QUERY",
            defaultValue = "",
            description = "Which devices, such as site==north; all that you may see if left out.")
    private String query = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            defaultValue = "PT1H",
            description = "An instant, or how long ago, such as PT1H (default).")
    private String from = "PT1H";

    @Option(names = "--to", paramLabel = "TIME", description = "An instant, or how long ago; now if left out.")
    private @Nullable String to;

    /** The address with what was asked for. */
    Url on(Url url, Instant now) {
        return (query.isEmpty() ? url : url.with("q", query))
                .with("from", instant(from, now))
                .with("to", to == null ? now : instant(to, now));
    }

    /** An instant, or how long before {@code now}. */
    static Instant instant(String text, Instant now) {
        try {
            return text.startsWith("P") ? now.minus(Duration.parse(text)) : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new CliException(
                    ExitCode.USAGE, "expected an instant or a duration such as PT1H, found `" + text + "`", e);
        }
    }
}
