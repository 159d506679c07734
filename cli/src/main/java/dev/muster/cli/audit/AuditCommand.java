package dev.muster.cli.audit;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "audit",
        headerHeading = "Example: muster audit verify --checkpoint kept.json%n%n",
        header = "Who changed what, and proof that nobody changed the record of it.",
        subcommands = {AuditCommand.ListVerb.class, VerifyVerb.class, CheckpointVerb.class, ExportVerb.class})
public final class AuditCommand {

    @Command(
            name = "list",
            headerHeading = "Example: muster audit list --object device/press-07 --limit 20%n%n",
            header = "Changes and reads of what is sensitive, newest first.")
    static final class ListVerb implements Runnable {
        private final Session session;

        @Mixin
        private final FilterOptions filter = new FilterOptions();

        @Mixin
        private final Paging paging = new Paging();

        ListVerb(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api().get(filter.on(paging.on(Url.of("audit")))),
                            Table.of()
                                    .column("AT", "at")
                                    .column("ACTOR", row -> row.named("actorName", "actor"))
                                    .column("VERB", "verb")
                                    .column("OBJECT", "object")
                                    .column("OUTCOME", "outcome")
                                    .column("SEAL", AuditCommand::seal)
                                    .column("DETAIL", "detail"),
                            "id");
        }
    }

    private static String seal(Row row) {
        return row.at("position") == null ? "not yet" : row.text("position");
    }
}
