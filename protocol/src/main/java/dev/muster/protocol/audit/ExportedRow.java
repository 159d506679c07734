package dev.muster.protocol.audit;

import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One line of an export: a row, and its seal if it has one. */
public record ExportedRow(AuditRow row, Optional<Seal> seal) {
    private static final String SEAL = "seal";

    /** One JSON object without a line end. */
    public byte[] toJson() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("tenant", row.tenant());
        members.put("id", row.id());
        members.put("at", row.at().toString());
        members.put("actor", row.actor());
        members.put("actorName", row.actorName());
        members.put("verb", row.verb());
        members.put("object", row.object());
        members.put("detail", row.detail());
        members.put("outcome", row.outcome());
        seal.ifPresent(known -> {
            Map<String, Object> sealed = new LinkedHashMap<>();
            sealed.put("position", known.position());
            sealed.put("row", known.row());
            sealed.put("sealedAt", known.sealedAt().toString());
            sealed.put("rowHash", known.rowHash().hex());
            sealed.put("previous", known.previous().hex());
            sealed.put("hash", known.hash().hex());
            members.put(SEAL, sealed);
        });
        return JsonObject.writeExact(members);
    }

    /** Inverse of {@link #toJson}; the hashes are read, not checked. */
    public static ExportedRow fromJson(byte[] utf8) {
        JsonObject json = JsonObject.parseExact(utf8);
        AuditRow row = new AuditRow(
                json.string("tenant"),
                json.number("id"),
                json.instant("at"),
                json.string("actor"),
                json.string("actorName"),
                json.string("verb"),
                json.string("object"),
                json.object("detail").members(),
                json.string("outcome"));
        return new ExportedRow(
                row,
                json.optionalObject(SEAL)
                        .map(seal -> new Seal(
                                seal.number("position"),
                                seal.number("row"),
                                seal.instant("sealedAt"),
                                seal.convert("rowHash", Digest::parse),
                                seal.convert("previous", Digest::parse),
                                seal.convert("hash", Digest::parse))));
    }
}
