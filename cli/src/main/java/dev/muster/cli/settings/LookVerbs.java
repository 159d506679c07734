package dev.muster.cli.settings;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster settings list} and {@code schema}: what is set, and what can be. */
final class LookVerbs {
    private LookVerbs() {}

    @Command(
            name = "list",
            headerHeading = "Example: muster settings list%n%n",
            header = "Every document of the draft; `settings get` shows one.")
    static final class Documents implements Runnable {
        private final Session session;

        Documents(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api().get(Url.of("settings")),
                            Table.of()
                                    .column("LEVEL", "level")
                                    .column("NAME", "name")
                                    .column("REVISION", "revision")
                                    .column("UPDATED", row -> Show.ago(row.text("updatedAt"), session.now()))
                                    .column("BY", row -> row.named("updatedByName", "updatedBy")),
                            "name");
        }
    }

    @Command(
            name = "schema",
            headerHeading = "Example: muster settings schema --platform openharmony%n%n",
            header = "The JSON Schema of settings documents, for editors.")
    static final class Schema implements Runnable {
        private final Session session;

        @Option(
                names = "--platform",
                paramLabel = "PLATFORM",
                description = "Without what this platform cannot bring about.")
        private @Nullable String platform;

        Schema(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .whole(session.api().get(Url.of("settings", "schema").with("platform", platform)));
        }
    }
}
