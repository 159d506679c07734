package dev.muster.cli.settings;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.rollouts.RolloutWatch;
import dev.muster.cli.rollouts.WaveOptions;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What brings the draft to devices, and what says before what that would change. */
final class RolloutVerbs {
    private RolloutVerbs() {}

    private static final class Values {
        static String text(Row row, String name) {
            Object value = row.at(name);
            return value == null ? "-" : String.valueOf(value);
        }
    }

    @Command(
            name = "preview",
            headerHeading = "Example: muster settings preview -q site==north%n%n",
            header = "What rolling the draft out would change, and on how many devices.")
    static final class Preview implements Runnable {
        private final Session session;

        @Option(
                names = {"-q", "--selector"},
                paramLabel = "RSQL",
                defaultValue = "",
                description = "Only these devices; all if left out.")
        private String selector = "";

        Preview(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer =
                    session.api().post(Url.of("settings", "preview"), Map.of("selector", selector));
            session.printer()
                    .one(
                            answer,
                            Table.of()
                                    .column("Devices", "devices")
                                    .column("Changed", "changedDevices")
                                    .column("Unchanged", "unchangedDevices")
                                    .column("Take no settings", "leftOut"),
                            "changedDevices");
            Row row = new Row(answer);
            session.printer()
                    .part(
                            row.rows("changes"),
                            Table.of()
                                    .column("SETTING", "path")
                                    .column("BEFORE", change -> Values.text(change, "before"))
                                    .column("AFTER", change -> Values.text(change, "after"))
                                    .column("DEVICES", "devices"));
            session.printer()
                    .part(
                            row.rows("notHere"),
                            Table.of().column("NOT ON THEIR PLATFORM", "path").column("DEVICES", "devices"));
            session.printer()
                    .part(
                            row.rows("invalid"),
                            Table.of()
                                    .column("NOT VALID", "path")
                                    .column("EXPECTED", "expected")
                                    .column("FOUND", "found")
                                    .column("SUCH AS", "example")
                                    .column("DEVICES", "devices"));
        }
    }

    @Command(
            name = "rollout",
            headerHeading = "Example: muster settings rollout --wave canary=1 --wave 100%% --wait%n%n",
            header = "Bring the draft to devices, in waves.")
    static final class Rollout implements Runnable {
        private final Session session;

        @Option(names = "--comment", paramLabel = "TEXT", defaultValue = "", description = "Why.")
        private String comment = "";

        @Option(
                names = {"-q", "--selector"},
                paramLabel = "RSQL",
                defaultValue = "",
                description = "Only these devices; all if left out.")
        private String selector = "";

        @Mixin
        private final WaveOptions waves = new WaveOptions();

        @Option(names = "--wait", description = "Return when it is completed or stopped.")
        private boolean wait;

        Rollout(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            List<Map<String, Object>> plan = waves.plan();
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("comment", comment);
            body.put("selector", selector);
            body.put("waves", plan.isEmpty() ? List.of(Map.of("percent", 100)) : plan);
            Map<String, Object> answer = session.api().post(Url.of("settings", "rollout"), body);
            session.printer()
                    .one(answer, Table.of().column("Version", "version").column("Rollout", "rollout"), "rollout");
            session.out().flush();
            if (wait) {
                RolloutWatch.await(session, RolloutWatch.idOf(new Row(answer)));
            }
        }
    }

    @Command(
            name = "diff",
            headerHeading = "Example: muster settings diff press-07%n%n",
            header = "A device's settings: each value, who set it, and what is in force instead.")
    static final class Diff implements Runnable {
        private final Session session;

        @picocli.CommandLine.Parameters(paramLabel = "DEVICE", description = "The device's id.")
        private String device = "";

        Diff(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer = session.api().get(Url.of("devices", device, "settings"));
            session.printer()
                    .one(
                            answer,
                            Table.of()
                                    .column("Device", "device")
                                    .column("Platform", "platform")
                                    .column("Version", "version")
                                    .column("Draft differs", row -> row.flag("pending") ? "yes" : "no")
                                    .column("Changed on the device", "drift.what")
                                    .column("at", "drift.at"),
                            "version");
            session.printer()
                    .part(
                            new Row(answer).rows("values"),
                            Table.of()
                                    .column("SETTING", "path")
                                    .column("DRAFT", row -> Values.text(row, "value"))
                                    .column("IN FORCE", row -> Values.text(row, "inForce"))
                                    .column("FROM", row -> row.text("level") + " " + row.text("name"))
                                    .column("BY", row -> row.named("setByName", "setBy"))
                                    .column("HERE", row -> row.flag("here") ? "yes" : "not on this platform"));
        }
    }
}
