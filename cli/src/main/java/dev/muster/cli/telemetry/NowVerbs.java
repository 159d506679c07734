package dev.muster.cli.telemetry;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Format;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster telemetry metrics} and {@code now}: what many devices measure, and what it is now. */
final class NowVerbs {
    private NowVerbs() {}

    @Command(
            name = "metrics",
            headerHeading = "Example: muster telemetry metrics -q tag==camera%n%n",
            header = "Names of the metrics that are numbers on any of the devices.")
    static final class Metrics implements Runnable {
        private final Session session;

        @Option(
                names = {"-q", "--query"},
                paramLabel = "RSQL",
                description = "Which devices, such as site==north; all that you may see if left out.")
        private @Nullable String query;

        Metrics(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer =
                    session.api().get(Url.of("telemetry", "metrics").with("q", query));
            if (session.printer().shape() == Format.Shape.WHOLE) {
                session.printer().whole(answer);
            } else if (new Row(answer).at("items") instanceof List<?> names) {
                names.forEach(session.out()::println);
            }
        }
    }

    @Command(
            name = "now",
            headerHeading = "Example: muster telemetry now cpu.temperature -q site==north%n%n",
            header = "The newest value of one metric on each of many devices.")
    static final class Now implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "METRIC", description = "As `telemetry metrics` shows it.")
        private String metric = "";

        @Option(
                names = {"-q", "--query"},
                paramLabel = "RSQL",
                description = "Which devices, such as site==north; all that you may see if left out.")
        private @Nullable String query;

        Now(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api()
                                    .get(Url.of("telemetry", "latest")
                                            .with("q", query)
                                            .with("metric", metric)),
                            Table.of()
                                    .column("DEVICE", "device")
                                    .column("VALUE", "value")
                                    .column("AT", row -> Show.ago(row.text("at"), session.now())),
                            "device");
        }
    }
}
