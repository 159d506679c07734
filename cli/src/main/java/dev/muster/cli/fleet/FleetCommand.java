package dev.muster.cli.fleet;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "fleet", headerHeading = "Example: muster fleet%n%n", header = "The fleet in numbers.")
public final class FleetCommand implements Runnable {
    private final Session session;

    public FleetCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "managed",
            headerHeading = "Example: muster fleet managed --label fleet%n%n",
            header = "What is kept in files, and under which label.")
    void managed(
            @Option(
                            names = {"-l", "--label"},
                            paramLabel = "LABEL",
                            description = "Of this label only.")
                    @Nullable String label) {
        session.printer()
                .list(
                        session.api().get(Url.of("fleet-files", "managed").with("label", label)),
                        Table.of()
                                .column("KIND", "kind")
                                .column("NAME", "name")
                                .column("LABEL", "label"),
                        "name");
    }

    @Override
    public void run() {
        session.printer()
                .one(
                        session.api().get(Url.of("fleet")),
                        Table.of()
                                .column("Devices", "devices")
                                .column("Online", "online")
                                .column("By status", row -> row.pairs("byStatus"))
                                .column("By image", row -> row.pairs("byImage"))
                                .column("By site", row -> row.pairs("bySite"))
                                .column("Rollouts in flight", "rolloutsInFlight"),
                        "devices");
    }
}
