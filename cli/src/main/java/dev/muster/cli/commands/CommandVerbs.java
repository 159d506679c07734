package dev.muster.cli.commands;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster command}. */
@Command(
        name = "command",
        headerHeading = "Example: muster command run collect-logs --device press-07 --wait%n%n",
        header = "Commands to devices: run, watch, cancel, fetch what they uploaded.",
        subcommands = RunVerb.class)
public final class CommandVerbs {
    private final Session session;

    CommandVerbs(Session session) {
        this.session = session;
    }

    static void print(Session session, Map<String, Object> answer) {
        session.printer()
                .one(
                        answer,
                        Table.of()
                                .column("Id", "id")
                                .column("Kind", CommandVerbs::kind)
                                .column("State", "state")
                                .column("Devices", "size")
                                .column("Waiting", "waiting")
                                .column("Sent", "sent")
                                .column("Accepted", "accepted")
                                .column("Done", "done")
                                .column("Failed", "failed")
                                .column("Rejected", "rejected")
                                .column("Expired", "expired")
                                .column("Cancelled", "cancelled")
                                .column("Deadline", "deadline")
                                .column("Created", "createdAt")
                                .column("By", row -> row.named("createdByName", "createdBy")),
                        "id");
        session.printer()
                .part(
                        new Row(answer).rows("causes"),
                        Table.of()
                                .column("NOT DONE", "state")
                                .column("CAUSE", "reason")
                                .column("DEVICES", "devices")
                                .column("SUCH AS", "example")
                                .column("SAYING", "output"));
    }

    private static String kind(Row row) {
        StringBuilder text = new StringBuilder(row.text("kind"));
        if (row.at("arguments") instanceof Map<?, ?> arguments) {
            arguments.values().forEach(value -> text.append(' ').append(value));
        }
        return text.toString();
    }

    @Command(name = "list", headerHeading = "Example: muster command list%n%n", header = "All commands, newest first.")
    void list(
            @Option(names = "--device", paramLabel = "DEVICE", description = "Only what this device was asked.")
                    @Nullable String device,
            @Mixin Paging paging) {
        if (device != null) {
            session.printer()
                    .list(
                            session.api().get(paging.on(Url.of("devices", device, "commands"))),
                            Table.of()
                                    .column("COMMAND", "command")
                                    .column("KIND", CommandVerbs::kind)
                                    .column("STATE", "state")
                                    .column("SINCE", row -> Show.ago(row.text("since"), session.now()))
                                    .column("REASON", "reason")
                                    .column("UPLOAD", "upload.id"),
                            "command");
            return;
        }
        session.printer()
                .list(
                        session.api().get(paging.on(Url.of("commands"))),
                        Table.of()
                                .column("ID", "id")
                                .column("KIND", CommandVerbs::kind)
                                .column("STATE", "state")
                                .column("DONE", row -> row.number("done") + "/" + row.number("size"))
                                .column(
                                        "NOT DONE",
                                        row -> Long.toString(
                                                row.number("failed") + row.number("rejected") + row.number("expired")))
                                .column("CREATED", row -> Show.ago(row.text("createdAt"), session.now())),
                        "id");
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster command show 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "One command: how far it is, and failures by cause.")
    void show(@Parameters(paramLabel = "ID", description = "The command's id.") String id) {
        print(session, session.api().get(Url.of("commands", id)));
    }

    @Command(
            name = "devices",
            headerHeading = "Example: muster command devices 0198c0de-0000-7000-8000-000000000000 --state failed%n%n",
            header = "Its devices, and what each answered.")
    void devices(
            @Parameters(paramLabel = "ID", description = "The command's id.") String id,
            @Option(names = "--state", paramLabel = "STATE", description = "Only these, such as failed or waiting.")
                    @Nullable String state,
            @Mixin Paging paging) {
        session.printer()
                .list(
                        session.api()
                                .get(paging.on(Url.of("commands", id, "devices"))
                                        .with("state", state)),
                        Table.of()
                                .column("DEVICE", "device")
                                .column("STATE", "state")
                                .column("SINCE", row -> Show.ago(row.text("since"), session.now()))
                                .column("REASON", "reason")
                                .column("OUTPUT", "output")
                                .column("UPLOAD", "upload.id"),
                        "device");
    }

    @Command(
            name = "cancel",
            headerHeading = "Example: muster command cancel 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "No device gets it any more; those that have it go on.")
    void cancel(@Parameters(paramLabel = "ID", description = "The command's id.") String id) {
        print(session, session.api().post(Url.of("commands", id, "cancel"), Map.of()));
    }

    @Command(
            name = "wait",
            headerHeading = "Example: muster command wait 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "Follow it to its end; 0 when every device did it, 1 otherwise.")
    void await(@Parameters(paramLabel = "ID", description = "The command's id.") String id) {
        CommandWatch.await(session, id);
    }

    @Command(
            name = "download",
            headerHeading =
                    "Example: muster command download 0198c0de-0000-7000-8000-000000000000 press-07 --out logs.zip%n%n",
            header = "What a device uploaded because of a command; it is noted in the audit trail.")
    void download(
            @Parameters(index = "0", paramLabel = "ID", description = "The command's id.") String id,
            @Parameters(index = "1", paramLabel = "DEVICE", description = "The device's id.") String device,
            @Option(names = "--out", paramLabel = "FILE", description = "Where to write it (default: DEVICE.zip here).")
                    @Nullable Path out) {
        String upload = upload(id, device);
        Path file = out == null ? Path.of(device.replaceAll("[^A-Za-z0-9._-]", "_") + ".zip") : out;
        session.api().download(Url.of("uploads", upload, "content"), file);
        session.printer().done("wrote " + file);
    }

    private String upload(String id, String device) {
        List<Row> rows =
                new Row(session.api().get(Url.of("devices", device, "commands").with("limit", 500))).rows("items");
        for (Row row : rows) {
            if (row.text("command").equals(id) && row.flag("upload.complete")) {
                return row.text("upload.id");
            }
        }
        throw new CliException(ExitCode.NOT_FOUND, "`" + device + "` has no complete upload for command `" + id + "`");
    }
}
