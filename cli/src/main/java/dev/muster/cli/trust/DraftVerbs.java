package dev.muster.cli.trust;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster trust drafts}, {@code draft} and {@code discard}: what waits for signatures. */
final class DraftVerbs {
    private DraftVerbs() {}

    static void print(Session session, Map<String, Object> answer) {
        session.printer()
                .list(
                        answer,
                        Table.of()
                                .column("ID", "id")
                                .column("REPOSITORY", "repository")
                                .column("ROLE", "role")
                                .column("VERSION", "version")
                                .column("WHY", "reason")
                                .column("STATE", "waiting")
                                .column("MADE", row -> Show.ago(row.text("createdAt"), session.now())),
                        "id");
    }

    @Command(
            name = "drafts",
            headerHeading = "Example: muster trust drafts%n%n",
            header = "What waits for signatures, then what was settled.")
    static final class ListVerb implements Runnable {
        private final Session session;

        ListVerb(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            print(session, session.api().get(Url.of("trust", "drafts")));
        }
    }

    @Command(
            name = "draft",
            headerHeading =
                    "Example: muster trust draft 0198c0de-0000-7000-8000-000000000000 --out targets.draft.json%n%n",
            header = "A draft and whose signatures it waits for; with --out the file that is carried to the keys.",
            footer = "Sign it there with `muster release sign`.")
    static final class Fetch implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "ID", description = "The draft's id.")
        private String id = "";

        @Option(names = "--out", paramLabel = "FILE", description = "Where to write the file; only shown if left out.")
        private @Nullable Path out;

        Fetch(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            if (out != null) {
                session.api().download(Url.of("trust", "drafts", id, "file"), out);
                session.printer().done("wrote " + out);
                return;
            }
            Map<String, Object> answer = session.api().get(Url.of("trust", "drafts", id));
            session.printer()
                    .one(
                            answer,
                            Table.of()
                                    .column("Draft", "id")
                                    .column("Repository", "repository")
                                    .column("Role", "role")
                                    .column("Version", "version")
                                    .column("Why", "reason")
                                    .column("State", "state")
                                    .column("Waiting", "waiting")
                                    .column("Removes", "removes"),
                            "id");
            session.printer()
                    .part(
                            new Row(answer).rows("needs"),
                            Table.of()
                                    .column("KEYS OF", "keysOf")
                                    .column("NEEDED", "threshold")
                                    .column("SIGNED BY", "signedBy"));
        }
    }

    @Command(
            name = "discard",
            headerHeading = "Example: muster trust discard 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "Gives a change up, with all its drafts.")
    static final class Discard implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "ID", description = "Any draft of the change.")
        private String id = "";

        Discard(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.api().delete(Url.of("trust", "drafts", id));
            session.printer().done("discarded");
        }
    }
}
