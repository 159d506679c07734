package dev.muster.cli.trust;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import dev.muster.trust.tool.TrustClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

@Command(
        name = "trust",
        headerHeading = "Example: muster trust status%n%n",
        header = "Who signs what: keys, roles, and what waits for signatures.",
        subcommands = {
            TrustCommand.Status.class,
            KeyVerbs.Init.class,
            KeyVerbs.Root.class,
            ChangeVerbs.Rotate.class,
            ChangeVerbs.Delegate.class,
            ChangeVerbs.Renew.class,
            DraftVerbs.ListVerb.class,
            DraftVerbs.Fetch.class,
            DraftVerbs.Discard.class,
            VendorVerbs.class,
            TrustCommand.Client.class
        })
public final class TrustCommand {

    @Command(
            name = "status",
            headerHeading = "Example: muster trust status%n%n",
            header = "Mode, and each role's version, expiry and keys.")
    static final class Status implements Runnable {
        private final Session session;

        Status(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer = session.api().get(Url.of("trust", "status"));
            Printer printer = session.printer();
            printer.one(answer, Table.of().column("Mode", "mode").column("Open drafts", "openDrafts"), "mode");
            printer.part(
                    new Row(answer).rows("roles"),
                    Table.of()
                            .column("REPOSITORY", "repository")
                            .column("ROLE", "role")
                            .column("VERSION", "version")
                            .column("EXPIRES", row -> Show.ago(row.text("expiresAt"), session.now()))
                            .column("THRESHOLD", "threshold")
                            .column("KEYS", Status::keys)
                            .column("ON SERVER", "keysOnServer"));
        }

        private static String keys(Row row) {
            return row.at("keys") instanceof List<?> list ? Integer.toString(list.size()) : row.text("keys");
        }
    }

    @Command(
            name = "client",
            headerHeading =
                    "Example: muster trust client --metadata-dir state --metadata-url http://localhost:8001/ refresh%n%n",
            header = "A TUF client by itself: the command line of the public conformance suite.",
            description =
                    "Verbs: init ROOT, refresh, download. Needs no Muster server and no login; ends with 0 or 1, as the suite expects.")
    static final class Client implements Runnable {
        @Unmatched
        private final List<String> arguments = new ArrayList<>();

        @Override
        public void run() {
            // Ends the process itself: the suite runs one process per call.
            TrustClient.main(arguments.toArray(String[]::new));
        }
    }
}
