package dev.muster.trust.metadata;

import dev.muster.trust.TrustException;
import dev.muster.trust.json.Fields;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a target's bytes.
 *
 * @param length in bytes
 * @param hashes hexadecimal digests by algorithm, at least one
 * @param custom what the signer adds; opaque here
 */
public record TargetFile(long length, Map<String, String> hashes, Map<String, @Nullable Object> custom) {
    public TargetFile {
        if (length < 0 || hashes.isEmpty()) {
            throw new IllegalArgumentException("expected a length of at least 0 and a digest");
        }
        hashes = Map.copyOf(hashes);
        custom = Collections.unmodifiableMap(new LinkedHashMap<>(custom));
    }

    /** A target known by its SHA-256, hexadecimal. */
    public static TargetFile ofSha256(long length, String sha256, Map<String, ?> custom) {
        return new TargetFile(length, Map.of("sha256", sha256), new LinkedHashMap<>(custom));
    }

    /** The SHA-256 in hexadecimal; Muster names all bytes by it. */
    public String sha256() {
        String hash = hashes.get("sha256");
        if (hash == null) {
            throw new TrustException.Malformed("target", "expected a sha256, found " + hashes.keySet());
        }
        return hash;
    }

    /** Reads a target object. */
    public static TargetFile parse(Fields fields) {
        Map<String, String> hashes = Hashes.parse(fields, "hashes");
        if (hashes.isEmpty()) {
            throw fields.malformed("expected `hashes` in a target");
        }
        return new TargetFile(fields.number("length", 0), hashes, fields.optionalMap("custom"));
    }

    Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("length", length);
        tree.put("hashes", hashes);
        if (!custom.isEmpty()) {
            tree.put("custom", custom);
        }
        return tree;
    }

    /** Fails unless {@code bytes} are this target: for small targets that are in memory anyway. */
    public void check(String path, byte[] bytes) {
        Hashes.checkLength(path, OptionalLong.of(length), bytes.length);
        Hashes.check(path, hashes, bytes);
    }
}
