package dev.muster.cli.audit;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.session.Session;
import dev.muster.protocol.audit.Checkpoint;
import dev.muster.trust.json.CanonicalJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "checkpoint",
        headerHeading = "Example: muster audit checkpoint --out 2026-11-26.json%n%n",
        header = "What the chain of the trail is now, signed: keep it where nobody who runs Muster can change it.",
        footer = "With `verify --checkpoint` it proves later that nothing up to here was removed or rewritten.")
final class CheckpointVerb implements Runnable {
    private final Session session;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write it; standard output if left out.")
    private @Nullable Path out;

    CheckpointVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Map<String, Object> envelope = session.api().get(Url.of("audit", "checkpoint"));
        Path file = out;
        if (file == null) {
            session.printer().whole(envelope);
            return;
        }
        try {
            Files.write(file, CanonicalJson.text(envelope));
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "cannot write `" + file + "`: " + e.getMessage(), e);
        }
        Checkpoint checkpoint = CheckpointFile.read(file, null).checkpoint();
        session.printer()
                .done("wrote " + file + ": position " + checkpoint.position() + " at " + checkpoint.at()
                        + "; signed by the key " + checkpoint.publicKey());
    }
}
