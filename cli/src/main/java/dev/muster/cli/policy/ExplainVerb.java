package dev.muster.cli.policy;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "explain",
        headerHeading =
                "Example: muster policy explain --device press-07 --app com.example.camera --permission ohos.permission.CAMERA%n%n",
        header = "May this app use this permission on this device, and why; now or at a time.",
        footer = "Exit code 0 whether granted or denied; --check ends with 1 when denied.")
final class ExplainVerb implements Runnable {
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

    @Option(names = "--user", paramLabel = "ID", description = "Of this user; the lowest that has the app if left out.")
    private @Nullable Integer user;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "What was answered at this time, such as 2026-11-22T09:30:00Z; now if left out.")
    private @Nullable String at;

    @Option(names = "--check", description = "End with 1 when denied.")
    private boolean check;

    ExplainVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Map<String, Object> answer = session.api()
                .get(Url.of("policy", "explain")
                        .with("device", device)
                        .with("bundle", app)
                        .with("permission", permission)
                        .with("user", user)
                        .with("at", at));
        session.printer()
                .one(
                        answer,
                        Table.of()
                                .column("Answer", row -> row.flag("granted") ? "granted" : "denied")
                                .column("Reason", "reason")
                                .column("Detail", "detail")
                                .column("Rules", ExplainVerb::rules)
                                .column("Condition", ExplainVerb::condition)
                                .column("Policy", "policyVersion")
                                .column("Level", "levelText")
                                .column("Drift", ExplainVerb::drift)
                                .column("At", row -> row.text("at") + " (" + row.text("source") + ")")
                                .column("Situation", ExplainVerb::situation)
                                .column("Note", "note"),
                        "reason");
        if (check && !new Row(answer).flag("granted")) {
            throw new CliException(ExitCode.FAILED, "denied: " + new Row(answer).text("reason"));
        }
    }

    static String rules(Row row) {
        List<String> rules = new ArrayList<>();
        row.rows("rules").forEach(rule -> {
            String role = rule.text("role");
            rules.add(rule.text("kind") + "/" + rule.text("name")
                    + (role.equals(Row.NONE) ? "" : " (role " + role + ")"));
        });
        return rules.isEmpty() ? Row.NONE : rules.stream().collect(Collectors.joining(", "));
    }

    static String condition(Row row) {
        if (row.at("condition") == null) {
            return Row.NONE;
        }
        String holds = row.at("condition.holds") == null
                ? "not known here: " + row.text("condition.unknown")
                : row.flag("condition.holds") ? "holds" : "does not hold";
        return row.text("condition.text") + " (" + holds + ")";
    }

    /** What the device said holds, of all that its policy asks about the moment. */
    static String situation(Row row) {
        if (!(row.at("situation.facts") instanceof List<?> facts)) {
            return Row.NONE;
        }
        String holds = facts.isEmpty()
                ? "nothing of what is asked holds"
                : facts.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return holds + ", as reported at " + row.text("situation.at");
    }

    static String drift(Row row) {
        return row.at("drift") == null
                ? Row.NONE
                : (row.flag("drift.actual") ? "the OS grants it" : "the OS does not grant it") + ", came back "
                        + row.number("drift.repeats") + " times";
    }
}
