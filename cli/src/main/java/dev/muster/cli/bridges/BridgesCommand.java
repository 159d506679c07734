package dev.muster.cli.bridges;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Show;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.FileInput;
import dev.muster.cli.session.Session;
import dev.muster.policy.language.BridgeDocument;
import dev.muster.policy.language.BridgeParser;
import dev.muster.policy.language.PolicySource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "bridges",
        headerHeading = "Example: muster bridges preview hall-7.yaml%n%n",
        header = "Connections to brokers that are there already, written as YAML.")
public final class BridgesCommand {
    private static final String YAML = "application/yaml";
    private static final String NAME = "NAME";
    private static final String ITS_NAME = "Its name.";
    private static final Table ROW = Table.of()
            .column("NAME", "name")
            .column("STATE", "run.state")
            .column("PROBLEM", row -> row.text("run.problem").equals("none") ? "" : row.text("run.problem"))
            .column("BROKER", "broker")
            .column("DEVICES", row -> row.text("selector").isEmpty() ? "all foreign" : row.text("selector"))
            .column("MSG/S", row -> rate(row))
            .column("RECEIVED", "run.received")
            .column("DEAD", "run.deadLetters")
            .column("REFUSED", "run.refused");

    private final Session session;

    BridgesCommand(Session session) {
        this.session = session;
    }

    private static String rate(Row row) {
        return row.at("run.perSecond") instanceof Number number
                ? String.format(java.util.Locale.ROOT, "%.1f", number.doubleValue())
                : Row.NONE;
    }

    @Command(
            name = "list",
            headerHeading = "Example: muster bridges list%n%n",
            header = "All connections, and how each stands.")
    void list() {
        session.printer().list(session.api().get(Url.of("bridges")), ROW, "name");
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster bridges show hall-7%n%n",
            header = "One connection as it was written.")
    void show(@Parameters(paramLabel = NAME, description = ITS_NAME) String name) {
        session.printer()
                .one(session.api().get(Url.of("bridges", name)), Table.of().column("", "yaml"), "name");
    }

    @Command(
            name = "status",
            headerHeading = "Example: muster bridges status hall-7%n%n",
            header = "How a connection stands, what it counted, and which devices it refused lately.")
    void status(@Parameters(paramLabel = NAME, description = ITS_NAME) String name) {
        Map<String, Object> answer = session.api().get(Url.of("bridges", name));
        session.printer()
                .one(
                        answer,
                        Table.of()
                                .column("Bridge", "name")
                                .column("Broker", "broker")
                                .column("State", "run.state")
                                .column("Problem", "run.problem")
                                .column("Says", "run.detail")
                                .column("Since", row -> ago(row, "run.since"))
                                .column("Instance", "run.instance")
                                .column("Last message", row -> ago(row, "run.lastMessage"))
                                .column("Messages/s", row -> rate(row))
                                .column("Messages", "run.received")
                                .column("Values", "run.values")
                                .column("Dead letters", "run.deadLetters")
                                .column("Refused", "run.refused")
                                .column("Dropped (QoS 0)", "run.dropped")
                                .column("Gaps (Sparkplug)", "run.gaps")
                                .column("Devices made", "devices")
                                .column("Refused lately", row -> row.pairs("run.refusals")),
                        "name");
    }

    private String ago(Row row, String path) {
        return row.at(path) == null ? Row.NONE : Show.ago(row.text(path), session.now());
    }

    @Command(
            name = "create",
            headerHeading = "Example: muster bridges create hall-7.yaml --password-file broker-password%n%n",
            header = "Make connections from YAML files; one of a name that is taken is refused.")
    void create(
            @Parameters(paramLabel = "FILE", arity = "1..*", description = "YAML files, or - for standard input.")
                    List<String> files,
            @Option(
                            names = "--password-file",
                            paramLabel = "FILE",
                            description = "File with the password, for a single connection; - for standard input.")
                    @Nullable String passwordFile) {
        apply(files, passwordFile, true);
    }

    @Command(
            name = "update",
            headerHeading = "Example: muster bridges update hall-7.yaml%n%n",
            header = "Change connections; the secrets of one that leads to another broker now are forgotten.")
    void update(
            @Parameters(paramLabel = "FILE", arity = "1..*", description = "YAML files, or - for standard input.")
                    List<String> files,
            @Option(
                            names = "--password-file",
                            paramLabel = "FILE",
                            description = "File with the password, for a single connection; - for standard input.")
                    @Nullable String passwordFile) {
        apply(files, passwordFile, false);
    }

    private void apply(List<String> files, @Nullable String passwordFile, boolean create) {
        List<BridgeDocument> bridges = read(files);
        if (passwordFile != null && bridges.size() != 1) {
            throw new CliException(
                    ExitCode.USAGE, "expected one connection beside --password-file, found " + bridges.size());
        }
        for (BridgeDocument bridge : bridges) {
            Url url = Url.of("bridges", bridge.name());
            if (!create) {
                session.api().get(url);
            }
            // Revision 0 is that of what does not exist: a connection of this name would be a conflict.
            Map<String, Object> answer = create
                    ? session.api().put(url, YAML, bridge.yaml(), 0)
                    : session.api().put(url, YAML, bridge.yaml());
            if (passwordFile != null) {
                answer = session.api()
                        .put(Url.of("bridges", bridge.name(), "secrets"), Map.of("password", line(passwordFile)));
            }
            session.printer().one(answer, ROW, "name");
        }
    }

    @Command(
            name = "secrets",
            headerHeading = "Example: muster bridges secrets hall-7 --certificate client.pem --key client-key.pem%n%n",
            header = "Give a connection its secrets instead of all it had; without options it has none.")
    void secrets(
            @Parameters(paramLabel = NAME, description = ITS_NAME) String name,
            @Option(names = "--password-file", paramLabel = "FILE", description = "File with the password.") @Nullable String passwordFile,
            @Option(names = "--certificate", paramLabel = "FILE", description = "PEM file of the client certificate.")
                    @Nullable String certificate,
            @Option(names = "--key", paramLabel = "FILE", description = "PEM file of its key, PKCS #8.") @Nullable String key) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (passwordFile != null) {
            body.put("password", line(passwordFile));
        }
        if (certificate != null) {
            body.put("certificate", FileInput.read(session.shell(), certificate));
        }
        if (key != null) {
            body.put("key", FileInput.read(session.shell(), key));
        }
        session.printer().one(session.api().put(Url.of("bridges", name, "secrets"), body), ROW, "name");
    }

    /** Without the line break that editors put behind it. */
    private String line(String file) {
        return FileInput.read(session.shell(), file).replaceFirst("\\R$", "");
    }

    @Command(
            name = "delete",
            headerHeading = "Example: muster bridges delete hall-7%n%n",
            header = "End a connection; its devices and their telemetry stay.")
    void delete(@Parameters(paramLabel = NAME, description = ITS_NAME) String name) {
        session.api().delete(Url.of("bridges", name));
        session.printer().done("ended bridge " + name);
    }

    @Command(
            name = "add-device",
            headerHeading = "Example: muster bridges add-device hall-7 press-1%n%n",
            header = "Make a foreign device for a connection that makes none at first sight.")
    void addDevice(
            @Parameters(paramLabel = NAME, description = ITS_NAME) String name,
            @Parameters(paramLabel = "DEVICE", description = "The name that the mapping gives it.") String device) {
        session.api().post(Url.of("bridges", name, "devices"), Map.of("id", device));
        session.printer().done("device " + device + " is foreign, bridge " + name + " may speak for it");
    }

    @Command(
            name = "preview",
            headerHeading = "Example: muster bridges preview hall-7.yaml --seconds 10%n%n",
            header = "Show what live messages would become; writes nothing.")
    void preview(
            @Parameters(
                            paramLabel = "FILE|NAME",
                            description = "A YAML file that need not be stored, or the name of a stored connection.")
                    String what,
            @Option(
                            names = "--seconds",
                            paramLabel = "N",
                            defaultValue = "5",
                            description = "How long to listen, at most 30; 5 if left out.")
                    int seconds,
            @Option(
                            names = "--messages",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "So many are enough, at most 200; 50 if left out.")
                    int messages) {
        boolean file = what.equals("-") || what.contains(".") || what.contains("/");
        Map<String, Object> answer = file
                ? session.api()
                        .post(
                                span(Url.of("bridges", "preview"), seconds, messages),
                                YAML,
                                single(read(List.of(what))).yaml())
                : session.api().post(span(Url.of("bridges", what, "preview"), seconds, messages), Map.of());
        Row result = new Row(answer);
        session.printer().list(Map.of("items", lines(result)), PREVIEW, "topic");
        if (!result.text("problem").equals("none")) {
            throw new CliException(ExitCode.FAILED, result.text("problem") + ": " + result.text("trouble"));
        }
    }

    private static final Table PREVIEW = Table.of()
            .column("TOPIC", "topic")
            .column("DEVICE", "device")
            .column("IS", "verdict")
            .column("METRIC", "metric")
            .column("VALUE", "value")
            .column("AT", "at")
            .column("WHY NOT", "reason");

    private static Url span(Url url, int seconds, int messages) {
        return url.with("seconds", seconds).with("messages", messages);
    }

    private static BridgeDocument single(List<BridgeDocument> bridges) {
        if (bridges.size() != 1) {
            throw new CliException(ExitCode.USAGE, "expected one connection, found " + bridges.size());
        }
        return bridges.getFirst();
    }

    /** One line for each measurement, and for each message that would become none. */
    private static List<Map<String, Object>> lines(Row result) {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Row seen : result.rows("seen")) {
            List<Row> would = seen.rows("would");
            if (would.isEmpty()) {
                lines.add(Map.of("topic", seen.text("topic"), "reason", seen.text("reason")));
            }
            for (Row one : would) {
                Map<String, Object> line = new LinkedHashMap<>(one.members());
                line.put("topic", seen.text("topic"));
                lines.add(line);
            }
        }
        return lines;
    }

    /** The connections of all files; every mistake at once, with the person's own files and lines. */
    private List<BridgeDocument> read(List<String> files) {
        List<BridgeDocument> bridges = new ArrayList<>();
        List<String> mistakes = new ArrayList<>();
        for (String file : files) {
            BridgeParser.Result result = BridgeParser.parse(
                    new PolicySource(file.equals("-") ? "<stdin>" : file, FileInput.read(session.shell(), file)));
            result.errors().forEach(error -> mistakes.add(error.toString()));
            bridges.addAll(result.bridges());
        }
        if (!mistakes.isEmpty()) {
            throw new CliException(ExitCode.USAGE, String.join("\n", mistakes));
        }
        return bridges;
    }
}
