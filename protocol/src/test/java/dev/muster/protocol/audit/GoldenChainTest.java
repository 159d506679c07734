package dev.muster.protocol.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An export that a released server wrote has to be verifiable for ever: never change the file, add another beside it. */
class GoldenChainTest {
    @Test
    void theExportOfVersion1IsReadVerifiedAndWrittenTheSame() throws IOException {
        List<Finding> findings = new ArrayList<>();
        ChainVerifier verifier = ChainVerifier.whole(findings::add);
        List<String> written = new ArrayList<>();

        for (String line : lines()) {
            ExportedRow one = ExportedRow.fromJson(line.getBytes(UTF_8));
            verifier.next(one.seal().orElseThrow(), Optional.of(one.row()));
            written.add(new String(one.toJson(), UTF_8));
        }
        verifier.end();

        assertThat(findings).isEmpty();
        assertThat(verifier.checked()).isEqualTo(3);
        assertThat(written).isEqualTo(lines());
    }

    @Test
    void aRowHashesTheSameHoweverItsDetailWasSpelt() {
        AuditRow one = row("{\"b\":[1,2.50,{\"y\":null,\"x\":true}],\"a\":\"\\u00e9\"}");
        AuditRow same = row("{ \"a\" : \"é\", \"b\" : [ 1.0, 25e-1, { \"x\" : true, \"y\" : null } ] }");
        AuditRow other = row("{\"b\":[1,2.5,{\"x\":true}],\"a\":\"é\"}");

        assertThat(one.hash()).isEqualTo(same.hash()).isNotEqualTo(other.hash());
    }

    @Test
    void noDigitOfANumberIsLostOnTheWayThroughAnExport() {
        AuditRow row = row("{\"n\":0.12345678901234567890123,\"m\":123456789012345678901234567890,\"gone\":null}");

        ExportedRow read = ExportedRow.fromJson(new ExportedRow(row, Optional.empty()).toJson());

        assertThat(read.row().hash()).isEqualTo(row.hash());
        assertThat(read.row().detail()).containsEntry("n", new java.math.BigDecimal("0.12345678901234567890123"));
    }

    @Test
    void aNumberAndTheTextOfItAreTwoThings() {
        assertThat(row("{\"n\":1}").hash()).isNotEqualTo(row("{\"n\":\"1\"}").hash());
        assertThat(row("{\"n\":[[],1]}").hash())
                .isNotEqualTo(row("{\"n\":[[1]]}").hash());
    }

    @Test
    void aCheckpointReadsBack() {
        Checkpoint known = new Checkpoint("default", 7, Digest.ZERO, Instant.parse("2026-11-22T08:00:00Z"), "k", "00");

        assertThat(Checkpoint.fromJson(known.toJson())).isEqualTo(known);
    }

    private static AuditRow row(String detail) {
        return new AuditRow(
                "a",
                1,
                Instant.EPOCH,
                "b",
                "c",
                "d",
                "e",
                JsonObject.parseExact(detail.getBytes(UTF_8)).members(),
                "f");
    }

    private static List<String> lines() throws IOException {
        try (InputStream in = GoldenChainTest.class.getResourceAsStream("/golden/1/audit-chain.ndjson")) {
            if (in == null) {
                throw new IllegalStateException("the golden file is missing");
            }
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        }
    }
}
