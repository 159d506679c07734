package dev.muster.trust.metadata;

import dev.muster.trust.json.Fields;
import dev.muster.trust.keys.TrustKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * To whom a targets role passes on its word.
 *
 * @param roles in order of priority
 */
public record Delegations(Map<String, TrustKey> keys, List<DelegatedRole> roles) {
    /** Passes on nothing. */
    public static final Delegations NONE = new Delegations(Map.of(), List.of());

    private static final Set<String> RESERVED = Set.of(Root.TYPE, Timestamp.TYPE, Snapshot.TYPE, Targets.TYPE);

    public Delegations {
        keys = Map.copyOf(keys);
        roles = List.copyOf(roles);
    }

    static Delegations parse(Fields fields) {
        // Hash-bin delegations (TAP 15) are not in the 1.0 specification; a file that has only those delegates nothing.
        List<DelegatedRole> roles = fields.has("roles")
                ? fields.objects("roles").stream().map(DelegatedRole::parse).toList()
                : List.of();
        Set<String> names = new HashSet<>();
        for (DelegatedRole role : roles) {
            if (!names.add(role.name())
                    || RESERVED.contains(role.name())
                    || role.name().isEmpty()) {
                throw fields.malformed(
                        "expected unique role names other than the top-level ones, found `" + role.name() + "`");
            }
        }
        return new Delegations(Root.parseKeys(fields.object("keys")), roles);
    }

    Map<String, Object> toTree() {
        return Map.of(
                "keys", Root.keysTree(keys),
                "roles", roles.stream().map(DelegatedRole::toTree).toList());
    }
}
