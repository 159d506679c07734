package dev.muster.control.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.audit.AuditRow;
import dev.muster.protocol.audit.Digest;
import dev.muster.protocol.audit.ExportedRow;
import dev.muster.protocol.audit.Seal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CefLineTest {
    private static final Instant AT = Instant.parse("2026-11-22T08:00:00.123456Z");

    @Test
    void aPlainRowReadsAsOneEvent() {
        AuditRow row = row("device.suspend", "device/pump-7", "ada", Map.of("reason", "lost"), "done");
        Seal seal = Seal.next(1, Digest.ZERO, row, AT);

        assertThat(CefLine.of(new ExportedRow(row, Optional.of(seal)), "1.0"))
                .isEqualTo(
                        "CEF:0|Muster|Muster|1.0|device.suspend|device.suspend device/pump-7|3|rt=1795334400123 externalId=7"
                                + " suid=issuer#1 suser=ada act=device.suspend outcome=done cs1Label=object cs1=device/pump-7"
                                + " cs2Label=detail cs2={\"reason\":\"lost\"} cs3Label=tenant cs3=default cn1Label=position cn1=1"
                                + " cs4Label=hash cs4=" + seal.hash().hex());
    }

    @Test
    void whatIsNotDoneWeighsMore() {
        assertThat(line("v", "o", "ada", Map.of(), "refused")).contains("|v o|6|");
    }

    @Test
    void theHeadEscapesPipesAndBackslashesAndLosesLineEnds() {
        assertThat(line("a|b\\c\nd", "x=y", "ada", Map.of(), "done"))
                .startsWith("CEF:0|Muster|Muster|1\\|0|a\\|b\\\\c d|a\\|b\\\\c d x=y|3|");
    }

    @Test
    void theRestEscapesEqualsSignsBackslashesAndLineEndsAndNotPipes() {
        assertThat(line("v", "a|b=c\\d\r\ne\u2028f", "k=v\nx", Map.of(), "done"))
                .contains(" suser=k\\=v\\nx ", " cs1=a|b\\=c\\\\d\\r\\ne f ")
                .doesNotContain("\n", "\r", "\u2028");
    }

    @Test
    void detailOfAnyKindStaysOnTheLine() {
        assertThat(line("v", "o", "n", Map.of("a=b", "line\nbreak | cs1=forged"), "done"))
                .contains("cs2={\"a\\=b\":\"line\\\\nbreak | cs1\\=forged\"}");
    }

    private static String line(
            String verb, String object, String name, Map<String, @Nullable Object> detail, String outcome) {
        return CefLine.of(new ExportedRow(row(verb, object, name, detail, outcome), Optional.empty()), "1|0");
    }

    private static AuditRow row(
            String verb, String object, String name, Map<String, @Nullable Object> detail, String outcome) {
        return new AuditRow("default", 7, AT, "issuer#1", name, verb, object, detail, outcome);
    }
}
