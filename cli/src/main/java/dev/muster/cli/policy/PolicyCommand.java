package dev.muster.cli.policy;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Format;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.rollouts.RolloutWatch;
import dev.muster.cli.rollouts.WaveOptions;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import dev.muster.policy.conformance.Conformance;
import dev.muster.policy.conformance.Report;
import dev.muster.policy.language.PolicySource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "policy",
        headerHeading = "Example: muster policy apply policies/*.yaml%n%n",
        header = "Policies: lint and test offline, apply, publish, explain.",
        subcommands = {
            LintVerb.class,
            TestVerb.class,
            PolicyCommand.Apply.class,
            PolicyCommand.ListVerb.class,
            PolicyCommand.ShowVerb.class,
            PolicyCommand.Delete.class,
            PolicyCommand.Publish.class,
            PolicyCommand.Versions.class,
            PolicyCommand.Explain.class,
            PolicyCommand.ConformanceVerb.class
        })
public final class PolicyCommand {

    @Command(
            name = "apply",
            headerHeading = "Example: muster policy apply policies/camera.yaml%n%n",
            header = "Put documents into the draft; nothing changes on devices before `policy publish`.")
    static final class Apply implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", arity = "1..*", description = "YAML files, or - for standard input.")
        private List<String> files = List.of();

        Apply(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            List<PolicySource> sources = Lint.read(session.shell(), files);
            // Here, and not only on the server: the errors then name the person's own files and lines.
            Lint.check(sources, rolesOfTheDraft());
            String yaml = sources.stream().map(PolicySource::text).collect(Collectors.joining("\n---\n"));
            session.printer()
                    .list(
                            session.api().put(Url.of("policy", "documents"), "application/yaml", yaml),
                            Table.of()
                                    .column("KIND", "kind")
                                    .column("NAME", "name")
                                    .column("CHANGED", row -> row.flag("changed") ? "yes" : "no"),
                            "name");
        }

        /** A binding may name a role that was applied before; the files alone would not show it. */
        private Set<String> rolesOfTheDraft() {
            Set<String> roles = new HashSet<>();
            Url page = Url.of("policy", "documents").with("limit", 200);
            Optional<String> cursor = Optional.empty();
            do {
                Row answer = new Row(session.api().get(page.with("cursor", cursor.orElse(null))));
                answer.rows("items").stream()
                        .filter(document -> document.text("kind").equalsIgnoreCase("role"))
                        .forEach(document -> roles.add(document.text("name")));
                cursor = Optional.ofNullable(answer.at("next")).map(Object::toString);
            } while (cursor.isPresent());
            return roles;
        }
    }

    @Command(name = "list", headerHeading = "Example: muster policy list%n%n", header = "The documents of the draft.")
    static final class ListVerb implements Runnable {
        private final Session session;

        @Mixin
        private final Paging paging = new Paging();

        ListVerb(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api().get(paging.on(Url.of("policy", "documents"))),
                            Table.of()
                                    .column("KIND", "kind")
                                    .column("NAME", "name")
                                    .column("UPDATED", row -> Show.ago(row.text("updatedAt"), session.now()))
                                    .column("BY", "updatedBy"),
                            "name");
        }
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster policy show Role camera-user%n%n",
            header = "One document as it was written.")
    static final class ShowVerb implements Runnable {
        private final Session session;

        @Parameters(index = "0", paramLabel = "KIND", description = "As `policy list` shows it.")
        private String kind = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "As `policy list` shows it.")
        private String name = "";

        ShowVerb(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer = session.api().get(Url.of("policy", "documents", kind, name));
            Printer printer = session.printer();
            if (printer.format() == Format.table) {
                session.out().println(new Row(answer).text("yaml").stripTrailing());
            } else {
                printer.one(answer, Table.of(), "name");
            }
        }
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster policy delete Role camera-user%n%n",
            header = "Take one document out of the draft.")
    static final class Delete implements Runnable {
        private final Session session;

        @Parameters(index = "0", paramLabel = "KIND", description = "As `policy list` shows it.")
        private String kind = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "As `policy list` shows it.")
        private String name = "";

        Delete(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.api().delete(Url.of("policy", "documents", kind, name));
            session.printer().done("deleted " + kind + " " + name + " from the draft");
        }
    }

    @Command(
            name = "publish",
            headerHeading =
                    "Example: muster policy publish --comment 'cameras for hall 2' --wave 1 --wave 100%% --wait%n%n",
            header = "Make the draft a version and roll it out.")
    static final class Publish implements Runnable {
        private final Session session;

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

        @Option(names = "--wait", description = "Return when every device has it, or the rollout stopped.")
        private boolean wait;

        Publish(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("comment", comment);
            if (!waves.plan().isEmpty()) {
                body.put("waves", waves.plan());
            }
            if (selector != null) {
                body.put("selector", selector);
            }
            Map<String, Object> answer = session.api().post(Url.of("policy", "publish"), body);
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
            name = "versions",
            headerHeading = "Example: muster policy versions%n%n",
            header = "What was published, newest first.")
    static final class Versions implements Runnable {
        private final Session session;

        @Mixin
        private final Paging paging = new Paging();

        Versions(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            session.printer()
                    .list(
                            session.api().get(paging.on(Url.of("policy", "versions"))),
                            Table.of()
                                    .column("VERSION", "version")
                                    .column("PUBLISHED", "publishedAt")
                                    .column("BY", "publishedBy")
                                    .column("ROLLOUT", RolloutWatch::idOf)
                                    .column("COMMENT", "comment"),
                            "version");
        }
    }

    @Command(
            name = "explain",
            headerHeading =
                    "Example: muster policy explain --device press-07 --app com.example.camera --permission ohos.permission.CAMERA%n%n",
            header = "May this app use this permission on this device, and why.",
            footer = "Exit code 0 whether granted or denied; --check ends with 1 when denied.")
    static final class Explain implements Runnable {
        private final Session session;

        @Option(names = "--device", paramLabel = "DEVICE", required = true, description = "The device's id.")
        private String device = "";

        @Option(names = "--app", paramLabel = "BUNDLE", required = true, description = "The app's bundle name.")
        private String app = "";

        @Option(
                names = "--permission",
                paramLabel = "NAME",
                required = true,
                description = "Such as ohos.permission.CAMERA.")
        private String permission = "";

        @Option(names = "--check", description = "End with 1 when denied.")
        private boolean check;

        Explain(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer = session.api()
                    .get(Url.of("policy", "explain")
                            .with("device", device)
                            .with("bundle", app)
                            .with("permission", permission));
            session.printer()
                    .one(
                            answer,
                            Table.of()
                                    .column("Answer", row -> row.flag("granted") ? "granted" : "denied")
                                    .column("Reason", "reason")
                                    .column("Detail", "detail")
                                    .column("Policy", "policyVersion")
                                    .column("Enforcement", "enforcement"),
                            "reason");
            if (check && !new Row(answer).flag("granted")) {
                throw new CliException(ExitCode.FAILED, "denied: " + new Row(answer).text("reason"));
            }
        }
    }

    @Command(
            name = "conformance",
            headerHeading = "Example: muster policy conformance atm-vectors.json%n%n",
            header = "Run a file of Access Token Manager vectors; ends with `N passed, N failed`.")
    static final class ConformanceVerb implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "The vectors, JSON.")
        private String file = "";

        ConformanceVerb(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() {
            Report report;
            try {
                report = Conformance.run(FileInput.read(session.shell(), file));
            } catch (IllegalArgumentException | ClassCastException e) {
                throw new CliException(
                        ExitCode.USAGE, "file `" + file + "` holds no conformance vectors: " + e.getMessage(), e);
            }
            report.failures().forEach(failure -> session.out().println(failure.text()));
            session.out().println(report.passed() + " passed, " + report.failed() + " failed");
            return (report.failures().isEmpty() ? ExitCode.OK : ExitCode.FAILED).number();
        }
    }
}
