package dev.muster.trust.metadata;

import dev.muster.trust.json.Fields;
import dev.muster.trust.keys.TrustKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The anchor: which keys sign the four top-level roles (specification 4.3).
 *
 * @param consistentSnapshot whether files carry their version or digest in the name
 * @param keys by key id
 * @param roles by {@code root}, {@code timestamp}, {@code snapshot}, {@code targets}; all four are there
 */
public record Root(
        long version,
        Instant expires,
        boolean consistentSnapshot,
        Map<String, TrustKey> keys,
        Map<String, RoleKeys> roles)
        implements Metadata {
    public static final String TYPE = "root";
    private static final List<String> ROLES = List.of(TYPE, Timestamp.TYPE, Snapshot.TYPE, Targets.TYPE);

    public Root {
        keys = Map.copyOf(keys);
        roles = Map.copyOf(roles);
        if (!roles.keySet().containsAll(ROLES)) {
            throw new IllegalArgumentException(
                    "expected the roles " + ROLES + ", found " + new TreeMap<>(roles).keySet());
        }
    }

    @Override
    public String type() {
        return TYPE;
    }

    /** Who signs one of the four top-level roles. */
    public RoleKeys role(String name) {
        RoleKeys keysOfRole = roles.get(name);
        if (keysOfRole == null) {
            throw new IllegalArgumentException("expected a top-level role, found `" + name + "`");
        }
        return keysOfRole;
    }

    static Root parse(Fields signed) {
        Metadata.checkHeader(TYPE, signed);
        Map<String, RoleKeys> roles = new LinkedHashMap<>();
        Fields listed = signed.object("roles");
        for (String role : ROLES) {
            roles.put(role, RoleKeys.parse(listed.object(role)));
        }
        return new Root(
                signed.number("version", 1),
                signed.instant("expires"),
                signed.flag("consistent_snapshot", false),
                parseKeys(signed.object("keys")),
                roles);
    }

    static Map<String, TrustKey> parseKeys(Fields keys) {
        Map<String, TrustKey> result = new LinkedHashMap<>();
        keys.members().keySet().forEach(keyId -> result.put(keyId, TrustKey.parse(keyId, keys.object(keyId))));
        return result;
    }

    @Override
    public Map<String, Object> toTree() {
        Map<String, Object> tree = Metadata.header(this);
        tree.put("consistent_snapshot", consistentSnapshot);
        tree.put("keys", keysTree(keys));
        Map<String, Object> rolesTree = new TreeMap<>();
        roles.forEach((name, role) -> rolesTree.put(name, role.toTree()));
        tree.put("roles", rolesTree);
        return tree;
    }

    static Map<String, Object> keysTree(Map<String, TrustKey> keys) {
        Map<String, Object> tree = new TreeMap<>();
        keys.forEach((keyId, key) -> tree.put(keyId, key.tree()));
        return tree;
    }
}
