package dev.muster.cli.alerts;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "silences",
        headerHeading =
                "Example: muster alerts silences add -q 'site==north' --until 2026-12-24T06:00:00Z --reason overhaul%n%n",
        header = "Times in which nobody is told of some alerts.")
final class SilencesCommand {
    private final Session session;

    SilencesCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster alerts silences list%n%n",
            header = "Silences, those that are on first.")
    void list() {
        session.printer()
                .list(
                        session.api().get(Url.of("alert-silences")),
                        Table.of()
                                .column("ID", "id")
                                .column("UNTIL", "until")
                                .column("ENDED", "endedAt")
                                .column("RULE", "rule")
                                .column("DEVICES", "selector")
                                .column("REASON", "reason")
                                .column("BY", row -> row.named("createdByName", "createdBy")),
                        "id");
    }

    @Command(
            name = "add",
            headerHeading =
                    "Example: muster alerts silences add --rule hot-motor --until 2026-12-24T06:00:00Z --reason overhaul%n%n",
            header = "Silence a rule, some devices, or a rule on some devices.")
    void add(
            @Option(
                            names = {"-q", "--selector"},
                            paramLabel = "RSQL",
                            defaultValue = "",
                            description = "These devices; all if left out.")
                    String selector,
            @Option(
                            names = "--rule",
                            paramLabel = "RULE",
                            defaultValue = "",
                            description = "This rule; every one if left out.")
                    String rule,
            @Option(names = "--until", paramLabel = "TIME", required = true, description = "With an offset, ISO-8601.")
                    String until,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.") String reason) {
        Map<String, Object> made = session.api()
                .post(
                        Url.of("alert-silences"),
                        Map.of("selector", selector, "rule", rule, "until", until, "reason", reason));
        session.printer()
                .one(
                        made,
                        Table.of()
                                .column("Silence", "id")
                                .column("Rule", "rule")
                                .column("Devices", "selector")
                                .column("Until", "until"),
                        "id");
    }

    @Command(
            name = "end",
            headerHeading = "Example: muster alerts silences end 0b6e5ac4-2f3e-4f0e-9d6f-0f6d8e5f3a11%n%n",
            header = "End a silence before its time.")
    void end(@Parameters(paramLabel = "ID", description = "As `silences list` shows it.") String id) {
        session.api().delete(Url.of("alert-silences", id));
        session.printer().done("ended silence " + id);
    }
}
