package dev.muster.cli.webhooks;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "webhooks",
        headerHeading =
                "Example: muster webhooks create erp --url https://erp.example.org/muster --type 'rollout.*'%n%n",
        header = "Programs that are told of what happens, by signed CloudEvents.",
        subcommands = {WebhooksCommand.Update.class, WebhooksCommand.Replay.class})
public final class WebhooksCommand {
    private static final String NAME = "As `webhooks list` shows it.";
    private static final String TYPES =
            "Such as device.enrolled or 'rollout.*'; may be repeated; all if left out. An unknown one is answered with all there are.";
    private static final String DEVICES = "Of events of devices those of these devices only.";

    private final Session session;

    WebhooksCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster webhooks list%n%n",
            header = "All webhooks, how they stand, and what waits or was given up.")
    void list() {
        session.printer()
                .list(
                        session.api().get(Url.of("webhooks")),
                        Table.of()
                                .column("NAME", "name")
                                .column("STATE", "state")
                                .column("TYPES", row -> all(row.text("types")))
                                .column("DEVICES", row -> all(row.text("selector")))
                                .column("WAITING", "waiting")
                                .column("PARKED", "parked")
                                .column("URL", "url")
                                .column("SAID", "said"),
                        "name");
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster webhooks show erp%n%n",
            header = "One webhook; never its secret.")
    void show(@Parameters(paramLabel = "NAME", description = NAME) String name) {
        session.printer().one(session.api().get(Url.of("webhooks", name)), details(""), "name");
    }

    @Command(
            name = "create",
            headerHeading =
                    "Example: muster webhooks create erp --url https://erp.example.org/muster --type 'rollout.*' --type alert.fired%n%n",
            header = "Make a webhook. Its secret is shown now, and never again.")
    void create(
            @Parameters(paramLabel = "NAME", description = "a-z, 0-9 and -.") String name,
            @Option(names = "--url", paramLabel = "URL", required = true, description = "Begins with https://.")
                    String url,
            @Option(names = "--type", paramLabel = "TYPE", description = TYPES) @Nullable List<String> types,
            @Option(
                            names = {"-q", "--selector"},
                            paramLabel = "RSQL",
                            description = DEVICES)
                    @Nullable String selector,
            @Option(names = "--off", description = "Keep it, and tell it nothing.") boolean off) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("url", url);
        body.put("types", types == null ? List.of() : types);
        body.put("selector", selector == null ? "" : selector);
        body.put("enabled", !off);
        session.printer().one(session.api().post(Url.of("webhooks"), body), details("webhook."), "webhook.name");
        session.printer().done("\nThe secret is not shown again. Next: muster webhooks test " + name);
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster webhooks delete erp%n%n",
            header = "End a webhook with all it still had to be told.")
    void delete(@Parameters(paramLabel = "NAME", description = NAME) String name) {
        session.api().delete(Url.of("webhooks", name));
        session.printer().done("deleted " + name);
    }

    @Command(
            name = "test",
            headerHeading = "Example: muster webhooks test erp%n%n",
            header = "Send something harmless now, and say what came of it.")
    void test(@Parameters(paramLabel = "NAME", description = NAME) String name) {
        Row tried = new Row(session.api().post(Url.of("webhooks", name, "test"), Map.of()));
        if (!tried.flag("delivered")) {
            throw new CliException(ExitCode.FAILED, "not delivered: " + tried.text("said"));
        }
        session.printer().done("delivered: " + tried.text("said"));
    }

    @Command(
            name = "deliveries",
            headerHeading = "Example: muster webhooks deliveries erp --state parked%n%n",
            header = "What was told or is to be, newest first, and how that went.")
    void deliveries(
            @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            description = "waiting, delivered or parked; all if left out.")
                    @Nullable String state,
            @Mixin Paging paging) {
        session.printer()
                .list(
                        session.api()
                                .get(paging.on(
                                        Url.of("webhooks", name, "deliveries").with("state", state))),
                        Table.of()
                                .column("EVENT", "event")
                                .column("TYPE", "type")
                                .column("SUBJECT", "subject")
                                .column("STATE", "state")
                                .column("AGAIN", row -> row.flag("replay") ? "yes" : "no")
                                .column("TRIES", "attempts")
                                .column("HAPPENED", row -> Show.ago(row.text("time"), session.now()))
                                .column("SAID", "said"),
                        "event");
    }

    @Command(
            name = "rotate-secret",
            headerHeading = "Example: muster webhooks rotate-secret erp --keep-old-for P1D%n%n",
            header = "Another secret, shown once; the one before signs as well for a while.")
    void rotateSecret(
            @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Option(
                            names = "--keep-old-for",
                            paramLabel = "DURATION",
                            defaultValue = "P1D",
                            description = "ISO-8601, at most P30D; PT0S ends it at once (default: P1D).")
                    Duration overlap) {
        session.printer()
                .one(
                        session.api()
                                .post(Url.of("webhooks", name, "secret"), Map.of("keepOldFor", overlap.toString())),
                        details("webhook."),
                        "webhook.name");
    }

    /** @param at where in the answer the webhook is */
    private static Table details(String at) {
        Table table = Table.of()
                .column("Webhook", at + "name")
                .column("URL", at + "url")
                .column("Types", row -> all(row.text(at + "types")))
                .column("Devices", row -> all(row.text(at + "selector")))
                .column("State", at + "state")
                .column("Failing since", at + "failingSince")
                .column("Said", at + "said")
                .column("Old secret until", at + "previousSecretUntil");
        return at.isEmpty() ? table : table.column("Secret, shown once", "secret");
    }

    private static String all(String text) {
        return text.isEmpty() || text.equals(Row.NONE) ? "all" : text;
    }

    @Command(
            name = "update",
            headerHeading = "Example: muster webhooks update erp --type 'device.*' -q site==north --on%n%n",
            header =
                    "Change what is named. A new address gets a new secret; --on also ends that the server turned it off.")
    static final class Update implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "NAME", description = NAME)
        private String name = "";

        @Option(names = "--url", paramLabel = "URL", description = "Begins with https://.")
        private @Nullable String url;

        @Option(names = "--type", paramLabel = "TYPE", description = TYPES)
        private @Nullable List<String> types;

        @Option(names = "--all-types", description = "Every type.")
        private boolean allTypes;

        @Option(
                names = {"-q", "--selector"},
                paramLabel = "RSQL",
                description = DEVICES + " Empty: every device.")
        private @Nullable String selector;

        @ArgGroup
        private @Nullable Switch turn;

        static final class Switch {
            @Option(names = "--on", description = "Tell it again; what was parked stays parked.")
            boolean on;

            @Option(names = "--off", description = "Keep it, and tell it nothing; what waits is parked.")
            boolean off;
        }

        Update(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            if (url != null) {
                body.put("url", url);
            }
            if (types != null || allTypes) {
                body.put("types", allTypes || types == null ? List.of() : types);
            }
            if (selector != null) {
                body.put("selector", selector);
            }
            if (turn != null) {
                body.put("enabled", turn.on);
            }
            if (body.isEmpty()) {
                throw new CliException(
                        ExitCode.USAGE, "expected one of --url, --type, --all-types, --selector, --on and --off");
            }
            session.printer()
                    .one(session.api().patch(Url.of("webhooks", name), body), details("webhook."), "webhook.name");
        }
    }

    @Command(
            name = "replay",
            headerHeading = "Example: muster webhooks replay erp --from 2026-11-27T08:00:00Z%n%n",
            header = "Tell again what happened; ids of events stay the same, so that repetitions can be dropped.")
    static final class Replay implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "NAME", description = NAME)
        private String name = "";

        @ArgGroup(multiplicity = "1")
        private What what = new What();

        static final class What {
            @Option(
                    names = "--from",
                    paramLabel = "TIME",
                    description = "All since: a time with an offset, or how long ago, such as PT2H.")
            @Nullable String from;

            @Option(names = "--event", paramLabel = "ID", description = "One event.")
            @Nullable String event;

            @Option(names = "--parked", description = "All that was given up.")
            boolean parked;
        }

        Replay(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            if (what.from != null) {
                body.put("from", since(what.from, session.now()));
            }
            if (what.event != null) {
                body.put("event", what.event);
            }
            if (what.parked) {
                body.put("parked", true);
            }
            Row answer = new Row(session.api().post(Url.of("webhooks", name, "replay"), body));
            session.printer().done("events told again: " + answer.number("events"));
        }

        private static String since(String text, Instant now) {
            try {
                return text.startsWith("P") ? now.minus(Duration.parse(text)).toString() : text;
            } catch (DateTimeParseException e) {
                throw new CliException(
                        ExitCode.USAGE,
                        "expected a time with an offset or a duration such as PT2H, found `" + text + "`");
            }
        }
    }
}
