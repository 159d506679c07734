package dev.muster.cli.hdc;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "hdc",
        headerHeading = "Example: muster hdc enrol --all --site north%n%n",
        header = "Devices that are attached here through OpenHarmony's hdc.",
        subcommands = EnrolVerb.class)
public final class HdcCommand {
    /** How long one call of hdc may take. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    private final Session session;

    HdcCommand(Session session) {
        this.session = session;
    }

    @Command(name = "list", headerHeading = "Example: muster hdc list%n%n", header = "What hdc sees.")
    void list(
            @Option(names = "--hdc", paramLabel = "FILE", defaultValue = "hdc", description = "The program.")
                    String program) {
        List<Map<String, Object>> rows = new Hdc(program, LIMIT)
                .targets().stream()
                        .map(target -> {
                            Map<String, Object> row = new LinkedHashMap<>();
                            row.put("key", target.key());
                            row.put("transport", target.transport());
                            row.put("state", target.state());
                            return row;
                        })
                        .toList();
        if (rows.isEmpty()) {
            throw nothing();
        }
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("items", rows);
        page.put("next", null);
        session.printer()
                .list(
                        page,
                        Table.of()
                                .column("KEY", "key")
                                .column("BY", "transport")
                                .column("STATE", "state"),
                        "key");
    }

    static CliException nothing() {
        return new CliException(
                ExitCode.NOT_FOUND,
                "hdc sees no device: check the cable and that USB debugging is on, or connect one with `hdc tconn IP:PORT`");
    }
}
