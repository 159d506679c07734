package dev.muster.cli.rollouts;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rollout",
        headerHeading = "Example: muster rollout create os-2 --release ID --wave 1 --wave 100%% --success 100%n%n",
        header = "Rollouts: create, watch, steer.",
        subcommands = RolloutCommand.Create.class)
public final class RolloutCommand {
    private final Session session;

    RolloutCommand(Session session) {
        this.session = session;
    }

    private static void print(Session session, Map<String, Object> answer) {
        Printer printer = session.printer();
        printer.one(
                answer,
                Table.of()
                        .column("Id", "id")
                        .column("Name", "name")
                        .column("Kind", "kind")
                        .column("State", "state")
                        .column("Reason", "reason")
                        .column("Devices", "selector")
                        .column("Created", "createdAt")
                        .column("By", row -> row.named("createdByName", "createdBy")),
                "id");
        printer.part(
                new Row(answer).rows("waves"),
                Table.of()
                        .column("WAVE", row -> row.text("index") + " " + row.text("name"))
                        .column("STATE", "state")
                        .column("SIZE", "size")
                        .column("WAITING", "waiting")
                        .column("STARTED", "started")
                        .column("ACCEPTED", "accepted")
                        .column("SUCCEEDED", "succeeded")
                        .column("FAILED", "failed")
                        .column("UNREACHED", "unreached")
                        .column("BLOCKED", "blocked")
                        .column("REASON", "reason"));
    }

    @Command(
            name = "create",
            headerHeading =
                    "Example: muster rollout create os-2 --release ID --selector site==north --wave 1 --wave 100%% --success 100%n%n",
            header = "A new rollout, started at once.")
    static final class Create implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "NAME", description = "Its name.")
        private String name = "";

        @Mixin
        private final SourceOptions source = new SourceOptions();

        @Option(
                names = {"-q", "--selector"},
                paramLabel = "RSQL",
                defaultValue = "",
                description = "Only these devices; all if left out.")
        private String selector = "";

        @Mixin
        private final WaveOptions waves = new WaveOptions();

        @Option(
                names = "--max-failure",
                paramLabel = "PERCENT",
                defaultValue = "0",
                description = "More failures than this pause it (default: 0).")
        private int maxFailure;

        @Option(
                names = "--deadline",
                paramLabel = "DURATION",
                defaultValue = "PT1H",
                description = "From a device's acceptance to its end, ISO-8601 (default: PT1H).")
        private Duration deadline = Duration.ofHours(1);

        @Option(names = "--pace", paramLabel = "N", description = "No more than so many devices a minute.")
        private @Nullable Integer pace;

        @Option(
                names = "--jitter",
                paramLabel = "DURATION",
                description = "Each device waits a random part of it after its wave opened, ISO-8601.")
        private @Nullable Duration jitter;

        @Option(
                names = "--install",
                paramLabel = "MODE",
                defaultValue = "forced",
                description = "forced; soft: when the device is idle or somebody on it agrees; download-only.")
        private String install = "forced";

        @Option(
                names = "--window",
                paramLabel = "[DAYS@]FROM-TO",
                description =
                        "When devices may switch, in their site's time, such as 22:00-04:00 or sat,sun@08:00-18:00; "
                                + "`site` for the window of each site.")
        private @Nullable String window;

        @Option(
                names = "--newcomers",
                description = "Devices that the selector means only later join the last wave, until `rollout close`.")
        private boolean newcomers;

        @Option(names = "--dry-run", description = "Say what it would do, and do nothing.")
        private boolean dryRun;

        @Option(names = "--no-start", description = "Only prepare it; `rollout start` starts it.")
        private boolean noStart;

        @Option(names = "--wait", description = "Return when it is completed or stopped.")
        private boolean wait;

        Create(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            if (wait && noStart) {
                throw new CliException(ExitCode.USAGE, "expected --wait or --no-start, found both");
            }
            List<Map<String, Object>> plan = waves.plan();
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", name);
            source.into(body);
            body.put("selector", selector);
            body.put("waves", plan.isEmpty() ? List.of(Map.of("percent", 100)) : plan);
            body.put("maxFailurePercent", maxFailure);
            body.put("deadline", deadline.toString());
            if (pace != null) {
                body.put("perMinute", pace);
            }
            if (jitter != null) {
                body.put("jitter", jitter.toString());
            }
            if (newcomers) {
                body.put("newcomers", true);
            }
            if (window != null || !install.equals("forced")) {
                body.put("install", InstallOptions.body(install, window));
            }
            if (dryRun) {
                RolloutPreview.print(session, session.api().post(Url.of("rollouts", "preview"), body));
                return;
            }
            body.put("start", !noStart);
            Map<String, Object> answer = session.api().post(Url.of("rollouts"), body);
            print(session, answer);
            session.out().flush();
            if (wait) {
                RolloutWatch.await(session, new Row(answer).text("id"));
            }
        }
    }

    @Command(name = "list", headerHeading = "Example: muster rollout list%n%n", header = "All rollouts, newest first.")
    void list(@Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("rollouts"))),
                        Table.of()
                                .column("ID", "id")
                                .column("NAME", "name")
                                .column("KIND", "kind")
                                .column("STATE", "state")
                                .column(
                                        "WAVES",
                                        row -> Integer.toString(
                                                row.rows("waves").size()))
                                .column("SUCCEEDED", row -> sum(row, "succeeded") + "/" + sum(row, "size"))
                                .column("FAILED", row -> Long.toString(sum(row, "failed")))
                                .column("CREATED", row -> Show.ago(row.text("createdAt"), session.now()))
                                .column("REASON", "reason"),
                        "id");
    }

    private static long sum(Row rollout, String member) {
        return rollout.rows("waves").stream()
                .mapToLong(wave -> wave.number(member))
                .sum();
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster rollout show 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "One rollout, wave by wave.")
    void show(@Parameters(paramLabel = "ID", description = "The rollout's id.") String id) {
        print(session, session.api().get(Url.of("rollouts", id)));
    }

    @Command(
            name = "devices",
            headerHeading = "Example: muster rollout devices 0198c0de-0000-7000-8000-000000000000 --state failed%n%n",
            header = "Its devices and how far each is.")
    void devices(
            @Parameters(paramLabel = "ID", description = "The rollout's id.") String id,
            @Option(names = "--state", paramLabel = "STATE", description = "Only these, such as failed or unreached.")
                    @Nullable String state,
            @Mixin Paging paging) {
        session.printer()
                .list(
                        session.api()
                                .get(paging.on(Url.of("rollouts", id, "devices"))
                                        .with("state", state)),
                        Table.of()
                                .column("DEVICE", "device")
                                .column("WAVE", "wave")
                                .column("STATE", "state")
                                .column("SINCE", row -> Show.ago(row.text("since"), session.now()))
                                .column("REASON", "reason")
                                .column("MESSAGE", "message"),
                        "device");
    }

    @Command(
            name = "causes",
            headerHeading = "Example: muster rollout causes 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "Why devices failed, are not reached or wait, most devices first.")
    void causes(@Parameters(paramLabel = "ID", description = "The rollout's id.") String id, @Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("rollouts", id, "causes"))),
                        Table.of()
                                .column("DEVICES", "devices")
                                .column("STATE", "state")
                                .column("REASON", "reason")
                                .column("EXAMPLE", "example"),
                        "reason");
    }

    @Command(
            name = "way-back",
            headerHeading = "Example: muster rollout way-back 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "Whether and how devices could go back from what it brought them.")
    void wayBack(@Parameters(paramLabel = "ID", description = "The rollout's id.") String id, @Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("rollouts", id, "way-back"))),
                        Table.of()
                                .column("TARGET", "target")
                                .column("BEFORE", row -> row.text("before").isEmpty() ? "-" : row.text("before"))
                                .column("NOW", "now")
                                .column("DEVICES", "devices")
                                .column("WAY", "way")
                                .column("REASON", "reason"),
                        "target");
    }

    @Command(
            name = "close",
            headerHeading = "Example: muster rollout close 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "No newcomers join it any more.")
    void close(@Parameters(paramLabel = "ID", description = "The rollout's id.") String id) {
        session.api().delete(Url.of("rollouts", id, "newcomers"));
        session.printer().done("rollout " + id + " takes no newcomers any more");
    }

    @Command(
            name = "approve",
            headerHeading = "Example: muster rollout approve 0198c0de-0000-7000-8000-000000000000 1%n%n",
            header = "Let a wave open that waits for a second person.")
    void approve(
            @Parameters(index = "0", paramLabel = "ID", description = "The rollout's id.") String id,
            @Parameters(index = "1", paramLabel = "WAVE", description = "Its number as `rollout show` has it.")
                    int wave) {
        print(
                session,
                session.api().post(Url.of("rollouts", id, "waves", Integer.toString(wave), "approve"), Map.of()));
    }

    @Command(
            name = "override",
            headerHeading =
                    "Example: muster rollout override 0198c0de-0000-7000-8000-000000000000 --reason 'pumps fail'%n%n",
            header = "Go on in freezes: the first person asks, a second one's same call agrees.",
            description = "Where freezes need four eyes, the second person approves it: muster four-eyes requests.")
    void override(
            @Parameters(paramLabel = "ID", description = "The rollout's id.") String id,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why; kept with it.")
                    String reason,
            @Option(names = "--end", description = "Freezes hold it again.") boolean end) {
        if (end) {
            session.api().delete(Url.of("rollouts", id, "override"));
            session.printer().done("freezes hold rollout " + id + " again");
            return;
        }
        Map<String, Object> answer = session.api().post(Url.of("rollouts", id, "override"), Map.of("reason", reason));
        session.printer()
                .one(
                        answer,
                        Table.of()
                                .column("Override", "override.state")
                                .column("Reason", "override.reason")
                                .column("Asked by", "override.askedBy")
                                .column("Agreed by", "override.agreedBy"),
                        "id");
    }

    @Command(
            name = "watch",
            headerHeading = "Example: muster rollout watch 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "Follow it to its end; 0 when completed, 1 when paused, aborted or superseded.")
    void watch(@Parameters(paramLabel = "ID", description = "The rollout's id.") String id) {
        RolloutWatch.await(session, id);
    }

    @Command(
            name = "start",
            headerHeading = "Example: muster rollout start 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "Start a prepared rollout.")
    void start(@Parameters(paramLabel = "ID", description = "The rollout's id.") String id) {
        steer(id, "start");
    }

    @Command(
            name = "pause",
            headerHeading = "Example: muster rollout pause 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "No more devices start; those under way go on.")
    void pause(@Parameters(paramLabel = "ID", description = "The rollout's id.") String id) {
        steer(id, "pause");
    }

    @Command(
            name = "resume",
            headerHeading = "Example: muster rollout resume 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "Go on; failures seen so far are accepted.")
    void resume(@Parameters(paramLabel = "ID", description = "The rollout's id.") String id) {
        steer(id, "resume");
    }

    @Command(
            name = "abort",
            headerHeading = "Example: muster rollout abort 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "Stop it for good; what devices already have, they keep.")
    void abort(@Parameters(paramLabel = "ID", description = "The rollout's id.") String id) {
        steer(id, "abort");
    }

    private void steer(String id, String verb) {
        print(session, session.api().post(Url.of("rollouts", id, verb), Map.of()));
    }
}
