package dev.muster.cli.artifacts;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "gc",
        headerHeading = "Example: muster artifact gc --dry-run%n%n",
        header = "Collect artifacts that nothing needs any more, as the server does by itself once an hour.")
final class GcVerb implements Runnable {
    private final Session session;

    @Option(names = "--dry-run", description = "Only show what would go, and why each of the others stays.")
    private boolean dryRun;

    GcVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Url url = Url.of("artifacts", "gc");
        if (dryRun) {
            session.printer()
                    .list(
                            session.api().get(url),
                            Table.of()
                                    .column("SHA-256", row -> Show.shortHash(row.text("sha256")))
                                    .column("NAME", "name")
                                    .column("VERSION", "version")
                                    .column("SIZE", row -> Show.bytes(row.number("length")))
                                    .column("WOULD", row -> row.text("verdict").equals("due") ? "go" : "stay")
                                    .column("BECAUSE", this::because),
                            "sha256");
            return;
        }
        Map<String, Object> answer = session.api().post(url, Map.of());
        switch (session.printer().shape()) {
            case WHOLE -> session.printer().whole(answer);
            case NAME ->
                new Row(answer).rows("collected").forEach(gone -> session.out().println(gone.text("sha256")));
            case PEOPLE -> {
                Row done = new Row(answer);
                done.rows("collected").forEach(gone -> session.out()
                        .println("collected " + gone.text("kind") + " " + gone.text("name") + " " + gone.text("version")
                                + " (" + Show.shortHash(gone.text("sha256")) + ")"));
                session.out()
                        .println(done.rows("collected").size() + " artifacts, " + Show.bytes(done.number("bytes")));
            }
        }
    }

    private String because(Row row) {
        return switch (row.text("verdict")) {
            case "needed" ->
                row.rows("uses").stream().map(use -> use.text("text")).collect(Collectors.joining(", "));
            case "young" -> "uploaded lately; could be marked " + Show.ago(row.text("until"), session.now());
            case "marked" -> "nothing needs it; goes " + Show.ago(row.text("until"), session.now());
            default -> "nothing has needed it for long enough";
        };
    }
}
