package dev.muster.trust.signing;

import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.RoleKeys;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Who holds a role: its keys, and how many of them must sign.
 *
 * @param threshold 1 to the number of keys; two spellings of one key are refused, as they could never both count
 */
public record Holders(List<TrustKey> keys, int threshold) {
    public Holders {
        keys = List.copyOf(keys);
        long different = keys.stream().map(TrustKey::material).distinct().count();
        if (different != keys.size()) {
            throw new IllegalArgumentException("expected different keys, found one of them twice");
        }
        if (threshold < 1 || threshold > keys.size()) {
            throw new IllegalArgumentException(
                    "expected a threshold of 1 to " + keys.size() + ", as there are keys, found " + threshold);
        }
    }

    /** Those that {@code role} names out of {@code listed}. */
    public static Holders of(RoleKeys role, Map<String, TrustKey> listed) {
        return new Holders(
                role.keyIds().stream()
                        .map(listed::get)
                        .filter(key -> key != null)
                        .toList(),
                role.threshold());
    }

    /** The same as metadata says it. */
    public RoleKeys roleKeys() {
        return new RoleKeys(keys.stream().map(TrustKey::keyId).toList(), threshold);
    }

    /** The keys by their ids. */
    public Map<String, TrustKey> byId() {
        return keys.stream().collect(Collectors.toMap(TrustKey::keyId, Function.identity()));
    }
}
