package dev.muster.cli.support;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.cli.doctor.Check;
import dev.muster.cli.doctor.Examination;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code muster support bundle}. */
@Command(
        name = "bundle",
        headerHeading = "Example: muster support bundle --to support.tar.gz%n%n",
        header =
                "One file with versions, findings, counts, meters and harmless settings; no secret, no person. Sends nothing.",
        description = {
            "What the server tells is for administrators of tenant default. Where it does not answer the bundle has what this machine"
                    + " knows, and says what is missing. `--list` says what would be in it, and writes nothing."
        })
final class BundleVerb implements Runnable {
    private static final JSON PRETTY =
            JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    /** Every file that may be in a bundle. */
    private enum Part {
        README("README.txt", "what the bundle is, and what is missing from it"),
        DOCTOR("doctor.json", "the findings of `muster doctor`: this machine's and the server's"),
        CLIENT(
                "client.json",
                "version of this command line, Java and system of this machine; no name of machine or user"),
        SERVER("server.json", "version, roles, profile, Java, system, memory of the server, when it was started"),
        SETTINGS(
                "settings.json",
                "settings that are on a list of harmless ones; of others nothing, not even that they are set"),
        COUNTS(
                "counts.json",
                "how many tenants, devices by status, rollouts and alerts by state ..., of all tenants together; no names"),
        LAG("lag.json", "records that each consumer group of Kafka has not read yet"),
        METERS("meters.json", "the server's meters as they are now; no tag that a caller can choose"),
        LOG(
                "server.log",
                "last lines of the log of a server of this machine, without what looks like a secret, an address or an e-mail");

        private final String file;
        private final String meaning;

        Part(String file, String meaning) {
            this.file = file;
            this.meaning = meaning;
        }
    }

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it
    private CommandSpec spec;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description = "The file to write, such as support.tar.gz; one that is there is replaced.")
    private @Nullable Path to;

    @Option(names = "--list", description = "Only say what a bundle contains.")
    private boolean list;

    @Option(
            names = "--log-lines",
            paramLabel = "N",
            defaultValue = "1000",
            description =
                    "How many lines of the server's log, where it is on this machine (${DEFAULT-VALUE}); 0: none.")
    private int logLines;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "Data directory of a server of this machine (${DEFAULT-VALUE}), for its log.")
    private Path data = Path.of("data");

    BundleVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        if (list) {
            session.printer()
                    .list(
                            Map.of(
                                    "items",
                                    List.of(Part.values()).stream()
                                            .map(part -> Map.of("file", part.file, "meaning", part.meaning))
                                            .toList()),
                            Table.of().column("FILE", "file").column("WHAT", "meaning"),
                            "file");
            return;
        }
        if (to == null) {
            throw new CliException(ExitCode.USAGE, "expected --to FILE, or --list, found neither");
        }
        if (logLines < 0) {
            throw new CliException(ExitCode.USAGE, "expected --log-lines of 0 or more, found " + logLines);
        }
        write(to);
    }

    private void write(Path file) {
        try {
            Map<Part, String> parts = new EnumMap<>(Part.class);
            StringBuilder missing = new StringBuilder();
            String version = String.join("", spec.root().version());
            parts.put(
                    Part.DOCTOR,
                    PRETTY.asString(
                            scrubbed(Examination.of(session, version, data)).toMap()));
            parts.put(Part.CLIENT, PRETTY.asString(client(version)));
            server(parts, missing);
            Optional<String> log = ServerLog.tail(data, logLines);
            log.ifPresent(text -> parts.put(Part.LOG, text));
            if (log.isEmpty()) {
                missing.append("  server.log: ")
                        .append(logLines == 0 ? "not asked for" : "no log of a server of this machine in --data DIR")
                        .append('\n');
            }
            Map<String, String> texts = new LinkedHashMap<>();
            parts.put(Part.README, readme(parts, missing.toString()));
            parts.forEach((part, text) -> texts.put(part.file, text));
            Archive.write(file, "muster-support-" + STAMP.format(session.now()), texts, session.now());
            session.printer().done("wrote `" + file + "`: " + String.join(", ", texts.keySet()));
            if (!missing.isEmpty()) {
                session.err().print("muster: missing from it:\n" + missing);
            }
            session.printer().done("Look through it before you hand it on; it was sent to nobody.");
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "cannot write `" + file + "`: " + e.getMessage(), e);
        }
    }

    private void server(Map<Part, String> parts, StringBuilder missing) {
        Map<Part, String> members = Map.of(
                Part.SERVER, "product",
                Part.SETTINGS, "settings",
                Part.COUNTS, "counts",
                Part.LAG, "lag",
                Part.METERS, "meters");
        try {
            Row answer = new Row(session.api().get(Url.of("support")));
            for (Part part : Part.values()) {
                String member = members.get(part);
                if (member != null && answer.at(member) != null) {
                    parts.put(part, PRETTY.asString(answer.at(member)));
                }
            }
        } catch (CliException e) {
            missing.append("  what the server tells of itself: ")
                    .append(new Scrubber(List.of()).scrub(e.line()))
                    .append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a library or a file system says may name a person's folder. */
    private static Examination.Result scrubbed(Examination.Result result) {
        Scrubber scrubber = new Scrubber(List.of());
        return new Examination.Result(
                result.server(),
                result.reached(),
                result.checks().stream()
                        .map(check -> new Check(
                                check.id(),
                                check.state(),
                                scrubber.scrub(check.found()),
                                check.expected(),
                                check.advice()))
                        .toList());
    }

    private static Map<String, Object> client(String version) {
        Map<String, Object> client = new LinkedHashMap<>();
        client.put("version", version);
        client.put("java", Runtime.version() + ", " + System.getProperty("java.vm.vendor", "unknown"));
        client.put("system", System.getProperty("os.name", "unknown") + " " + System.getProperty("os.version", ""));
        client.put("architecture", System.getProperty("os.arch", "unknown"));
        return client;
    }

    private String readme(Map<Part, String> parts, String missing) {
        StringBuilder text = new StringBuilder("A support bundle of Muster, made by `muster support bundle` at "
                + session.now() + ".\nIt was written to a file and sent to nobody.\n\nIn it:\n");
        parts.keySet().forEach(part -> text.append("  ")
                .append(part.file)
                .append(": ")
                .append(part.meaning)
                .append('\n'));
        if (!missing.isEmpty()) {
            text.append("\nMissing:\n").append(missing);
        }
        return text
                + "\nNot in it: passwords, tokens, keys, names of people, devices and tenants. Host names of servers are in it.\n"
                + "The log is free text: what looks like a secret or a person's was taken out by its form, so read it before you\n"
                + "hand it on, or leave it out with `--log-lines 0`.\n";
    }
}
