package dev.muster.cli.devices;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.session.Session;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Devices as a file, in and out. */
final class InventoryVerbs {
    private InventoryVerbs() {}

    private static String mediaType(@Nullable String format, Path file) {
        String name = format == null
                ? (file.toString().toLowerCase(Locale.ROOT).endsWith(".csv") ? "csv" : "ndjson")
                : format;
        return switch (name) {
            case "csv" -> "text/csv";
            case "ndjson" -> "application/x-ndjson";
            default -> throw new CliException(ExitCode.USAGE, "expected --format csv or ndjson, found `" + name + "`");
        };
    }

    @Command(
            name = "import",
            headerHeading = "Example: muster devices import inventory.csv%n%n",
            header = "Let devices be known before they come: each row waits until its serial number or UDID enrols.",
            description = {
                "Columns: id, name, type, hardware, serial, udid, site, tags (with ; between), meta.<key>.",
                "One row that is wrong refuses all, and every such row is named with line and column."
            })
    static final class Import implements Runnable {
        private final Session session;

        @Parameters(paramLabel = "FILE", description = "CSV, or one JSON object a line (.ndjson).")
        private Path file = Path.of("");

        @Option(names = "--format", paramLabel = "FORMAT", description = "csv or ndjson; else by the file's name.")
        private @Nullable String format;

        @Option(names = "--partial", description = "Import the rows that are right, and name the others.")
        private boolean partial;

        Import(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Map<String, Object> answer = session.api()
                    .upload(
                            Url.of("inventory").with("partial", partial ? "true" : null),
                            mediaType(format, file),
                            file);
            Row row = new Row(answer);
            switch (session.printer().shape()) {
                case WHOLE -> session.printer().whole(answer);
                case NAME, PEOPLE -> {
                    session.printer().done(row.text("imported") + " imported, " + row.text("refused") + " refused");
                    row.rows("errors").forEach(error -> session.err()
                            .println("  " + error.text("line") + ":" + error.text("column") + ": "
                                    + error.text("message")));
                }
            }
        }
    }

    @Command(
            name = "export",
            headerHeading = "Example: muster devices export -q 'site==north' --format csv --out north.csv%n%n",
            header = "Devices as a file that can be imported again.")
    static final class Export implements Runnable {
        private final Session session;

        @Option(
                names = {"-q", "--query"},
                paramLabel = "RSQL",
                description = "Only these, e.g. 'site==north;tag==camera'.")
        private @Nullable String query;

        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                defaultValue = "csv",
                description = "csv (default) or ndjson.")
        private String format = "csv";

        @Option(names = "--out", paramLabel = "FILE", description = "Where to; else standard output.")
        private @Nullable Path out;

        Export(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            Url url = Url.of("inventory").with("q", query).with("format", format);
            if (out == null) {
                session.api().text(url, session.out());
                return;
            }
            session.api().download(url, out);
            session.printer().done("wrote " + out);
        }
    }
}
