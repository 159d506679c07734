package dev.muster.cli.foureyes;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "four-eyes",
        headerHeading = "Example: muster four-eyes set --policies on --trust on%n%n",
        header = "What nobody does alone, and what waits for a second person.")
public final class FourEyesCommand {
    private static final String PATH = "four-eyes";
    private static final String REQUESTS = "requests";

    private final Session session;

    FourEyesCommand(Session session) {
        this.session = session;
    }

    /** Whether two people are needed. */
    enum Switch {
        on,
        off
    }

    @Command(name = "show", headerHeading = "Example: muster four-eyes show%n%n", header = "What needs two people.")
    void show() {
        print(session.api().get(Url.of(PATH)));
    }

    @Command(
            name = "set",
            headerHeading = "Example: muster four-eyes set --rollouts on --policies on --trust on --freezes on%n%n",
            header = "Ask for two people at once, or, once a second administrator agreed, no longer.",
            description = "What is left out stays as it is.")
    void set(
            @Option(names = "--rollouts", paramLabel = "on|off", description = "Rollouts of releases and settings.")
                    @Nullable Switch rollouts,
            @Option(names = "--policies", paramLabel = "on|off", description = "Publishing and rolling back policies.")
                    @Nullable Switch policies,
            @Option(
                            names = "--trust",
                            paramLabel = "on|off",
                            description = "Vendors, and keys and publishers where the server holds keys.")
                    @Nullable Switch trust,
            @Option(
                            names = "--freezes",
                            paramLabel = "on|off",
                            description = "Overriding, lifting and shortening freezes.")
                    @Nullable Switch freezes,
            @Option(names = "--help-sessions", paramLabel = "on|off", description = "Sessions of remote help.")
                    @Nullable Switch helpSessions) {
        if (rollouts == null && policies == null && trust == null && freezes == null && helpSessions == null) {
            throw new CliException(
                    ExitCode.USAGE,
                    "expected --rollouts, --policies, --trust, --freezes or --help-sessions, found none of them");
        }
        Row rule = new Row(session.api().get(Url.of(PATH)));
        Map<String, Object> body = new LinkedHashMap<>();
        put(body, rule, "rollouts", rollouts);
        put(body, rule, "policies", policies);
        put(body, rule, "trust", trust);
        put(body, rule, "freezeOverrides", freezes);
        if (helpSessions != null) {
            put(body, rule, "remoteHelp", helpSessions);
        }
        print(session.api().put(Url.of(PATH), body, rule.number("revision")));
    }

    @Command(
            name = "requests",
            headerHeading = "Example: muster four-eyes requests%n%n",
            header = "What waits for a second person first, then what was settled; one of them in full.")
    void requests(
            @Parameters(arity = "0..1", paramLabel = "ID", description = "Only this one, with all it would change.")
                    @Nullable String id,
            @Mixin Paging paging) {
        if (id != null) {
            session.printer().one(session.api().get(Url.of(PATH, REQUESTS, id)), details(), "id");
            return;
        }
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of(PATH, REQUESTS))),
                        Table.of()
                                .column("ID", "id")
                                .column("STATE", "state")
                                .column("WHAT", "summary")
                                .column("ASKED BY", "askedByName")
                                .column("ASKED", row -> Show.ago(row.text("askedAt"), session.now()))
                                .column("SETTLED BY", "settledByName"),
                        "id");
    }

    @Command(
            name = "approve",
            headerHeading = "Example: muster four-eyes approve 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "Agree to what another person asked for: it is done at once.")
    void approve(@Parameters(paramLabel = "ID", description = "The request's id.") String id) {
        settle(id, "approve", Map.of());
    }

    @Command(
            name = "reject",
            headerHeading =
                    "Example: muster four-eyes reject 0198c0de-0000-7000-8000-000000000000 --reason 'not in winter'%n%n",
            header = "Refuse what another person asked for.")
    void reject(
            @Parameters(paramLabel = "ID", description = "The request's id.") String id,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why; kept with it.")
                    String reason) {
        settle(id, "reject", Map.of("reason", reason));
    }

    @Command(
            name = "withdraw",
            headerHeading = "Example: muster four-eyes withdraw 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "Take back what you asked for yourself.")
    void withdraw(@Parameters(paramLabel = "ID", description = "The request's id.") String id) {
        settle(id, "withdraw", Map.of());
    }

    private void settle(String id, String verb, Map<String, ?> body) {
        session.printer().one(session.api().post(Url.of(PATH, REQUESTS, id, verb), body), details(), "id");
    }

    private static Table details() {
        return Table.of()
                .column("Request", "id")
                .column("State", "state")
                .column("What", "summary")
                .column("Change", row -> row.pairs("change"))
                .column("Asked by", row -> row.named("askedByName", "askedBy"))
                .column("Ends", "expiresAt")
                .column("Settled by", row -> row.named("settledByName", "settledBy"))
                .column("Reason", "reason");
    }

    private void print(Map<String, Object> rule) {
        session.printer()
                .one(
                        rule,
                        Table.of()
                                .column("Rollouts", row -> needs(row, "rollouts"))
                                .column("Policies", row -> needs(row, "policies"))
                                .column("Trust", row -> needs(row, "trust"))
                                .column("Freezes", row -> needs(row, "freezeOverrides"))
                                .column("Help sessions", row -> needs(row, "remoteHelp"))
                                .column("Set by", row -> row.named("changedByName", "changedBy")),
                        "revision");
        if (rule.get("pending") instanceof Map<?, ?> pending) {
            Map<String, Object> request = new LinkedHashMap<>();
            pending.forEach((key, value) -> request.put(String.valueOf(key), value));
            session.printer()
                    .done("\nWaits for a second administrator: " + new Row(request).text("summary")
                            + "\nNext, by another person: muster four-eyes approve " + new Row(request).text("id"));
        }
    }

    private static String needs(Row rule, String kind) {
        return rule.flag(kind) ? "two people" : "one is enough";
    }

    private static void put(Map<String, Object> body, Row rule, String kind, @Nullable Switch wanted) {
        body.put(kind, wanted == null ? rule.flag(kind) : wanted == Switch.on);
    }
}
