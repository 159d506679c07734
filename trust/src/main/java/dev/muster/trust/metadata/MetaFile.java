package dev.muster.trust.metadata;

import dev.muster.trust.json.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What one metadata file says about another: its version and, optionally, its length and digests.
 *
 * @param length in bytes
 * @param hashes hexadecimal digests by algorithm; may be empty
 */
public record MetaFile(long version, OptionalLong length, Map<String, String> hashes) {
    public MetaFile {
        hashes = Map.copyOf(hashes);
    }

    /** A file known by its version only. */
    public static MetaFile ofVersion(long version) {
        return new MetaFile(version, OptionalLong.empty(), Map.of());
    }

    /** A file known by everything that can be known. */
    public static MetaFile of(long version, byte[] bytes) {
        return new MetaFile(version, OptionalLong.of(bytes.length), Map.of("sha256", Hashes.sha256(bytes)));
    }

    static MetaFile parse(Fields fields) {
        return new MetaFile(
                fields.number("version", 1), fields.optionalNumber("length", 1), Hashes.parse(fields, "hashes"));
    }

    Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("version", version);
        length.ifPresent(value -> tree.put("length", value));
        if (!hashes.isEmpty()) {
            tree.put("hashes", hashes);
        }
        return tree;
    }

    /** Fails unless {@code bytes} have the length and digests given here. */
    public void check(String what, byte[] bytes) {
        Hashes.checkLength(what, length, bytes.length);
        Hashes.check(what, hashes, bytes);
    }
}
