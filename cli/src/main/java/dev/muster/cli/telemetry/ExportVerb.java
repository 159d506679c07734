package dev.muster.cli.telemetry;

import dev.muster.cli.http.Url;
import dev.muster.cli.session.Session;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster telemetry export}. */
@Command(
        name = "export",
        headerHeading =
                "Example: muster telemetry export -q site==north --metric cpu.load --from P1D --out day.csv%n%n",
        header = "Samples as they were sent, as a file.",
        footer = "As far back as samples are kept (7 days), 31 days at most at once. That you took them is recorded.")
final class ExportVerb implements Runnable {
    private final Session session;

    @Mixin
    private final SpanOptions span = new SpanOptions();

    @Option(names = "--metric", paramLabel = "METRIC", description = "Only this one; all if left out.")
    private @Nullable String metric;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "csv", description = "csv (default) or ndjson.")
    private String format = "csv";

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write it; standard output if left out.")
    private @Nullable Path out;

    ExportVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Url all = span.on(Url.of("telemetry", "export").with("format", format), session.now());
        Url url = metric == null ? all : all.with("metric", metric);
        Path file = out;
        if (file == null) {
            session.api().text(url, session.out());
            return;
        }
        session.api().download(url, file);
        session.printer().done("wrote " + file);
    }
}
