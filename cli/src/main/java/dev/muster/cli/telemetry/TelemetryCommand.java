package dev.muster.cli.telemetry;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "telemetry",
        headerHeading = "Example: muster telemetry latest press-07%n%n",
        header = "Telemetry: latest values, series, live.",
        subcommands = {
            TelemetryCommand.Latest.class,
            TelemetryCommand.Series.class,
            TailVerb.class,
            FleetVerb.class,
            NowVerbs.Metrics.class,
            NowVerbs.Now.class,
            ExportVerb.class
        })
public final class TelemetryCommand {

    @Command(
            name = "latest",
            headerHeading = "Example: muster telemetry latest press-07%n%n",
            header = "The newest value of each metric.")
    static final class Latest implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "DEVICE", description = "The device's id.")
        private String device = "";

        Latest(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api().get(Url.of("devices", device, "telemetry", "latest")),
                            Table.of()
                                    .column("METRIC", "metric")
                                    .column("VALUE", "value")
                                    .column("AT", row -> Show.ago(row.text("at"), session.now())),
                            "metric");
        }
    }

    @Command(
            name = "series",
            headerHeading = "Example: muster telemetry series press-07 cpu.load --from PT1H --points 60%n%n",
            header = "One metric over time: lowest, highest, mean and last of each step.")
    static final class Series implements Runnable {
        private final Session session;

        @Parameters(index = "0", paramLabel = "DEVICE", description = "The device's id.")
        private String device = "";

        @Parameters(index = "1", paramLabel = "METRIC", description = "As `telemetry latest` shows it.")
        private String metric = "";

        @Option(
                names = "--from",
                paramLabel = "TIME",
                defaultValue = "PT1H",
                description = "An instant, or how long ago, such as PT1H (default).")
        private String from = "PT1H";

        @Option(names = "--to", paramLabel = "TIME", description = "An instant, or how long ago; now if left out.")
        private @Nullable String to;

        @Option(
                names = "--points",
                paramLabel = "N",
                defaultValue = "60",
                description = "How many steps (default: 60).")
        private int points = 60;

        Series(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer = session.api()
                    .get(Url.of("devices", device, "telemetry")
                            .with("metric", metric)
                            .with("from", Times.instant(from, session.now()))
                            .with("to", to == null ? session.now() : Times.instant(to, session.now()))
                            .with("points", points));
            Printer printer = session.printer();
            printer.one(answer, Table.of().column("Metric", "metric").column("Made of", "level"), "metric");
            printer.part(
                    new Row(answer).rows("points"),
                    Table.of()
                            .column("AT", "at")
                            .column("MIN", "min")
                            .column("MEAN", "mean")
                            .column("MAX", "max")
                            .column("LAST", "last"));
        }
    }
}
