package dev.muster.cli.trust;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "trust",
        headerHeading = "Example: muster trust status%n%n",
        header = "State of the signed metadata.",
        subcommands = TrustCommand.Status.class)
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
            printer.one(answer, Table.of().column("Mode", "mode"), "mode");
            printer.part(
                    new Row(answer).rows("roles"),
                    Table.of()
                            .column("REPOSITORY", "repository")
                            .column("ROLE", "role")
                            .column("VERSION", "version")
                            .column("EXPIRES", row -> Show.ago(row.text("expiresAt"), session.now()))
                            .column("THRESHOLD", "threshold")
                            .column("KEYS", Status::keys));
        }

        private static String keys(Row row) {
            return row.at("keys") instanceof java.util.List<?> list ? Integer.toString(list.size()) : row.text("keys");
        }
    }
}
