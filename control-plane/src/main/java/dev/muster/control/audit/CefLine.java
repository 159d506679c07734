package dev.muster.control.audit;

import dev.muster.protocol.audit.AuditRow;
import dev.muster.protocol.audit.ExportedRow;
import dev.muster.protocol.audit.Seal;
import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An audit row as one line of the Common Event Format, version 0 (ArcSight "Implementing ArcSight Common Event Format",
 * "Character Encoding"): pipes and backslashes are escaped in the head, backslashes, equals signs and line ends in the rest.
 */
final class CefLine {
    private static final int CALM = 3;
    private static final int ODD = 6;

    private CefLine() {}

    /** Without a line end. */
    static String of(ExportedRow exported, String version) {
        AuditRow row = exported.row();
        Map<String, String> extension = new LinkedHashMap<>();
        extension.put("rt", Long.toString(row.at().toEpochMilli()));
        extension.put("externalId", Long.toString(row.id()));
        extension.put("suid", row.actor());
        extension.put("suser", row.actorName());
        extension.put("act", row.verb());
        extension.put("outcome", row.outcome());
        extension.put("cs1Label", "object");
        extension.put("cs1", row.object());
        extension.put("cs2Label", "detail");
        extension.put("cs2", new String(JsonObject.writeExact(row.detail()), StandardCharsets.UTF_8));
        extension.put("cs3Label", "tenant");
        extension.put("cs3", row.tenant());
        exported.seal().ifPresent(seal -> seal(extension, seal));
        return "CEF:0|Muster|Muster|" + head(version) + "|" + head(row.verb()) + "|"
                + head(row.verb() + " " + row.object())
                + "|" + (row.outcome().equals("done") ? CALM : ODD) + "|"
                + extension.entrySet().stream()
                        .filter(member -> !member.getValue().isEmpty())
                        .map(member -> member.getKey() + "=" + value(member.getValue()))
                        .collect(Collectors.joining(" "));
    }

    private static void seal(Map<String, String> extension, Seal seal) {
        extension.put("cn1Label", "position");
        extension.put("cn1", Long.toString(seal.position()));
        extension.put("cs4Label", "hash");
        extension.put("cs4", seal.hash().hex());
    }

    // The head knows no escape for line ends: they become blanks.
    private static String head(String text) {
        return text.replace("\\", "\\\\").replace("|", "\\|").replaceAll("\\R", " ");
    }

    private static String value(String text) {
        return text.replace("\\", "\\\\")
                .replace("=", "\\=")
                .replace("\r", "\\r")
                .replace("\n", "\\n")
                // Line ends that only some readers know: one event stays on one line for all.
                .replaceAll("[\\u000b\\u000c\\u0085\\u2028\\u2029]", " ");
    }
}
