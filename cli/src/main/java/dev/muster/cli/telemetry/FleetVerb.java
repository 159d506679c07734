package dev.muster.cli.telemetry;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster telemetry fleet}. */
@Command(
        name = "fleet",
        headerHeading = "Example: muster telemetry fleet cpu.load -q site==north --from PT6H%n%n",
        header = "One metric of many devices together: lowest, highest and mean of each step.")
final class FleetVerb implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "METRIC", description = "As `telemetry latest` shows it.")
    private String metric = "";

    @Mixin
    private final SpanOptions span = new SpanOptions();

    @Option(names = "--points", paramLabel = "N", defaultValue = "60", description = "How many steps (default: 60).")
    private int points = 60;

    FleetVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Url url = Url.of("telemetry").with("metric", metric).with("points", points);
        Map<String, Object> answer = session.api().get(span.on(url, session.now()));
        Printer printer = session.printer();
        printer.one(
                answer,
                Table.of()
                        .column("Metric", "metric")
                        .column("Devices", "devices")
                        .column("Made of", "level"),
                "metric");
        printer.part(
                new Row(answer).rows("points"),
                Table.of()
                        .column("AT", "at")
                        .column("MIN", "min")
                        .column("MEAN", "mean")
                        .column("MAX", "max")
                        .column("DEVICES", "devices"));
    }
}
