package dev.muster.cli.deltas;

import dev.muster.cli.http.Url;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "deltas",
        headerHeading = "Example: muster deltas make OUTPUT-SHA256 BASE-SHA256%n%n",
        header = "Deltas: what brings devices from one image to the next in fewer bytes.")
public final class DeltasCommand {
    private static final int SHOWN_DIGITS = 12;

    private final Session session;

    DeltasCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster deltas list%n%n",
            header = "Made and to be made, newest first.")
    void list(@Mixin Paging paging) {
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("deltas"))),
                        Table.of()
                                .column("OUTPUT", row -> brief(row.text("output")))
                                .column("VERSION", "outputVersion")
                                .column("BASE", row -> brief(row.text("base")))
                                .column("FROM", "baseVersion")
                                .column("STATE", "state")
                                .column("SEGMENTS", row -> row.text("segmentsDone") + "/" + row.text("segments"))
                                .column("BYTES", "length")
                                .column("INSTEAD OF", "outputLength")
                                .column("DEVICES", "devices"),
                        "output");
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster deltas show OUTPUT-SHA256 BASE-SHA256%n%n",
            header = "One delta: how far it is, and what it cost.")
    void show(
            @Parameters(paramLabel = "OUTPUT", description = "SHA-256 of the image it makes.") String output,
            @Parameters(paramLabel = "BASE", description = "SHA-256 of the image it starts from.") String base) {
        print(session.api().get(Url.of("deltas", output, base)));
    }

    @Command(
            name = "make",
            headerHeading = "Example: muster deltas make OUTPUT-SHA256 BASE-SHA256%n%n",
            header = "Have one made in the background; workers make those by themselves that devices will need.")
    void make(
            @Parameters(paramLabel = "OUTPUT", description = "SHA-256 of the image it makes.") String output,
            @Parameters(paramLabel = "BASE", description = "SHA-256 of the image it starts from.") String base) {
        print(session.api().post(Url.of("deltas"), Map.of("output", output, "base", base)));
    }

    @Command(
            name = "cancel",
            headerHeading = "Example: muster deltas cancel OUTPUT-SHA256 BASE-SHA256%n%n",
            header = "Stop one that waits or is being made.")
    void cancel(
            @Parameters(paramLabel = "OUTPUT", description = "SHA-256 of the image it makes.") String output,
            @Parameters(paramLabel = "BASE", description = "SHA-256 of the image it starts from.") String base) {
        print(session.api().post(Url.of("deltas", output, base, "cancel"), Map.of()));
    }

    private void print(Map<String, Object> delta) {
        session.printer()
                .one(
                        delta,
                        Table.of()
                                .column("Output", "output")
                                .column("Version", "outputVersion")
                                .column("Base", "base")
                                .column("From version", "baseVersion")
                                .column("State", "state")
                                .column("Problem", "problem")
                                .column("Segments", row -> row.text("segmentsDone") + "/" + row.text("segments"))
                                .column("Bytes", "length")
                                .column("Instead of", "outputLength")
                                .column("CPU ms", "cpuMillis")
                                .column("Devices", "devices")
                                .column("Asked by", row -> row.named("askedByName", "askedBy")),
                        "output");
    }

    private static String brief(String sha256) {
        return sha256.substring(0, Math.min(SHOWN_DIGITS, sha256.length()));
    }
}
