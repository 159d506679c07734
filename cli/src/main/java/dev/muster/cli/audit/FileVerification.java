package dev.muster.cli.audit;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.audit.ChainVerifier;
import dev.muster.protocol.audit.Checkpoint;
import dev.muster.protocol.audit.ExportedRow;
import dev.muster.protocol.audit.Finding;
import dev.muster.protocol.audit.Seal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks an export line by line: hashes are computed here, and nothing that a server says is believed. For one thread. */
final class FileVerification {
    /** What the file's newest row is later than by less may still wait for its seal. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int MOST_SHOWN = 1_000;
    private static final int MOST_UNSEALED = 100_000;

    private final List<Map<String, Object>> shown = new ArrayList<>();
    private final List<Unsealed> unsealed = new ArrayList<>();
    private final ChainVerifier verifier;
    private final RowProgress progress;
    private @Nullable String tenant;
    private Instant newest = Instant.MIN;
    private long lines;

    private FileVerification(boolean partial, RowProgress progress) {
        this.verifier = partial ? ChainVerifier.partial(this::show) : ChainVerifier.whole(this::show);
        this.progress = progress;
    }

    private record Unsealed(long row, Instant at) {}

    /** {@code partial}: rows were picked out, so gaps between them mean nothing. */
    static Verdict verify(Path file, boolean partial, Optional<Checkpoint> known, RowProgress progress) {
        FileVerification verification = new FileVerification(partial, progress);
        known.ifPresent(verification.verifier::compareWith);
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                verification.line(file, line, known);
            }
        } catch (CharacterCodingException e) {
            throw new CliException(ExitCode.USAGE, "expected UTF-8 in `" + file + "`", e);
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read `" + file + "`: " + e.getMessage(), e);
        }
        return verification.end(known);
    }

    private void line(Path file, String line, Optional<Checkpoint> known) {
        lines++;
        ExportedRow read;
        try {
            read = ExportedRow.fromJson(line.getBytes(StandardCharsets.UTF_8));
        } catch (ProtocolException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "expected a row of an export in `" + file + "`, line " + lines + ": " + e.getMessage(),
                    e);
        }
        String here = read.row().tenant();
        String expected = known.map(Checkpoint::tenant).orElse(tenant == null ? here : tenant);
        if (!here.equals(expected)) {
            throw new CliException(
                    ExitCode.FAILED,
                    "expected rows of tenant `" + expected + "` in `" + file + "`, line " + lines + " is of `" + here
                            + "`");
        }
        tenant = here;
        if (read.seal().isPresent()) {
            Seal seal = read.seal().get();
            verifier.next(seal, Optional.of(read.row()));
            newest = newest.isAfter(seal.sealedAt()) ? newest : seal.sealedAt();
        } else {
            waiting(read);
        }
        progress.at(lines, 0);
    }

    private void waiting(ExportedRow read) {
        Instant at = read.row().at();
        newest = newest.isAfter(at) ? newest : at;
        if (unsealed.size() < MOST_UNSEALED) {
            unsealed.add(new Unsealed(read.row().id(), at));
        } else {
            verifier.unsealed(read.row().id(), at);
        }
    }

    private Verdict end(Optional<Checkpoint> known) {
        verifier.end();
        long pending = 0;
        for (Unsealed row : unsealed) {
            if (row.at().isBefore(newest.minus(PATIENCE))) {
                verifier.unsealed(row.row(), row.at());
            } else {
                pending++;
            }
        }
        return new Verdict(
                verifier.found() == 0,
                verifier.position(),
                verifier.hash().hex(),
                verifier.checked(),
                verifier.found(),
                pending,
                known.isPresent() ? 1 : 0,
                List.copyOf(shown));
    }

    private void show(Finding finding) {
        if (shown.size() < MOST_SHOWN) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("kind", finding.kind().text());
            members.put("position", finding.position());
            members.put("row", finding.row());
            members.put("text", finding.text());
            shown.add(members);
        }
    }
}
