package dev.muster.cli.policy;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs of capabilities. */
final class UrgentVerbs {
    private UrgentVerbs() {}

    @Command(
            name = "revoke",
            headerHeading = "Example: muster policy revoke night-shift --reason 'badge lost'%n%n",
            header = "A capability ends on every device at once and for good.")
    static final class Revoke implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "CAPABILITY", description = "As `policy capabilities` shows it.")
        private String name = "";

        @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why; kept with it.")
        private String reason = "";

        Revoke(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            print(
                    session,
                    session.api().post(Url.of("policy", "capabilities", name, "revoke"), Map.of("reason", reason)));
        }
    }

    @Command(
            name = "capabilities",
            headerHeading = "Example: muster policy capabilities%n%n",
            header = "Rights that end: which are pending, active, ended or revoked, and how many devices hold them.")
    static final class Capabilities implements Runnable {
        private final Session session;

        @Mixin
        private final Paging paging = new Paging();

        Capabilities(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api().get(paging.on(Url.of("policy", "capabilities"))),
                            Table.of()
                                    .column("NAME", "name")
                                    .column("STATE", "state")
                                    .column("PERMISSIONS", "permissions")
                                    .column("FROM", "notBefore")
                                    .column("TO", "notAfter")
                                    .column("DEVICES", row -> devices(row))
                                    .column("HOLDING", "devicesHolding"),
                            "name");
        }

        private static String devices(Row row) {
            String pairs = row.pairs("devices");
            return pairs.isEmpty() ? "all" : pairs;
        }
    }

    /** Says what was done, and as a warning where it could not be done. */
    static void print(Session session, Map<String, Object> answer) {
        if (answer.get("doesNotFit") instanceof List<?> reasons) {
            reasons.forEach(reason -> session.err().println("muster: warning: it does not fit everywhere: " + reason));
        }
        session.printer()
                .one(
                        answer,
                        Table.of()
                                .column("Kind", "kind")
                                .column("Name", "name")
                                .column("Since", "since")
                                .column("Pending devices", "pending"),
                        "name");
    }
}
