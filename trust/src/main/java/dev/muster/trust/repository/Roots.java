package dev.muster.trust.repository;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Root files of starter mode: one key per role, threshold 1. */
final class Roots {
    private Roots() {}

    static Signed<Root> create(
            KeyRing keys, Instant expires, String root, String timestamp, String snapshot, String targets) {
        Map<String, TrustKey> listed = new HashMap<>();
        Map<String, RoleKeys> roles = new HashMap<>();
        Map.of(Root.TYPE, root, Timestamp.TYPE, timestamp, Snapshot.TYPE, snapshot, Targets.TYPE, targets)
                .forEach((role, name) -> {
                    TrustKey key = keys.signer(name).publicKey();
                    listed.put(key.keyId(), key);
                    roles.put(role, new RoleKeys(List.of(key.keyId()), 1));
                });
        return Signed.sign(new Root(1, expires, true, listed, roles), List.of(keys.signer(root)));
    }

    /** The same root, one version on, with a later expiry. */
    static Signed<Root> renew(Signed<Root> current, Instant expires, Signer signer) {
        Root root = current.metadata();
        return Signed.sign(
                new Root(root.version() + 1, expires, root.consistentSnapshot(), root.keys(), root.roles()),
                List.of(signer));
    }

    /**
     * The signer called {@code name}, if the root lets its key sign {@code role}: a key directory that was lost and made
     * anew must be noticed here and not by every device.
     */
    static Signer signer(Root root, String role, KeyRing keys, String name) {
        return require("root version " + root.version(), role, root.role(role), keys, name);
    }

    /** Whether the key called {@code name} is held, listed in {@code needed}, and enough by itself. */
    static boolean holds(KeyRing keys, String name, RoleKeys needed) {
        try {
            return needed.threshold() == 1
                    && needed.keyIds()
                            .contains(keys.signer(name, needed.keyIds())
                                    .publicKey()
                                    .keyId());
        } catch (TrustException.NotFound notHeld) {
            return false;
        }
    }

    static Signer require(String keysOf, String role, RoleKeys roleKeys, KeyRing keys, String name) {
        Signer signer = keys.signer(name, roleKeys.keyIds());
        if (!roleKeys.keyIds().contains(signer.publicKey().keyId())) {
            throw new TrustException.Threshold(role, keysOf, roleKeys.threshold(), 0);
        }
        return signer;
    }

    /**
     * The root that follows {@code current}, signed by a threshold of its keys and of the new ones, as every client
     * will demand (5.3.4, 5.3.5).
     */
    static Signed<Root> next(Signed<Root> current, byte[] file) {
        Signed<Root> next = read(file);
        Root before = current.metadata();
        next.requireSignatures(Root.TYPE, "root version " + before.version(), before.role(Root.TYPE), before.keys());
        if (next.version() != before.version() + 1) {
            throw new TrustException.VersionMismatch(Root.TYPE, before.version() + 1, next.version());
        }
        return next;
    }

    /** Reads a root file and checks that its own keys signed it. */
    static Signed<Root> read(byte[] bytes) {
        Signed<Root> root = Signed.root(bytes);
        root.requireSignatures(
                Root.TYPE,
                "the root itself",
                root.metadata().role(Root.TYPE),
                root.metadata().keys());
        return root;
    }
}
