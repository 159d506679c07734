package dev.muster.cli.policy;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Session;
import dev.muster.policy.conformance.Conformance;
import dev.muster.policy.conformance.Report;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
            DraftVerbs.ListVerb.class,
            DraftVerbs.ShowVerb.class,
            DraftVerbs.Delete.class,
            DraftVerbs.Diff.class,
            ImpactVerb.class,
            PublishVerbs.Publish.class,
            PublishVerbs.History.class,
            PublishVerbs.Rollback.class,
            UrgentVerbs.EnforceNow.class,
            UrgentVerbs.Withdraw.class,
            UrgentVerbs.Revoke.class,
            UrgentVerbs.Urgent.class,
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
