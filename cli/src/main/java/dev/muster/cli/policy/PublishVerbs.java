package dev.muster.cli.policy;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Format;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.rollouts.RolloutWatch;
import dev.muster.cli.rollouts.WaveOptions;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verbs that bring versions to devices. */
final class PublishVerbs {
    private PublishVerbs() {}

    /** What publishing and going back have in common. */
    static final class Terms {
        @Option(
                names = "--comment",
                paramLabel = "TEXT",
                defaultValue = "",
                description = "Why; kept with the version.")
        private String comment = "";

        @Option(names = "--selector", paramLabel = "RSQL", description = "Only to these devices; all if left out.")
        private @Nullable String selector;

        @Mixin
        private final WaveOptions waves = new WaveOptions();

        @Option(names = "--now", description = "To all devices at once, without a canary.")
        private boolean now;

        @Option(
                names = "--force",
                description =
                        "Although policy tests fail or some devices have no room for it; the audit trail names them.")
        private boolean force;

        @Option(names = "--wait", description = "Return when every device has it, or the rollout stopped.")
        private boolean wait;

        private Map<String, Object> body() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("comment", comment);
            List<Map<String, Object>> plan = now ? List.of(Map.of("name", "all", "percent", 100)) : waves.plan();
            if (!plan.isEmpty()) {
                body.put("waves", plan);
            }
            if (selector != null) {
                body.put("selector", selector);
            }
            if (force) {
                body.put("force", true);
            }
            return body;
        }

        private void print(Session session, Map<String, Object> answer) {
            session.printer()
                    .one(
                            answer,
                            Table.of().column("Version", "version").column("Rollout", RolloutWatch::idOf),
                            "version");
            String rollout = RolloutWatch.idOf(new Row(answer));
            // No rollout: no device is there yet. Those that enrol later get the version by themselves.
            if (wait && !rollout.equals(Row.NONE)) {
                session.out().flush();
                RolloutWatch.await(session, rollout);
            }
        }
    }

    @Command(
            name = "publish",
            headerHeading =
                    "Example: muster policy publish --comment 'cameras for hall 2' --wave 1 --wave 100%% --wait%n%n",
            header = "Make the draft a version and roll it out: one canary and then the rest, unless told otherwise.")
    static final class Publish implements Runnable {
        private final Session session;

        @Mixin
        private final Terms terms = new Terms();

        @Option(
                names = "--shadow",
                description = "Only to be watched: devices answer by it beside, and by the version in force for real.")
        private boolean shadow;

        Publish(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = terms.body();
            if (shadow) {
                body.put("shadow", true);
            }
            terms.print(session, session.api().post(Url.of("policy", "publish"), body));
        }
    }

    @Command(
            name = "rollback",
            headerHeading = "Example: muster policy rollback 6 --comment 'cameras went dark' --now --wait%n%n",
            header = "Make a new version of an older one's documents and roll it out; the draft stays as it is.")
    static final class Rollback implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "VERSION", description = "As `policy history` shows it.")
        private long version;

        @Mixin
        private final Terms terms = new Terms();

        Rollback(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = terms.body();
            body.put("version", version);
            terms.print(session, session.api().post(Url.of("policy", "rollback"), body));
        }
    }

    @Command(
            name = "history",
            aliases = "versions",
            headerHeading = "Example: muster policy history%n%n",
            header = "What was published, newest first; with a number, the documents of that version.")
    static final class History implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "VERSION", arity = "0..1", description = "Show the documents of this version.")
        private @Nullable Long version;

        @Mixin
        private final Paging paging = new Paging();

        History(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            if (version != null) {
                document(version);
                return;
            }
            session.printer()
                    .list(
                            session.api().get(paging.on(Url.of("policy", "versions"))),
                            Table.of()
                                    .column("VERSION", "version")
                                    .column("KIND", "kind")
                                    .column("PUBLISHED", "publishedAt")
                                    .column("BY", row -> row.text("publishedByName"))
                                    .column("ROLLOUT", RolloutWatch::idOf)
                                    .column("BACK TO", "rolledBackFrom")
                                    .column("COMMENT", "comment"),
                            "version");
        }

        private void document(long number) {
            Map<String, Object> answer = session.api().get(Url.of("policy", "versions", Long.toString(number)));
            if (session.printer().shape() == Format.Shape.PEOPLE) {
                session.out().println(new Row(answer).text("yaml").stripTrailing());
            } else {
                session.printer().one(answer, Table.of(), "version");
            }
        }
    }
}
