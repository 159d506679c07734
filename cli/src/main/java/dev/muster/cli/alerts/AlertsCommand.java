package dev.muster.cli.alerts;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "alerts",
        headerHeading = "Example: muster alerts list --state firing --severity critical%n%n",
        header = "What fires on devices, the rules behind it, silences, and whom to tell.",
        subcommands = {PreviewVerb.class, RulesCommand.class, SilencesCommand.class, ChannelsCommand.class})
public final class AlertsCommand {
    private static final Table DETAILS = Table.of()
            .column("Alert", "alert.id")
            .column("Rule", "alert.rule")
            .column("Device", "alert.device")
            .column("Site", "alert.site")
            .column("Severity", "alert.severity")
            .column("State", "alert.state")
            .column("Summary", "alert.summary")
            .column("Since", "alert.since")
            .column("Fired", "alert.firedAt")
            .column("Resolved", "alert.resolvedAt")
            .column("Taken by", row -> row.named("alert.acknowledgedByName", "alert.acknowledgedBy"))
            .column("Explained by", "alert.inhibitedBy")
            .column("Silenced by", "alert.silencedBy");

    private final Session session;

    AlertsCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster alerts list --state open -q 'site==north'%n%n",
            header = "A page of alerts, newest first.")
    void list(
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            defaultValue = "open",
                            description =
                                    "open, pending, firing, acknowledged or resolved, several by commas; open if left out.")
                    String state,
            @Option(
                            names = "--severity",
                            paramLabel = "SEVERITY",
                            description = "info, warning or critical, several by commas.")
                    @Nullable String severity,
            @Option(names = "--rule", paramLabel = "RULE", description = "Of this rule only.") @Nullable String rule,
            @Option(
                            names = {"-q", "--selector"},
                            paramLabel = "RSQL",
                            description = "Of these devices only.")
                    @Nullable String selector,
            @Option(names = "--loud", description = "Without what another alert explains and what is silenced.")
                    boolean loud,
            @Mixin Paging paging) {
        Url url = paging.on(Url.of("alerts"))
                .with("state", state)
                .with("severity", severity)
                .with("rule", rule)
                .with("devices", selector)
                .with("loud", loud ? true : null);
        session.printer()
                .list(
                        session.api().get(url),
                        Table.of()
                                .column("ALERT", "id")
                                .column("SEVERITY", "severity")
                                .column("STATE", AlertsCommand::state)
                                .column("DEVICE", "device")
                                .column("SINCE", row -> Show.ago(row.text("since"), session.now()))
                                .column("SUMMARY", "summary"),
                        "id");
    }

    private static String state(Row row) {
        if (row.at("inhibitedBy") != null) {
            return row.text("state") + " (explained)";
        }
        return row.at("silencedBy") == null ? row.text("state") : row.text("state") + " (silenced)";
    }

    @Command(
            name = "counts",
            headerHeading = "Example: muster alerts counts%n%n",
            header = "How many alerts are open, and how many nobody takes care of.")
    void counts() {
        session.printer()
                .one(
                        session.api().get(Url.of("alerts", "counts")),
                        Table.of()
                                .column("Pending", "pending")
                                .column("Firing", "firing")
                                .column("Taken", "acknowledged")
                                .column("Explained or silenced", "quiet")
                                .column("Nobody takes care of", "loud")
                                .column("Critical of those", "critical"),
                        "loud");
    }

    @Command(
            name = "groups",
            headerHeading = "Example: muster alerts groups%n%n",
            header = "What fires, by rule and site: one lost link is one row.")
    void groups() {
        session.printer()
                .list(
                        session.api().get(Url.of("alerts", "groups")),
                        Table.of()
                                .column("RULE", "rule")
                                .column("SITE", "site")
                                .column("SEVERITY", "severity")
                                .column("ALERTS", "alerts")
                                .column("TAKEN", "acknowledged")
                                .column("EXPLAINED", "inhibited")
                                .column("SINCE", row -> Show.ago(row.text("since"), session.now())),
                        "rule");
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster alerts show 9f86d081884c7d659a2feaa0c55ad015%n%n",
            header = "One alert and what happened to it.")
    void show(@Parameters(paramLabel = "ALERT", description = "As `alerts list` shows it.") String alert) {
        Map<String, Object> answer = session.api().get(Url.of("alerts", alert));
        session.printer().one(answer, DETAILS, "alert.id");
        session.printer()
                .part(
                        new Row(answer).rows("steps"),
                        Table.of()
                                .column("AT", "at")
                                .column("WHAT", "what")
                                .column("BY", row -> row.named("actorName", "actor"))
                                .column("NOTE", "note"));
    }

    @Command(
            name = "ack",
            headerHeading = "Example: muster alerts ack 9f86d081884c7d659a2feaa0c55ad015 --note 'on my way'%n%n",
            header = "Say that you take care of a firing alert.")
    void acknowledge(
            @Parameters(paramLabel = "ALERT", description = "As `alerts list` shows it.") String alert,
            @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "For the others.")
                    String note) {
        session.api().post(Url.of("alerts", alert, "acknowledge"), Map.of("note", note));
        session.printer().done("took alert " + alert);
    }
}
