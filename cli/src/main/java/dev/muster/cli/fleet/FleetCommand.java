package dev.muster.cli.fleet;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import picocli.CommandLine.Command;

@Command(name = "fleet", headerHeading = "Example: muster fleet%n%n", header = "The fleet in numbers.")
public final class FleetCommand implements Runnable {
    private final Session session;

    public FleetCommand(Session session) {
        this.session = session;
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
