package dev.muster.trust.metadata;

import dev.muster.trust.json.Fields;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One delegation: for which paths another role may speak (specification 4.5).
 *
 * @param paths shell patterns; {@code *} and {@code ?} stay within one path segment
 * @param pathHashPrefixes hexadecimal prefixes of the path's SHA-256; used instead of {@code paths} when not empty
 * @param terminating whether a path that matches here is looked for nowhere else
 */
public record DelegatedRole(
        String name, RoleKeys keys, List<String> paths, List<String> pathHashPrefixes, boolean terminating) {
    public DelegatedRole {
        paths = List.copyOf(paths);
        pathHashPrefixes = List.copyOf(pathHashPrefixes);
    }

    /** Whether this delegation covers {@code path}. */
    public boolean covers(String path) {
        if (!pathHashPrefixes.isEmpty()) {
            String hash = Hashes.sha256(path.getBytes(StandardCharsets.UTF_8));
            return pathHashPrefixes.stream().anyMatch(hash::startsWith);
        }
        return paths.stream().anyMatch(pattern -> PathPattern.matches(pattern, path));
    }

    static DelegatedRole parse(Fields fields) {
        boolean byPath = fields.has("paths");
        boolean byHash = fields.has("path_hash_prefixes");
        if (byPath == byHash) {
            throw fields.malformed("expected one of `paths` and `path_hash_prefixes` in a delegation");
        }
        return new DelegatedRole(
                fields.string("name"),
                RoleKeys.parse(fields),
                byPath ? fields.strings("paths") : List.of(),
                byHash ? fields.strings("path_hash_prefixes") : List.of(),
                fields.flag("terminating", false));
    }

    Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", name);
        tree.putAll(keys.toTree());
        if (pathHashPrefixes.isEmpty()) {
            tree.put("paths", paths);
        } else {
            tree.put("path_hash_prefixes", pathHashPrefixes);
        }
        tree.put("terminating", terminating);
        return tree;
    }
}
