package dev.muster.cli.policy;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Format;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import dev.muster.policy.conformance.Conformance;
import dev.muster.policy.conformance.Report;
import dev.muster.policy.language.PolicySchema;
import dev.muster.policy.permission.PermissionCatalog;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "policy",
        headerHeading = "Example: muster policy apply policies/*.yaml%n%n",
        header = "Policies: lint offline, apply, publish, explain.",
        subcommands = {
            LintVerb.class,
            TestVerb.class,
            DraftVerbs.Validate.class,
            DraftVerbs.Apply.class,
            DraftVerbs.Diff.class,
            ImpactVerb.class,
            PublishVerbs.Publish.class,
            PublishVerbs.History.class,
            PublishVerbs.Rollback.class,
            UrgentVerbs.Revoke.class,
            UrgentVerbs.Capabilities.class,
            ExplainVerb.class,
            EvidenceVerb.class,
            StandingVerbs.Matrix.class,
            StandingVerbs.Compliance.class,
            StandingVerbs.Shadow.class,
            UsageVerb.class,
            PolicyCommand.ConformanceVerb.class
        })
public final class PolicyCommand {
    private final Session session;

    PolicyCommand(Session session) {
        this.session = session;
    }

    @Command(name = "list", headerHeading = "Example: muster policy list%n%n", header = "The documents of the draft.")
    void list(@Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("policy", "documents"))),
                        Table.of()
                                .column("KIND", "kind")
                                .column("NAME", "name")
                                .column("UPDATED", row -> Show.ago(row.text("updatedAt"), session.now()))
                                .column("BY", row -> row.text("updatedByName")),
                        "name");
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster policy show Role camera-user%n%n",
            header = "One document as it was written.")
    void show(
            @Parameters(index = "0", paramLabel = "KIND", description = "As `policy list` shows it.") String kind,
            @Parameters(index = "1", paramLabel = "NAME", description = "As `policy list` shows it.") String name) {
        Map<String, Object> answer = session.api().get(Url.of("policy", "documents", kind, name));
        if (session.printer().shape() == Format.Shape.PEOPLE) {
            session.out().println(new Row(answer).text("yaml").stripTrailing());
        } else {
            session.printer().one(answer, Table.of(), "name");
        }
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster policy delete Role camera-user%n%n",
            header = "Take one document out of the draft.")
    void delete(
            @Parameters(index = "0", paramLabel = "KIND", description = "As `policy list` shows it.") String kind,
            @Parameters(index = "1", paramLabel = "NAME", description = "As `policy list` shows it.") String name) {
        session.api().delete(Url.of("policy", "documents", kind, name));
        session.printer().done("deleted " + kind + " " + name + " from the draft");
    }

    @Command(
            name = "schema",
            headerHeading = "Example: muster policy schema%n%n",
            header = "The JSON Schema of policy files, for editors; offline, with every permission of the registry.")
    void schema() {
        session.out().println(PolicySchema.json(PermissionCatalog.builtIn()).stripTrailing());
    }

    @Command(
            name = "enforce-now",
            headerHeading = "Example: muster policy enforce-now no-cameras --reason 'cameras leak'%n%n",
            header = "A guard rail of the draft counts on every device from now on, whatever version it has.")
    void enforceNow(
            @Parameters(paramLabel = "GUARD-RAIL", description = "Its name in the draft.") String name,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why; kept with it.")
                    String reason) {
        UrgentVerbs.print(
                session,
                session.api().post(Url.of("policy", "guard-rails", name, "enforce-now"), Map.of("reason", reason)));
    }

    @Command(
            name = "withdraw",
            headerHeading = "Example: muster policy withdraw no-cameras%n%n",
            header = "A guard rail that was enforced now counts only where a version contains it.")
    void withdraw(@Parameters(paramLabel = "GUARD-RAIL", description = "As `policy urgent` shows it.") String name) {
        session.api().delete(Url.of("policy", "guard-rails", name, "enforce-now"));
        session.printer().done("withdrew " + name);
    }

    @Command(
            name = "urgent",
            headerHeading = "Example: muster policy urgent%n%n",
            header = "What lies on top of the versions in force: guard rails enforced now, capabilities revoked.")
    void urgent(@Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("policy", "urgent"))),
                        Table.of()
                                .column("KIND", "kind")
                                .column("NAME", "name")
                                .column("SINCE", row -> Show.ago(row.text("since"), session.now()))
                                .column("IN VERSION", "absorbedBy")
                                .column("PENDING", "pending")
                                .column("REASON", "reason"),
                        "name");
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
