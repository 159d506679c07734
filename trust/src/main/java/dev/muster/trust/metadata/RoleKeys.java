package dev.muster.trust.metadata;

import dev.muster.trust.json.Fields;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Which keys sign a role, and how many of them must.
 *
 * @param keyIds without repetition; ids of keys that are not listed are allowed and count for nothing
 * @param threshold at least 1
 */
public record RoleKeys(List<String> keyIds, int threshold) {
    public RoleKeys {
        keyIds = List.copyOf(keyIds);
        if (threshold < 1) {
            throw new IllegalArgumentException("expected a threshold of at least 1, found " + threshold);
        }
        if (new HashSet<>(keyIds).size() != keyIds.size()) {
            throw new IllegalArgumentException("expected every key id once, found one twice");
        }
    }

    static RoleKeys parse(Fields fields) {
        List<String> keyIds = fields.strings("keyids");
        if (new HashSet<>(keyIds).size() != keyIds.size()) {
            throw fields.malformed("expected every key id once in `keyids`, found one twice");
        }
        return new RoleKeys(keyIds, (int) Math.min(fields.number("threshold", 1), Integer.MAX_VALUE));
    }

    Map<String, Object> toTree() {
        return Map.of("keyids", keyIds, "threshold", threshold);
    }
}
