package dev.muster.cli.fleetfiles;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.rollouts.WaveOptions;
import dev.muster.cli.session.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "apply",
        headerHeading = "Example: muster apply -f fleet/ --label fleet --prune%n%n",
        header =
                "Make the fleet what files say: sites, groups, settings, alerts, policies, freezes, rollouts, webhooks. Shows what"
                        + " would change and asks.",
        footer =
                "All of it is done, or nothing. What a file names by `urlFrom: {env: NAME}` is taken from the environment.")
public final class ApplyCommand implements Runnable {
    private final Session session;

    @Mixin
    private FolderOptions folder = new FolderOptions();

    @Mixin
    private WaveOptions waves = new WaveOptions();

    @Option(names = "--comment", paramLabel = "TEXT", description = "Why; kept with versions and in the trail.")
    private @Nullable String comment;

    @Option(names = "--dry-run", description = "Only show what would change.")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Option(
            names = "--expect",
            paramLabel = "PLAN",
            description = "Do it without asking, if the changes are those of this plan; nothing is changed otherwise.")
    private @Nullable String expect;

    ApplyCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Map<String, Object> body = folder.complete(session);
        body.put("waves", waves.plan());
        if (comment != null) {
            body.put("comment", comment);
        }
        String agreed = expect;
        if (agreed == null) {
            Map<String, Object> plan = session.api().post(Url.of("fleet-files", "plan"), body);
            if (dryRun || PlanText.isDone(plan)) {
                PlanText.print(session, plan);
                return;
            }
            if (!yes) {
                PlanText.print(session, plan);
                ask();
            }
            agreed = new Row(plan).text("digest");
        }
        body.put("expected", agreed);
        PlanText.print(session, session.api().post(Url.of("fleet-files", "apply"), body));
    }

    private void ask() {
        session.err().print("Apply these changes? (yes/no) ");
        session.err().flush();
        String answer;
        try {
            answer = new BufferedReader(new InputStreamReader(session.shell().in(), StandardCharsets.UTF_8)).readLine();
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "cannot read an answer; nothing was changed", e);
        }
        if (answer == null) {
            throw new CliException(
                    ExitCode.USAGE, "expected `yes`, `--yes` or `--expect PLAN`, found no answer; nothing was changed");
        }
        if (!answer.strip().equals("yes")) {
            throw new CliException(ExitCode.FAILED, "not agreed to; nothing was changed");
        }
    }
}
