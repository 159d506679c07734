package dev.muster.cli.commands;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.session.Session;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        headerHeading =
                "Example: muster command run restart-app --app com.example.pump -q site==north --per-minute 30%n%n",
        header = "Ask devices to do something once; those that are offline get it when they connect.")
final class RunVerb implements Runnable {
    private final Session session;

    @Parameters(paramLabel = "KIND", description = "refresh, reboot, restart-app, collect-logs or diagnostic.")
    private String kind = "";

    @Option(names = "--device", paramLabel = "DEVICE", description = "This device; repeatable.")
    private List<String> devices = List.of();

    @Option(
            names = {"-q", "--selector"},
            paramLabel = "RSQL",
            description = "The devices that it selects.")
    private @Nullable String selector;

    @Option(names = "--all", description = "Every device.")
    private boolean all;

    @Option(names = "--app", paramLabel = "BUNDLE", description = "restart-app: which.")
    private @Nullable String app;

    @Option(names = "--name", paramLabel = "NAME", description = "diagnostic: network, storage, processes or clock.")
    private @Nullable String name;

    @Option(
            names = "--per-minute",
            paramLabel = "N",
            description = "So many devices a minute; all at once if left out.")
    private @Nullable Integer perMinute;

    @Option(
            names = "--deadline",
            paramLabel = "DURATION",
            defaultValue = "PT1H",
            description = "No device starts it later, ISO-8601 (default: PT1H).")
    private Duration deadline = Duration.ofHours(1);

    @Option(names = "--wait", description = "Return when it is over; 1 where a device did not do it.")
    private boolean wait;

    RunVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        int ways = (devices.isEmpty() ? 0 : 1) + (selector == null ? 0 : 1) + (all ? 1 : 0);
        if (ways != 1) {
            throw new CliException(ExitCode.USAGE, "expected one of --device, --selector and --all");
        }
        Map<String, String> arguments = new LinkedHashMap<>();
        if (app != null) {
            arguments.put("app", app);
        }
        if (name != null) {
            arguments.put("name", name);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("kind", kind);
        body.put("arguments", arguments);
        if (devices.isEmpty()) {
            body.put("selector", selector == null ? "" : selector);
        } else {
            body.put("devices", devices);
        }
        if (perMinute != null) {
            body.put("perMinute", perMinute);
        }
        body.put("deadline", deadline.toString());
        Map<String, Object> answer = session.api().post(Url.of("commands"), body);
        CommandVerbs.print(session, answer);
        session.out().flush();
        if (wait) {
            CommandWatch.await(session, new Row(answer).text("id"));
        }
    }
}
