package dev.muster.cli.help;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Paging;
import dev.muster.cli.session.Session;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "help",
        headerHeading = "Example: muster help terminal press-7 --reason 'stuck spooler, ticket 12'%n%n",
        header = "Help on a device: a terminal, files, a forward. Off until the device's settings allow it.")
public final class HelpCommand {
    private static final Table SHOWN = Table.of()
            .column("Session", "id")
            .column("Device", "device")
            .column("Kind", "kind")
            .column("Subject", "subject")
            .column("State", "state")
            .column("Until", "until");

    private final Session session;

    HelpCommand(Session session) {
        this.session = session;
    }

    /** What every kind asks. */
    static final class About {
        @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why; on record.")
        private String reason = "";

        @Option(
                names = "--minutes",
                paramLabel = "N",
                defaultValue = "30",
                description = "How long at the most (default: 30).")
        private int minutes = 30;
    }

    @Command(
            name = "terminal",
            headerHeading = "Example: muster help terminal press-7 --reason 'stuck spooler, ticket 12'%n%n",
            header = "A shell on a device, as its agent's user. All that is typed and shown is on record.")
    void terminal(
            @Parameters(paramLabel = "DEVICE", description = "The device's id.") String device, @Mixin About about) {
        begin(device, "terminal", "", about).ifPresent(this::run);
    }

    @Command(
            name = "get",
            headerHeading = "Example: muster help get press-7 /var/log/spooler.log --reason 'ticket 12'%n%n",
            header = "Fetch a file from a device.")
    void get(
            @Parameters(paramLabel = "DEVICE", description = "The device's id.") String device,
            @Parameters(paramLabel = "PATH", description = "The file on the device.") String path,
            @Parameters(paramLabel = "FILE", arity = "0..1", description = "Where to; else its name, here.") @Nullable Path file,
            @Mixin About about) {
        begin(device, "get", path, about).ifPresent(started -> new HelpFiles(session)
                .fetch(
                        link(started),
                        file == null ? Path.of(Path.of(path).getFileName().toString()) : file));
    }

    @Command(
            name = "put",
            headerHeading =
                    "Example: muster help put press-7 spooler.conf /etc/spooler/spooler.conf --reason 'ticket 12'%n%n",
            header = "Put a file on a device.")
    void put(
            @Parameters(paramLabel = "DEVICE", description = "The device's id.") String device,
            @Parameters(paramLabel = "FILE", description = "The file here.") Path file,
            @Parameters(paramLabel = "PATH", description = "Where it comes on the device.") String path,
            @Mixin About about) {
        HelpFiles.requireReadable(file);
        begin(device, "put", path, about).ifPresent(started -> new HelpFiles(session).put(link(started), file));
    }

    @Command(
            name = "forward",
            headerHeading = "Example: muster help forward press-7 127.0.0.1:8080 --port 9000 --reason 'ticket 12'%n%n",
            header = "Reach a TCP port that a device reaches, at a port here.")
    void forward(
            @Parameters(paramLabel = "DEVICE", description = "The device's id.") String device,
            @Parameters(paramLabel = "HOST:PORT", description = "As the device reaches it.") String target,
            @Option(names = "--port", paramLabel = "N", defaultValue = "0", description = "Here (default: a free one).")
                    int port,
            @Mixin About about) {
        begin(device, "forward", target, about).ifPresent(started -> new HelpForward(session).run(link(started), port));
    }

    @Command(
            name = "attach",
            headerHeading = "Example: muster help attach 0198c0de-0000-7000-8000-000000000000 spooler.log%n%n",
            header = "Begin a session that a second person has agreed to.")
    void attach(
            @Parameters(paramLabel = "ID", description = "The session's id.") String id,
            @Parameters(
                            paramLabel = "FILE",
                            arity = "0..1",
                            description = "For get and put: the file here; for a forward: the port.")
                    @Nullable String file) {
        Map<String, Object> found = session.api().get(Url.of("help-sessions", id));
        Row row = new Row(found);
        switch (row.text("kind")) {
            case "terminal" -> run(start(id));
            case "get" -> {
                Path to = file == null
                        ? Path.of(Path.of(row.text("subject")).getFileName().toString())
                        : Path.of(file);
                new HelpFiles(session).fetch(link(start(id)), to);
            }
            case "put" -> {
                if (file == null) {
                    throw new CliException(ExitCode.USAGE, "expected the FILE to put, found none");
                }
                HelpFiles.requireReadable(Path.of(file));
                new HelpFiles(session).put(link(start(id)), Path.of(file));
            }
            default -> new HelpForward(session).run(link(start(id)), file == null ? 0 : Integer.parseInt(file));
        }
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster help list --live%n%n",
            header = "Sessions, the newest first.")
    void list(
            @Mixin Paging paging,
            @Option(names = "--device", paramLabel = "DEVICE", description = "Of this one.") @Nullable String device,
            @Option(names = "--live", description = "Only those that are not over.") boolean live) {
        session.printer()
                .list(
                        session.api()
                                .get(paging.on(Url.of("help-sessions")
                                        .with("device", device)
                                        .with("live", live ? "true" : null))),
                        Table.of()
                                .column("ID", "id")
                                .column("DEVICE", "device")
                                .column("KIND", "kind")
                                .column("STATE", "state")
                                .column("BY", row -> row.named("askedByName", "askedBy"))
                                .column("ASKED", row -> Show.ago(row.text("askedAt"), session.now()))
                                .column("END", "endReason"),
                        "id");
    }

    @Command(
            name = "end",
            headerHeading = "Example: muster help end 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "End a session, whoever's it is.")
    void end(@Parameters(paramLabel = "ID", description = "The session's id.") String id) {
        link(id).end();
        session.printer().done("ended " + id);
    }

    @Command(
            name = "transcript",
            headerHeading = "Example: muster help transcript 0198c0de-0000-7000-8000-000000000000%n%n",
            header = "What a terminal showed; --typed also what was typed.")
    void transcript(
            @Parameters(paramLabel = "ID", description = "The session's id.") String id,
            @Option(names = "--typed", description = "What the person typed, instead of what the device showed.")
                    boolean typed) {
        String cursor = null;
        do {
            Map<String, Object> page = session.api()
                    .get(Url.of("help-sessions", id, "transcript")
                            .with("limit", 100)
                            .with("cursor", cursor));
            for (Row frame : new Row(page).rows("items")) {
                if (frame.text("from").equals(typed ? "person" : "device")
                        && frame.text("type").equals("data")) {
                    session.out()
                            .print(new String(Base64.getDecoder().decode(frame.text("data")), StandardCharsets.UTF_8));
                }
            }
            cursor = page.get("next") instanceof String next ? next : null;
        } while (cursor != null);
        session.out().flush();
    }

    /** The session that began; empty where it waits for a second person, which is told. */
    private Optional<String> begin(String device, String kind, String subject, About about) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("kind", kind);
        body.put("subject", subject);
        body.put("reason", about.reason);
        body.put("minutes", about.minutes);
        if (kind.equals("terminal")) {
            RawTerminal.size().ifPresent(size -> {
                body.put("rows", Math.max(1, size[0]));
                body.put("columns", Math.max(1, size[1]));
            });
        }
        Map<String, Object> answer = session.api().post(Url.of("devices", device, "help"), body);
        String id = new Row(answer).text("id");
        if (new Row(answer).text("state").equals("asked")) {
            session.printer().one(answer, SHOWN, "id");
            session.printer()
                    .done("\nAnother person has to agree (muster four-eyes list); then: muster help attach " + id);
            return Optional.empty();
        }
        return Optional.of(start(id));
    }

    private String start(String id) {
        session.api().post(Url.of("help-sessions", id, "start"), Map.of());
        session.err().println("session " + id + ": the device is called");
        session.err().flush();
        return id;
    }

    private HelpLink link(String id) {
        return new HelpLink(session.api(), id);
    }

    private void run(String id) {
        new HelpTerminal(session).run(link(id));
    }
}
