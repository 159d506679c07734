package dev.muster.cli.policy;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Printer;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "impact",
        headerHeading = "Example: muster policy impact policies/camera.yaml%n%n",
        header = "Every decision that publishing would change on the fleet, before anybody publishes.")
final class ImpactVerb implements Runnable {
    private static final Table SUMMARY = Table.of()
            .column("Devices", "devices")
            .column("Changed", "changedDevices")
            .column("Unchanged", "unchangedDevices")
            .column("Inventory unknown", "unknownInventory")
            .column("Take no policy", "leftOut")
            .column("Processes to end", ImpactVerb::kills)
            .column("Not enforceable", "notEnforceable");
    private static final Table CHANGES = Table.of()
            .column("APP", "bundle")
            .column("PERMISSION", "permission")
            .column("BEFORE", row -> decided(row, "before"))
            .column("AFTER", row -> decided(row, "after"))
            .column("DEVICES", "devices")
            .column("LEVEL", row -> row.pairs("byLevel"))
            .column("KILLS", "kills");

    private final Session session;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "YAML files to look at in the draft without storing them, or - for standard input.")
    private List<String> files = List.of();

    @Option(names = "--from", paramLabel = "VERSION", description = "A version, live or draft (default: live).")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "VERSION", description = "A version, live or draft (default: draft).")
    private @Nullable String to;

    @Option(names = "--selector", paramLabel = "RSQL", description = "Only these devices; all you may see if left out.")
    private @Nullable String selector;

    @Option(names = "--limit", paramLabel = "N", description = "Rows per page.")
    private @Nullable Integer limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "The page after this one, as printed by the last.")
    private @Nullable String cursor;

    ImpactVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Map<String, Object> body = new LinkedHashMap<>();
        if (!files.isEmpty()) {
            body.put("yaml", DraftVerbs.text(Lint.read(session.shell(), files)));
        }
        put(body, "from", from);
        put(body, "to", to);
        put(body, "selector", selector);
        put(body, "limit", limit);
        put(body, "cursor", cursor);
        print(session, body);
    }

    /** Asks and prints; {@code body} as {@code POST /policy/impact} takes it. */
    static void print(Session session, Map<String, ?> body) {
        Map<String, Object> answer = session.api().post(Url.of("policy", "impact"), body);
        Printer printer = session.printer();
        Row row = new Row(answer);
        switch (printer.shape()) {
            case WHOLE -> printer.whole(answer);
            case NAME ->
                row.rows("changes").forEach(change -> session.out()
                        .println(change.text("bundle") + " " + change.text("permission")));
            case PEOPLE -> {
                printer.one(answer, SUMMARY, "devices");
                printer.part(row.rows("changes"), CHANGES);
                if (row.at("next") != null) {
                    session.err().println("more: --cursor " + row.text("next"));
                }
            }
        }
    }

    private static String kills(Row row) {
        String known = row.text("killedProcesses");
        return row.number("killedProcessesUnknown") == 0
                ? known
                : known + ", unknown for " + row.number("killedProcessesUnknown") + " apps";
    }

    private static String decided(Row row, String side) {
        String answer = row.flag(side + ".granted") ? "granted" : row.text(side + ".reason");
        return row.at(side + ".condition") == null ? answer : answer + " if " + row.text(side + ".condition");
    }

    private static void put(Map<String, Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }
}
