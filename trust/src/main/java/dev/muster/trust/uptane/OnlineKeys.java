package dev.muster.trust.uptane;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.ResolvedTarget;
import dev.muster.trust.client.TrustedMetadata;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.Delegations;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keys that live on a server, as far as metadata shows: those that sign by themselves (timestamps, snapshots, director
 * documents) and those of the delegations for policy, settings and deltas. INVARIANT (no code from online keys): whoever
 * steals one can change what a device may do, never what runs on it, however delegations were written.
 */
final class OnlineKeys {
    private final Set<String> materials;

    private OnlineKeys(Set<String> materials) {
        this.materials = materials;
    }

    static OnlineKeys of(Root director, TrustedMetadata images) {
        Set<String> materials = new HashSet<>();
        for (String role : List.of(Timestamp.TYPE, Snapshot.TYPE, Targets.TYPE)) {
            add(materials, director.role(role), director.keys());
        }
        Root root = images.root().metadata();
        for (String role : List.of(Timestamp.TYPE, Snapshot.TYPE)) {
            add(materials, root.role(role), root.keys());
        }
        Delegations delegations = images.targets().metadata().delegations();
        delegations.roles().stream()
                .filter(role -> role.paths().stream().anyMatch(OnlineKeys::isOnlinePath))
                .forEach(role -> add(materials, role.keys(), delegations.keys()));
        return new OnlineKeys(materials);
    }

    /** Fails if one of the keys that may vouch for {@code target} is online. */
    void requireNoneOf(ResolvedTarget target) {
        for (TrustKey key : target.roleKeys()) {
            if (materials.contains(key.material())) {
                throw new TrustException.NotAllowed(
                        target.path(), target.role(), "its key " + key.keyId() + " is online, and this is code");
            }
        }
    }

    private static boolean isOnlinePath(String pattern) {
        return Arrays.stream(TargetKind.values())
                .filter(kind -> !kind.executable())
                .anyMatch(kind -> pattern.startsWith(kind.directory() + "/"));
    }

    private static void add(Set<String> materials, RoleKeys role, Map<String, TrustKey> keys) {
        for (String keyId : role.keyIds()) {
            TrustKey key = keys.get(keyId);
            if (key != null) {
                materials.add(key.material());
            }
        }
    }
}
