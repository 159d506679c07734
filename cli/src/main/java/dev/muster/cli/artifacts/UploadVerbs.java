package dev.muster.cli.artifacts;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Uploads that are on their way. */
final class UploadVerbs {
    private UploadVerbs() {}

    @Command(
            name = "uploads",
            headerHeading = "Example: muster artifact uploads%n%n",
            header = "Uploads that are not finished, and how far they came.")
    static final class Uploads implements Runnable {
        private final Session session;

        Uploads(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api().get(Url.of("artifacts", "uploads")),
                            Table.of()
                                    .column("ID", "id")
                                    .column("FILE", "fileName")
                                    .column("KIND", "kind")
                                    .column("RECEIVED", row -> Show.bytes(row.number("received")))
                                    .column("SIZE", row -> Show.bytes(row.number("length")))
                                    .column("BY", row -> row.text("createdByName"))
                                    .column("EXPIRES", row -> Show.ago(row.text("expiresAt"), session.now())),
                            "id");
        }
    }

    @Command(
            name = "abandon",
            headerHeading = "Example: muster artifact abandon 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "Give up an upload that is not finished, with the bytes that arrived.")
    static final class Abandon implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "ID", description = "The upload's id, as `muster artifact uploads` shows it.")
        private String id = "";

        Abandon(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.api().delete(Url.of("artifacts", "uploads", id));
            session.printer().done("abandoned");
        }
    }
}
