package dev.muster.protocol.enrol;

import dev.muster.protocol.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A device's word that it holds the key of the certificate its maker gave it, in place of a token. The signature covers the
 * whole request, the tenant and the server's root, so that it counts for one key of the device, one tenant and one server; who
 * replays it gets a certificate for a key that he does not have. It needs no clock, which a device from the factory may lack.
 *
 * @param tenant that the device is for
 * @param chainPem the factory certificate first, then its issuers
 * @param signature Base64, by the factory certificate's key, over {@link #signedText}
 */
public record FactoryProof(String tenant, String chainPem, String signature) {
    private static final String CONTEXT = "muster factory enrolment 1";

    /**
     * What is signed.
     *
     * @param request the request; its own proof is left out
     * @param rootFingerprint of the root the device pinned, {@code sha256:<hex>}
     */
    public static byte[] signedText(EnrolRequest request, String tenant, String rootFingerprint) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(request.withoutFactory().toJson());
            return (CONTEXT + "\n" + tenant + "\n" + rootFingerprint + "\n"
                            + HexFormat.of().formatHex(digest) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("tenant", tenant);
        map.put("chain", chainPem);
        map.put("signature", signature);
        return map;
    }

    static FactoryProof from(JsonObject object) {
        return new FactoryProof(object.string("tenant"), object.string("chain"), object.string("signature"));
    }
}
