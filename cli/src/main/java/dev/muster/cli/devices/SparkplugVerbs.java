package dev.muster.cli.devices;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "sparkplug",
        headerHeading = "Example: muster devices sparkplug name plc-4 --group pit --node plc-4%n%n",
        header = "Foreign Sparkplug edge nodes: which device is which node, and how it stands.")
final class SparkplugVerbs {
    private final Session session;

    SparkplugVerbs(Session session) {
        this.session = session;
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster devices sparkplug show plc-4%n%n",
            header = "The node that a device is: online, sessions, what was missing.")
    void show(@Parameters(paramLabel = "DEVICE", description = "The device's id.") String device) {
        print(session.api().get(Url.of("devices", device, "sparkplug")));
    }

    @Command(
            name = "name",
            headerHeading = "Example: muster devices sparkplug name plc-4 --group pit --node plc-4%n%n",
            header = "Say that a device is this edge node: it may then speak for it, and do nothing else.")
    void name(
            @Parameters(paramLabel = "DEVICE", description = "The device's id.") String device,
            @Option(names = "--group", required = true, description = "Group, the second level of its topics.")
                    String group,
            @Option(names = "--node", required = true, description = "Node, the fourth level of its topics.")
                    String node) {
        print(session.api().put(Url.of("devices", device, "sparkplug"), Map.of("group", group, "node", node)));
    }

    @Command(
            name = "remove",
            headerHeading = "Example: muster devices sparkplug remove plc-4%n%n",
            header = "Say that a device is no edge node.")
    void remove(@Parameters(paramLabel = "DEVICE", description = "The device's id.") String device) {
        session.api().delete(Url.of("devices", device, "sparkplug"));
        session.printer().done("device " + device + " is no edge node any more");
    }

    private void print(Map<String, Object> node) {
        session.printer()
                .one(
                        node,
                        Table.of()
                                .column("Device", "device")
                                .column("Group", "group")
                                .column("Node", "node")
                                .column("Online", row -> row.flag("online") ? "yes" : "no")
                                .column("bdSeq", "bdSeq")
                                .column("Last birth", row -> Show.ago(row.text("bornAt"), session.now()))
                                .column("Devices", "devices")
                                .column("Gaps", SparkplugVerbs::gaps)
                                .column("Out of order", "late")
                                .column("Refused", "refused")
                                .column("Rebirths asked", "rebirths"),
                        "device");
    }

    private static String gaps(Row row) {
        return row.text("gaps") + " (" + row.text("lost") + " messages)";
    }

    /** A verb of devices itself: what operators look for when a node's values stand still. */
    @Command(
            name = "rebirth",
            headerHeading = "Example: muster devices rebirth plc-4%n%n",
            header = "Ask a Sparkplug edge node that is connected to say its births again.")
    static final class Rebirth implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "DEVICE", description = "The device's id.")
        private String device = "";

        Rebirth(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.api().post(Url.of("devices", device, "sparkplug", "rebirth"), Map.of());
            session.printer().done("asked " + device + " for its births");
        }
    }
}
