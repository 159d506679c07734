package dev.muster.cli.audit;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.cli.output.Table;
import dev.muster.cli.session.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "verify",
        headerHeading = "Example: muster audit verify --checkpoint kept.json%n%n",
        header = "Names rows of the trail that were altered, removed, reordered, backdated or never sealed.",
        description = {
            "Without --file the server looks at its own database. With --file everything is computed here, from an export.",
            "Only a checkpoint kept elsewhere shows that the end of the chain was cut off, or all of it made anew."
        },
        footer = "Exit code 0: sound. 1: not sound.")
final class VerifyVerb implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "Also compare with this one of `audit checkpoint`.")
    private @Nullable Path checkpoint;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The public key that must have signed the checkpoint: 64 hexadecimal digits.")
    private @Nullable String key;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Check this ndjson of `audit export` instead, offline.")
    private @Nullable Path file;

    @Option(
            names = "--partial",
            description = "The file was exported with a filter: rows between those in it are not missing.")
    private boolean partial;

    VerifyVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        String pinned = key;
        if (pinned != null && (checkpoint == null || !pinned.matches("[0-9a-f]{64}"))) {
            throw new CliException(ExitCode.USAGE, "expected --key with 64 hexadecimal digits, beside --checkpoint");
        }
        if (partial && file == null) {
            throw new CliException(ExitCode.USAGE, "expected --partial beside --file");
        }
        Optional<CheckpointFile> kept = Optional.ofNullable(checkpoint).map(one -> CheckpointFile.read(one, pinned));
        Path export = file;
        Verdict verdict = export == null
                ? ask(kept)
                : FileVerification.verify(
                        export,
                        partial,
                        kept.map(CheckpointFile::checkpoint),
                        new RowProgress(session.err(), export.toString()));
        show(verdict);
        return (verdict.sound() ? ExitCode.OK : ExitCode.FAILED).number();
    }

    private Verdict ask(Optional<CheckpointFile> kept) {
        List<Map<String, Object>> findings = new ArrayList<>();
        List<Row> results = new ArrayList<>();
        RowProgress progress = new RowProgress(session.err(), "verify");
        session.api()
                .postLines(
                        Url.of("audit", "verify"),
                        kept.<Map<String, ?>>map(one -> Map.of("checkpoint", one.envelope()))
                                .orElse(Map.of()),
                        line -> {
                            Row row = new Row(parsed(line));
                            if (row.at("progress.checked") != null) {
                                progress.at(row.number("progress.checked"), row.number("progress.of"));
                            }
                            if (row.at("finding") instanceof Map<?, ?> finding) {
                                findings.add(copy(finding));
                            }
                            if (row.at("result") instanceof Map<?, ?> result) {
                                results.add(new Row(copy(result)));
                            }
                        });
        if (results.isEmpty()) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "the answer of `" + session.server() + "` was cut short; nothing is verified");
        }
        Row result = results.getFirst();
        return new Verdict(
                result.flag("sound"),
                result.number("position"),
                result.text("hash"),
                result.number("checked"),
                result.number("found"),
                result.number("pending"),
                result.number("checkpoints"),
                findings);
    }

    private void show(Verdict verdict) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("sound", verdict.sound());
        answer.put("position", verdict.position());
        answer.put("hash", verdict.hash());
        answer.put("checked", verdict.checked());
        answer.put("found", verdict.found());
        answer.put("pending", verdict.pending());
        answer.put("checkpoints", verdict.checkpoints());
        answer.put("findings", verdict.findings());
        session.printer()
                .one(
                        answer,
                        Table.of()
                                .column("Trail", row -> row.flag("sound") ? "sound" : "NOT SOUND")
                                .column("Sealed to position", "position")
                                .column("Hash", "hash")
                                .column("Seals checked", "checked")
                                .column("Waiting for a seal", "pending")
                                .column("Checkpoints compared", "checkpoints")
                                .column("Findings", "found"),
                        "sound");
        session.printer()
                .part(
                        new Row(answer).rows("findings"),
                        Table.of()
                                .column("KIND", "kind")
                                .column(
                                        "POSITION",
                                        row -> row.number("position") == 0 ? Row.NONE : row.text("position"))
                                .column("ROW", row -> row.number("row") == 0 ? Row.NONE : row.text("row"))
                                .column("WHAT", "text"));
        if (!verdict.sound()) {
            session.err().println("muster: audit-not-sound: " + verdict.found() + " findings");
        }
    }

    private static Map<String, Object> parsed(String line) {
        try {
            return JSON.std.mapFrom(line);
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "expected JSON from the server, found something else", e);
        }
    }

    private static Map<String, Object> copy(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            if (value != null) {
                copy.put(String.valueOf(name), value);
            }
        });
        return copy;
    }
}
