package dev.muster.cli.alerts;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Session;
import dev.muster.cli.telemetry.Times;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster alerts preview}. */
@Command(
        name = "preview",
        headerHeading = "Example: muster alerts preview hot-motor.yaml --from P2D%n%n",
        header = "Which alerts a rule would have raised over what devices sent; stores nothing.",
        footer = "For rules of every kind but permissionUse, as far back as samples are kept (7 days).")
final class PreviewVerb implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "FILE", description = "A YAML file with one rule, or - for standard input.")
    private String file = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            defaultValue = "P1D",
            description = "An instant, or how long ago, such as P1D (default).")
    private String from = "P1D";

    @Option(names = "--to", paramLabel = "TIME", description = "An instant, or how long ago; now if left out.")
    private @Nullable String to;

    PreviewVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Url url = Url.of("alert-rules", "preview")
                .with("from", Times.instant(from, session.now()))
                .with("to", to == null ? session.now() : Times.instant(to, session.now()));
        Map<String, Object> answer = session.api().post(url, "application/yaml", FileInput.read(session.shell(), file));
        session.printer()
                .one(
                        answer,
                        Table.of()
                                .column("Rule", "rule")
                                .column("Kind", "kind")
                                .column("Metric", "metric")
                                .column("Devices", "devices")
                                .column("Looked at", "looked")
                                .column("Would fire", "count")
                                .column("Too short", "neverFired")
                                .column("Not known", PreviewVerb::missing),
                        "count");
        session.printer()
                .part(
                        new Row(answer).rows("alerts"),
                        Table.of()
                                .column("DEVICE", "device")
                                .column("SINCE", "since")
                                .column("FIRES", "firedAt")
                                .column("OVER", "resolvedAt")
                                .column("VALUE", "value")
                                .column("WHAT", "detail"));
    }

    private static String missing(Row answer) {
        return answer.at("missing") instanceof List<?> all
                ? all.stream().map(String::valueOf).collect(Collectors.joining("; "))
                : "";
    }
}
