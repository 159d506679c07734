package dev.muster.trust.keys;

import dev.muster.trust.json.CanonicalJson;
import dev.muster.trust.json.Fields;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * A public key as TUF metadata carries it. Key types and schemes that this build does not know are kept, and simply
 * never verify anything (specification section 4.2: unknown is not fatal).
 *
 * @param keyId how metadata refers to it; for our own keys the digest of its canonical form
 * @param keyType such as {@code ed25519}, {@code ecdsa}, {@code rsa}
 * @param scheme such as {@code ed25519}, {@code ecdsa-sha2-nistp256}, {@code rsassa-pss-sha256}
 * @param publicKey hexadecimal for Ed25519, PEM otherwise; empty for a key type we do not know
 * @param tree the key object with all its members
 */
public record TrustKey(String keyId, String keyType, String scheme, String publicKey, Map<String, ?> tree) {
    /** Key type and scheme of the keys that Muster makes. */
    public static final String ED25519 = "ed25519";

    /** A key of our own making, named by the digest of its canonical form as securesystemslib does. */
    public static TrustKey of(String keyType, String scheme, String publicKey) {
        Map<String, ?> tree = Map.of("keytype", keyType, "scheme", scheme, "keyval", Map.of("public", publicKey));
        return new TrustKey(sha256Hex(CanonicalJson.encode(tree)), keyType, scheme, publicKey, tree);
    }

    /** Reads a member of a {@code keys} object. The id is taken as it is: it only has to be unique. */
    public static TrustKey parse(String keyId, Fields fields) {
        return new TrustKey(
                keyId,
                fields.string("keytype"),
                fields.string("scheme"),
                fields.object("keyval").optionalString("public").orElse(""),
                fields.members());
    }

    /**
     * What makes two keys the same key, whatever they are called: one private key must count once towards a threshold.
     */
    public String material() {
        if (!publicKey.contains("-----BEGIN")) {
            return publicKey.toLowerCase(Locale.ROOT).strip();
        }
        // Line ends and armour may differ between two spellings of one key.
        String body = publicKey.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        try {
            return sha256Hex(Base64.getDecoder().decode(body));
        } catch (IllegalArgumentException e) {
            return publicKey;
        }
    }

    static String sha256Hex(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
