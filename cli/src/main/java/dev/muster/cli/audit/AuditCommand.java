package dev.muster.cli.audit;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "audit",
        headerHeading = "Example: muster audit list --object device/press-07%n%n",
        header = "Who changed what.",
        subcommands = AuditCommand.ListVerb.class)
public final class AuditCommand {

    @Command(
            name = "list",
            headerHeading = "Example: muster audit list --object device/press-07 --limit 20%n%n",
            header = "Changes, newest first.")
    static final class ListVerb implements Runnable {
        private final Session session;

        @Option(names = "--object", paramLabel = "OBJECT", description = "Only changes of this.")
        private @Nullable String object;

        @Mixin
        private final Paging paging = new Paging();

        ListVerb(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api().get(paging.on(Url.of("audit")).with("object", object)),
                            Table.of()
                                    .column("AT", "at")
                                    .column("ACTOR", row -> row.named("actorName", "actor"))
                                    .column("VERB", "verb")
                                    .column("OBJECT", "object")
                                    .column("OUTCOME", "outcome")
                                    .column("DETAIL", "detail"),
                            "id");
        }
    }
}
