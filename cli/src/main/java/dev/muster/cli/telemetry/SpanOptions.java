package dev.muster.cli.telemetry;

import dev.muster.cli.http.Url;
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
                .with("from", Times.instant(from, now))
                .with("to", to == null ? now : Times.instant(to, now));
    }
}
