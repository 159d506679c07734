package dev.muster.agent.store;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Small JSON records whose damage is noticed: member {@code seal} is the SHA-256 of all others. No secret, no signature. */
public final class SealedJson {
    private static final String SEAL = "seal";

    private SealedJson() {}

    /** The members with their seal. */
    public static byte[] write(Map<String, ?> members) {
        Map<String, Object> sealed = new LinkedHashMap<>(members);
        sealed.put(SEAL, seal(members));
        return JsonObject.write(sealed);
    }

    /**
     * Reads what {@link #write} wrote; a record of before, without a seal, is taken as it is.
     *
     * @throws ProtocolException if it is no JSON object, or not the one that was written
     */
    public static JsonObject read(byte[] bytes) {
        JsonObject json = JsonObject.parse(bytes);
        Map<String, Object> members = new LinkedHashMap<>(json.members());
        Object seal = members.remove(SEAL);
        if (seal != null && !seal.equals(seal(members))) {
            throw new ProtocolException("expected the record that was written, found a damaged one");
        }
        return json;
    }

    private static String seal(Map<String, ?> members) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(JsonObject.write(members)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
