package dev.muster.cli.alerts;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "channels",
        headerHeading = "Example: muster alerts channels webhook oncall --url https://hooks.example.org/muster%n%n",
        header = "Whom to tell of alerts: signed webhooks and e-mail.")
final class ChannelsCommand {
    private static final Table DETAILS = Table.of()
            .column("Channel", "channel.name")
            .column("Kind", "channel.kind")
            .column("Address", "channel.url")
            .column("Recipients", "channel.recipients")
            .column("From severity", "channel.severity")
            .column("Sites", "channel.sites")
            .column("Secret, shown once", "secret");

    private final Session session;

    ChannelsCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster alerts channels list%n%n",
            header = "All channels, and what waits or was given up.")
    void list() {
        session.printer()
                .list(
                        session.api().get(Url.of("alert-channels")),
                        Table.of()
                                .column("NAME", "name")
                                .column("KIND", "kind")
                                .column("FROM", "severity")
                                .column("SITES", "sites")
                                .column("ON", row -> row.flag("enabled") ? "yes" : "no")
                                .column("WAITING", "waiting")
                                .column("DEAD", "dead")
                                .column(
                                        "TO",
                                        row -> row.text("url").isEmpty() ? row.text("recipients") : row.text("url")),
                        "name");
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster alerts channels show oncall%n%n",
            header = "One channel; its secret is not shown.")
    void show(@Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        session.printer()
                .one(
                        session.api().get(Url.of("alert-channels", name)),
                        Table.of()
                                .column("Channel", "name")
                                .column("Kind", "kind")
                                .column("Address", "url")
                                .column("Recipients", "recipients")
                                .column("From severity", "severity")
                                .column("Sites", "sites")
                                .column("Of what is over", row -> row.flag("resolved") ? "yes" : "no")
                                .column("On", row -> row.flag("enabled") ? "yes" : "no")
                                .column("Waiting", "waiting")
                                .column("Dead", "dead")
                                .column("Changed by", row -> row.named("changedByName", "changedBy")),
                        "name");
    }

    @Command(
            name = "webhook",
            headerHeading =
                    "Example: muster alerts channels webhook oncall --url https://hooks.example.org/muster --severity critical%n%n",
            header = "Make or change a webhook; its secret is shown where its address is new, and never again.")
    void webhook(
            @Parameters(paramLabel = "NAME", description = "Its name.") String name,
            @Option(names = "--url", paramLabel = "URL", required = true, description = "Begins with https://.")
                    String url,
            @Option(
                            names = "--severity",
                            paramLabel = "SEVERITY",
                            defaultValue = "info",
                            description = "The least that is told: info, warning or critical.")
                    String severity,
            @Option(
                            names = "--site",
                            paramLabel = "SITE",
                            description = "Of this site and those below only; may be repeated.")
                    List<String> sites,
            @Option(names = "--off", description = "Keep it, and tell it nothing.") boolean off) {
        put(name, Map.of("kind", "webhook", "url", url), severity, sites, off);
    }

    @Command(
            name = "email",
            headerHeading = "Example: muster alerts channels email shift --to shift@example.org --site north%n%n",
            header = "Make or change a channel of e-mail.")
    void email(
            @Parameters(paramLabel = "NAME", description = "Its name.") String name,
            @Option(names = "--to", paramLabel = "ADDRESS", required = true, description = "May be repeated.")
                    List<String> to,
            @Option(
                            names = "--severity",
                            paramLabel = "SEVERITY",
                            defaultValue = "info",
                            description = "The least that is told: info, warning or critical.")
                    String severity,
            @Option(
                            names = "--site",
                            paramLabel = "SITE",
                            description = "Of this site and those below only; may be repeated.")
                    List<String> sites,
            @Option(names = "--off", description = "Keep it, and tell it nothing.") boolean off) {
        put(name, Map.of("kind", "email", "recipients", to), severity, sites, off);
    }

    private void put(String name, Map<String, ?> kind, String severity, List<String> sites, boolean off) {
        Map<String, Object> body = new LinkedHashMap<>(kind);
        body.put("severity", severity);
        body.put("sites", sites == null ? List.of() : sites);
        body.put("enabled", !off);
        session.printer().one(session.api().put(Url.of("alert-channels", name), body), DETAILS, "channel.name");
    }

    @Command(
            name = "test",
            headerHeading = "Example: muster alerts channels test oncall%n%n",
            header = "Send something harmless now, and say what came of it.")
    void test(@Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        Row tried = new Row(session.api().post(Url.of("alert-channels", name, "test"), Map.of()));
        if (!tried.flag("delivered")) {
            throw new CliException(ExitCode.FAILED, "not delivered: " + tried.text("said"));
        }
        session.printer().done("delivered: " + tried.text("said"));
    }

    @Command(
            name = "secret",
            headerHeading = "Example: muster alerts channels secret oncall%n%n",
            header = "Give a webhook another secret, shown once; the old one is worth nothing any more.")
    void secret(@Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        session.printer()
                .one(session.api().post(Url.of("alert-channels", name, "secret"), Map.of()), DETAILS, "channel.name");
    }

    @Command(
            name = "deliveries",
            headerHeading = "Example: muster alerts channels deliveries oncall%n%n",
            header = "What was told, newest first, and how that went.")
    void deliveries(@Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        session.printer()
                .list(
                        session.api().get(Url.of("alert-channels", name, "deliveries")),
                        Table.of()
                                .column("ID", "id")
                                .column("STATE", "state")
                                .column("TRIES", "attempts")
                                .column("SINCE", row -> Show.ago(row.text("createdAt"), session.now()))
                                .column("SUBJECT", "subject")
                                .column("SAID", "said"),
                        "id");
    }

    @Command(
            name = "retry",
            headerHeading = "Example: muster alerts channels retry oncall%n%n",
            header = "Try anew what was given up.")
    void retry(@Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        Row answer = new Row(session.api().post(Url.of("alert-channels", name, "retry"), Map.of()));
        session.printer().done("notices tried anew: " + answer.number("notices"));
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster alerts channels delete oncall%n%n",
            header = "End a channel with all it still had to tell.")
    void delete(@Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        session.api().delete(Url.of("alert-channels", name));
        session.printer().done("ended channel " + name);
    }
}
