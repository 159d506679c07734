package dev.muster.cli.fleetfiles;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "diff",
        headerHeading = "Example: muster diff -f fleet/ --label fleet --prune%n%n",
        header = "What differs between files and the fleet; nothing is tried, a viewer may.",
        footer = "Ends with 0 where nothing differs and with 8 where something does.")
public final class DiffCommand implements Runnable {
    private final Session session;

    @Mixin
    private FolderOptions folder = new FolderOptions();

    DiffCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Map<String, Object> answer = session.api().post(Url.of("fleet-files", "diff"), folder.body(session));
        PlanText.print(session, answer);
        if (!PlanText.isEmpty(answer)) {
            throw new CliException(ExitCode.DIFFERS, "the fleet is not what the files say");
        }
    }
}
