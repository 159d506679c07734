package dev.muster.cli.overview;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "overview",
        headerHeading = "Example: muster overview%n%n",
        header = "What each device must be and whether it is, what is under way, what fires, what waits for a person.")
public final class OverviewCommand implements Runnable {
    private final Session session;

    public OverviewCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.printer()
                .one(
                        session.api().get(Url.of("overview")),
                        Table.of()
                                .column("Devices", "devices.devices")
                                .column("Online", "devices.online")
                                .column("Signed document", row -> row.pairs("devices.document"))
                                .column("Permissions", row -> row.pairs("compliance"))
                                .column("By status", row -> row.pairs("devices.byStatus"))
                                .column("By image", row -> row.pairs("devices.byImage"))
                                .column("By site", row -> row.pairs("devices.bySite"))
                                .column("Rollouts in flight", "rolloutsInFlight")
                                .column("Rollouts", row -> said(row, "rollouts", OverviewCommand::rollout))
                                .column("Alerts", row -> row.pairs("firing"))
                                .column("Waiting", row -> said(row, "waiting", OverviewCommand::waiting)),
                        "devices");
    }

    @Command(
            name = "map",
            headerHeading = "Example: muster overview map --box 10,55,25,70%n%n",
            header = "Where sites lie, with what is there; those close together are one row.")
    void map(
            @Option(
                            names = "--box",
                            paramLabel = "WEST,SOUTH,EAST,NORTH",
                            description = "In degrees; the whole world if left out.")
                    @Nullable String box) {
        Map<String, Object> answer = session.api().get(Url.of("overview", "map").with("box", box));
        session.printer().one(answer, Table.of().column("Sites on no map", "unplaced"), "unplaced");
        session.printer()
                .part(
                        new Row(answer).rows("spots"),
                        Table.of()
                                .column("SITES", "sites")
                                .column("NAMES", "names")
                                .column("LATITUDE", "latitude")
                                .column("LONGITUDE", "longitude")
                                .column("DEVICES", "devices")
                                .column("ONLINE", "online")
                                .column("ALERTS", "alerts"));
    }

    private static String said(Row row, String member, Function<Row, String> one) {
        String all = row.rows(member).stream().map(one).collect(Collectors.joining(", "));
        return all.isEmpty() ? Row.NONE : all;
    }

    private static String rollout(Row rollout) {
        return rollout.text("name") + " (" + rollout.text("state") + ", " + rollout.text("succeeded") + " of "
                + rollout.text("devices")
                + (rollout.number("failed") > 0 ? ", " + rollout.text("failed") + " failed" : "")
                + ")";
    }

    private static String waiting(Row waiting) {
        return waiting.text("kind") + " " + waiting.text("count");
    }
}
