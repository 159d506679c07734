package dev.muster.cli.freezes;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.output.Waiting;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "freezes",
        headerHeading = "Example: muster freezes set harvest --from 2026-09-01T00:00:00Z --to 2026-10-01T00:00:00Z%n%n",
        header = "The freeze calendar: times in which no rollout starts a device.")
public final class FreezesCommand {
    private final Session session;

    FreezesCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster freezes list%n%n",
            header = "The calendar, earliest first.")
    void list(@Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("freezes"))),
                        Table.of()
                                .column("NAME", "name")
                                .column("FROM", "from")
                                .column("TO", "to")
                                .column("DEVICES", row -> row.text("selector").isEmpty() ? "all" : row.text("selector"))
                                .column("REASON", "reason")
                                .column("BY", row -> row.named("createdByName", "createdBy")),
                        "name");
    }

    @Command(
            name = "set",
            headerHeading =
                    "Example: muster freezes set year-end --from 2026-12-20T00:00:00+01:00 --to 2027-01-04T00:00:00+01:00%n%n",
            header = "Make a freeze, or move the one of this name.")
    void set(
            @Parameters(paramLabel = "NAME", description = "Its name.") String name,
            @Option(names = "--from", paramLabel = "TIME", required = true, description = "With an offset, ISO-8601.")
                    String from,
            @Option(names = "--to", paramLabel = "TIME", required = true, description = "With an offset, ISO-8601.")
                    String to,
            @Option(
                            names = {"-q", "--selector"},
                            paramLabel = "RSQL",
                            defaultValue = "",
                            description = "Only these devices; all if left out.")
                    String selector,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            defaultValue = "",
                            description = "Why; shown beside devices.")
                    String reason) {
        Map<String, Object> answer = session.api()
                .put(Url.of("freezes", name), Map.of("from", from, "to", to, "selector", selector, "reason", reason));
        if (Waiting.told(session.printer(), answer)) {
            return;
        }
        session.printer()
                .one(
                        answer,
                        Table.of()
                                .column("Name", "name")
                                .column("From", "from")
                                .column("To", "to")
                                .column("Devices", "selector")
                                .column("Reason", "reason"),
                        "name");
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster freezes delete year-end%n%n",
            header = "Lift a freeze for good; devices that it held go on.")
    void delete(@Parameters(paramLabel = "NAME", description = "As `freezes list` shows it.") String name) {
        if (!Waiting.told(session.printer(), session.api().delete(Url.of("freezes", name)))) {
            session.printer().done("lifted freeze " + name);
        }
    }
}
