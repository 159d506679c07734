package dev.muster.protocol.audit;

import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a chain was at a time: whoever keeps it elsewhere can prove later that nothing up to there was removed or rewritten.
 * Signed as the payload of a DSSE envelope of type {@link #PAYLOAD_TYPE}.
 *
 * @param position of the last seal
 * @param hash of the last seal
 * @param key id of the signing key
 * @param publicKey that verifies the signature, hexadecimal
 */
public record Checkpoint(String tenant, long position, Digest hash, Instant at, String key, String publicKey) {
    /** The media type of the payload. */
    public static final String PAYLOAD_TYPE = "application/vnd.muster.audit-checkpoint+json";

    public byte[] toJson() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("tenant", tenant);
        members.put("position", position);
        members.put("hash", hash.hex());
        members.put("at", at.toString());
        members.put("signer", Map.of("keyId", key, "publicKey", publicKey));
        return JsonObject.write(members);
    }

    public static Checkpoint fromJson(byte[] utf8) {
        JsonObject json = JsonObject.parse(utf8);
        JsonObject signer = json.object("signer");
        return new Checkpoint(
                json.string("tenant"),
                json.number("position"),
                json.convert("hash", Digest::parse),
                json.instant("at"),
                signer.string("keyId"),
                signer.string("publicKey"));
    }
}
