package dev.muster.trust.metadata;

import dev.muster.trust.TrustException;
import dev.muster.trust.json.Fields;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Digests by their TUF names. */
public final class Hashes {
    private Hashes() {}

    /** The JDK's name of an algorithm that we accept, or empty. */
    public static Optional<String> algorithm(String tufName) {
        return switch (tufName) {
            case "sha256" -> Optional.of("SHA-256");
            case "sha384" -> Optional.of("SHA-384");
            case "sha512" -> Optional.of("SHA-512");
            default -> Optional.empty();
        };
    }

    /** A digest that every JDK has. */
    public static MessageDigest digest(String jdkName) {
        try {
            return MessageDigest.getInstance(jdkName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no " + jdkName, e);
        }
    }

    /** Hexadecimal, lower case. */
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest("SHA-256").digest(bytes));
    }

    static Map<String, String> parse(Fields fields, String name) {
        Map<String, String> hashes = new LinkedHashMap<>();
        if (fields.has(name)) {
            Fields object = fields.object(name);
            object.members()
                    .keySet()
                    .forEach(key -> hashes.put(key, object.string(key).toLowerCase(Locale.ROOT)));
            if (hashes.isEmpty()) {
                throw fields.malformed("expected at least one digest in `" + name + "`");
            }
        }
        return hashes;
    }

    static void checkLength(String what, OptionalLong expected, long found) {
        if (expected.isPresent() && expected.getAsLong() != found) {
            throw new TrustException.Length(what, expected.getAsLong(), String.valueOf(found));
        }
    }

    /** All digests that we know must fit, and if there are any at all, we must know one of them. */
    static void check(String what, Map<String, String> hashes, byte[] bytes) {
        boolean checked = hashes.isEmpty();
        for (Map.Entry<String, String> hash : hashes.entrySet()) {
            Optional<String> algorithm = algorithm(hash.getKey());
            if (algorithm.isPresent()) {
                String found = HexFormat.of().formatHex(digest(algorithm.get()).digest(bytes));
                if (!found.equals(hash.getValue())) {
                    throw new TrustException.HashMismatch(what, hash.getKey(), hash.getValue(), found);
                }
                checked = true;
            }
        }
        if (!checked) {
            throw new TrustException.Malformed("`" + what + "`", "expected a known digest, found " + hashes.keySet());
        }
    }
}
