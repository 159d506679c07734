package dev.muster.cli.devices;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "children",
        headerHeading = "Example: muster devices children list gw-north%n%n",
        header = "Sub-devices behind a gateway: what its drivers find, and who was let in.")
final class ChildrenVerbs {
    private final Session session;

    ChildrenVerbs(Session session) {
        this.session = session;
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster devices children list gw-north%n%n",
            header = "All that the gateway told of.")
    void list(@Parameters(paramLabel = "GATEWAY", description = "The gateway's id.") String gateway) {
        session.printer()
                .list(
                        session.api().get(Url.of("devices", gateway, "children")),
                        Table.of()
                                .column("NAME", "name")
                                .column("DEVICE", "device")
                                .column("STATE", "state")
                                .column("STATUS", "status")
                                .column("DRIVER", "driver")
                                .column("HARDWARE", "hardware")
                                .column("SEEN", row -> Show.ago(row.text("lastSeen"), session.now())),
                        "device");
    }

    @Command(
            name = "approve",
            headerHeading = "Example: muster devices children approve gw-north press-1%n%n",
            header = "Let one in: from now on it is the device GATEWAY/CHILD.")
    void approve(
            @Parameters(paramLabel = "GATEWAY", description = "The gateway's id.") String gateway,
            @Parameters(paramLabel = "CHILD", description = "Name behind it.") String child) {
        decide(gateway, child, "approve");
        session.printer().done("approved: device " + gateway + "/" + child);
    }

    @Command(
            name = "reject",
            headerHeading = "Example: muster devices children reject gw-north press-9%n%n",
            header = "Do not let one in; it can be approved later.")
    void reject(
            @Parameters(paramLabel = "GATEWAY", description = "The gateway's id.") String gateway,
            @Parameters(paramLabel = "CHILD", description = "Name behind it.") String child) {
        decide(gateway, child, "reject");
        session.printer().done("rejected: " + child + " behind " + gateway);
    }

    private void decide(String gateway, String child, String verb) {
        session.api().post(Url.of("devices", gateway, "children", child, verb), Map.of());
    }
}
