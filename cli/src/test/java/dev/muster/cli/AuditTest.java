package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.audit.AuditRow;
import dev.muster.protocol.audit.Checkpoint;
import dev.muster.protocol.audit.Digest;
import dev.muster.protocol.audit.ExportedRow;
import dev.muster.protocol.audit.Seal;
import dev.muster.trust.dsse.Envelope;
import dev.muster.trust.keys.Ed25519Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
    private static final Instant AT = Instant.parse("2026-11-22T08:00:00Z");

    private final FakeServer server = new FakeServer();
    private final Ed25519Signer signer = Ed25519Signer.generate();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anExportThatNobodyTouchedIsSoundWithoutAServer() throws IOException {
        Ran ran = muster("audit", "verify", "--file", file(chain(4)));

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains("sound", "Sealed to position:");
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void anAlteredAndAMissingRowOfAnExportAreNamedAndTheExitCodeIsOne() throws IOException {
        List<String> lines = chain(5);
        lines.set(1, lines.get(1).replace("\"verb\":\"v\"", "\"verb\":\"w\""));
        lines.remove(3);

        Ran ran = muster("audit", "verify", "--file", file(lines));

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("NOT SOUND", "altered", "row 2 is not what was sealed", "position 4 is gone");
        assertThat(ran.err()).isEqualTo("muster: audit-not-sound: 2 findings\n");
    }

    @Test
    void linesThatChangedPlacesAreNamed() throws IOException {
        List<String> lines = chain(4);
        Collections.swap(lines, 1, 2);

        Ran ran = muster("audit", "verify", "--file", file(lines), "-o", "json");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("\"reordered\"");
    }

    @Test
    void aRowThatWaitedTooLongForItsSealIsNamedAndAFreshOneIsNot() throws IOException {
        List<String> lines = chain(3);
        lines.add(line(row(50, AT.plusSeconds(5)), Optional.empty()));
        lines.add(line(row(51, AT.plusSeconds(60)), Optional.empty()));

        Ran ran = muster("audit", "verify", "--file", file(lines));

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("unsealed", "row 50 of").doesNotContain("row 51");
    }

    @Test
    void aFileThatLostItsEndIsFoundBesideAKeptCheckpoint() throws IOException {
        List<String> lines = chain(5);
        String kept = checkpoint(5, lines.get(4));

        assertThat(muster("audit", "verify", "--file", file(lines), "--checkpoint", kept)
                        .exit())
                .isZero();
        Ran ran = muster("audit", "verify", "--file", file(lines.subList(0, 3)), "--checkpoint", kept);

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("the chain ends at position 3");
    }

    @Test
    void aCheckpointBySomebodyElsesKeyIsRefused() throws IOException {
        List<String> lines = chain(2);
        String other = Ed25519Signer.generate().publicKey().publicKey();

        Ran ran = muster(
                "audit", "verify", "--file", file(lines), "--checkpoint", checkpoint(2, lines.get(1)), "--key", other);

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("checkpoint-not-good");
    }

    @Test
    void rowsPickedOutByAFilterAreCheckedAsSuch() throws IOException {
        List<String> lines = chain(6);
        List<String> some = List.of(lines.get(1), lines.get(4));

        assertThat(muster("audit", "verify", "--file", file(some)).exit()).isEqualTo(1);
        assertThat(muster("audit", "verify", "--file", file(some), "--partial").exit())
                .isZero();
    }

    @Test
    void theServersFindingsAreShownAndItsVerdictIsTheExitCode() {
        server.answer("POST /api/v1/audit/verify", 200, """
                {"progress":{"checked":1000,"of":2000}}
                {"finding":{"kind":"removed","position":7,"row":9,"text":"row 9 is gone, its seal is still there"}}
                {"result":{"sound":false,"position":2000,"hash":"ab","checked":2000,"found":1,"pending":0,"checkpoints":2}}
                """);

        Ran ran = muster("audit", "verify");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("NOT SOUND", "removed", "row 9 is gone");
    }

    @Test
    void anAnswerWithoutAResultVerifiesNothing() {
        server.answer("POST /api/v1/audit/verify", 200, "{\"progress\":{\"checked\":1000,\"of\":2000}}\n");

        Ran ran = muster("audit", "verify");

        assertThat(ran.exit()).isEqualTo(7);
        assertThat(ran.err()).contains("cut short");
    }

    @Test
    void anExportGoesIntoAFileWithTheFilterThatWasAsked() throws IOException {
        server.answer("GET /api/v1/audit/export?format=cef&verb=device.*&from=2026-11-01T00%3A00%3A00Z", 200, "a\nb\n");
        Path out = folder.resolve("trail.cef");

        Ran ran = muster(
                "audit",
                "export",
                "--format",
                "cef",
                "--verb",
                "device.*",
                "--from",
                "2026-11-01T00:00:00Z",
                "--out",
                out.toString());

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("wrote 2 rows to " + out + "\n");
        assertThat(out).hasContent("a\nb\n");
    }

    @Test
    void aCheckpointIsKeptAndItsKeyTold() throws IOException {
        List<String> lines = chain(2);
        server.answer("GET /api/v1/audit/checkpoint", 200, Files.readString(Path.of(checkpoint(2, lines.get(1)))));
        Path out = folder.resolve("mine.json");

        Ran ran = muster("audit", "checkpoint", "--out", out.toString());

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains("position 2", signer.publicKey().publicKey());
        assertThat(muster("audit", "verify", "--file", file(lines), "--checkpoint", out.toString())
                        .exit())
                .isZero();
    }

    private Ran muster(String... words) {
        return Ran.verb(
                Map.of("MUSTER_SERVER", server.url(), "MUSTER_CONFIG_DIR", folder.toString(), "MUSTER_TOKEN", "t"),
                "",
                words);
    }

    private String file(List<String> lines) throws IOException {
        return Files.write(folder.resolve("trail.ndjson"), lines).toString();
    }

    private String checkpoint(long position, String line) throws IOException {
        Digest hash = ExportedRow.fromJson(line.getBytes(StandardCharsets.UTF_8))
                .seal()
                .orElseThrow()
                .hash();
        Checkpoint checkpoint = new Checkpoint(
                "a",
                position,
                hash,
                AT,
                signer.publicKey().keyId(),
                signer.publicKey().publicKey());
        return Files.write(
                        folder.resolve("kept.json"),
                        Envelope.sign(Checkpoint.PAYLOAD_TYPE, checkpoint.toJson(), signer)
                                .toJson())
                .toString();
    }

    private static List<String> chain(int rows) {
        List<String> lines = new ArrayList<>();
        Digest previous = Digest.ZERO;
        for (int id = 1; id <= rows; id++) {
            AuditRow row = row(id, AT.plusSeconds(id));
            Seal seal = Seal.next(id, previous, row, AT.plusSeconds(id + 1));
            previous = seal.hash();
            lines.add(line(row, Optional.of(seal)));
        }
        return lines;
    }

    private static AuditRow row(long id, Instant at) {
        return new AuditRow("a", id, at, "a", "n", "v", "o", Map.of("n", id), "done");
    }

    private static String line(AuditRow row, Optional<Seal> seal) {
        return new String(new ExportedRow(row, seal).toJson(), StandardCharsets.UTF_8);
    }
}
