package dev.muster.cli.devices;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "bulk",
        headerHeading = "Example: muster devices bulk suspend -q site==hall-2 --expect 42%n%n",
        header = "Suspend, resume or retire all devices of a query; without --expect only says how many that would be.")
final class BulkVerb implements Runnable {
    private static final Table ROW =
            Table.of().column("Action", "action").column("Devices", "changes").column("Left as they are", "left");

    private final Session session;

    @Parameters(paramLabel = "ACTION", description = "suspend, resume or retire; the last is for ever.")
    private String action = "";

    @Option(
            names = {"-q", "--query"},
            paramLabel = "RSQL",
            required = true,
            description = "Which devices; empty for every one.")
    private String query = "";

    @Option(
            names = "--expect",
            paramLabel = "N",
            description = "Do it, if it changes so many devices; nothing is changed otherwise.")
    private @Nullable Long expected;

    BulkVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Long wanted = expected;
        Map<String, Object> answer = wanted == null
                ? session.api()
                        .get(Url.of("device-actions").with("action", action).with("q", query))
                : session.api()
                        .post(
                                Url.of("device-actions"),
                                Map.of("action", action, "selector", query, "expected", wanted));
        session.printer().one(answer, ROW, "changes");
    }
}
