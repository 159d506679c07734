package dev.muster.trust.repository;

import dev.muster.trust.client.MetadataFiles;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.metadata.Delegations;
import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The director of one tenant: signs what each device must be. Holds the root file, no state of any device; the caller
 * keeps versions per device and signs under the device's lock. Immutable.
 */
public final class Director {
    private final Signed<Root> root;
    private final KeyRing keys;

    private Director(Signed<Root> root, KeyRing keys) {
        this.root = root;
        this.keys = keys;
    }

    /** A director with a new root, version 1, of the ring's {@code director-*} keys. */
    public static Director create(KeyRing keys, Validity validity, Instant now) {
        return new Director(
                Roots.create(
                        keys,
                        now.plus(validity.root()),
                        KeyNames.DIRECTOR_ROOT,
                        KeyNames.DIRECTOR_TIMESTAMP,
                        KeyNames.DIRECTOR_SNAPSHOT,
                        KeyNames.DIRECTOR_TARGETS),
                keys);
    }

    /**
     * A director with a root file that was stored.
     *
     * @param keys must hold {@code director-targets}, {@code director-snapshot} and {@code director-timestamp}
     * @throws dev.muster.trust.TrustException if the file is not what its own keys signed
     */
    public static Director of(byte[] root, KeyRing keys) {
        return new Director(Roots.read(root), keys);
    }

    /** The root file: devices get it at enrolment and fetch later ones as {@code <version>.root.json}. */
    public byte[] root() {
        return root.bytes();
    }

    /** Version of {@link #root()}. */
    public long rootVersion() {
        return root.version();
    }

    /** The same director with its root one version on and valid anew; devices follow by themselves. */
    public Director renewRoot(Validity validity, Instant now) {
        return new Director(Roots.renew(root, now.plus(validity.root()), keys.signer(KeyNames.DIRECTOR_ROOT)), keys);
    }

    /**
     * The same director with the next root, signed elsewhere by old and new keys; devices follow by themselves.
     *
     * @throws dev.muster.trust.TrustException if it does not follow, or takes the online keys away that this ring holds
     */
    public Director withSignedRoot(byte[] file) {
        Director next = new Director(Roots.next(root, file), keys);
        next.signer(Targets.TYPE, KeyNames.DIRECTOR_TARGETS);
        next.signer(Snapshot.TYPE, KeyNames.DIRECTOR_SNAPSHOT);
        next.signer(Timestamp.TYPE, KeyNames.DIRECTOR_TIMESTAMP);
        return next;
    }

    /** Whether this ring can renew the root alone. */
    public boolean canSignRoot() {
        return Roots.holds(keys, KeyNames.DIRECTOR_ROOT, root.metadata().role(Root.TYPE));
    }

    /** Ids of all keys that sign anything here. */
    public Set<String> keyIds() {
        return Set.copyOf(root.metadata().keys().keySet());
    }

    /** Ids of the keys that sign documents, sorted: a document of other keys is refused by whoever follows this root. */
    public SortedSet<String> documentKeyIds() {
        SortedSet<String> ids = new TreeSet<>();
        for (String role : List.of(Targets.TYPE, Snapshot.TYPE, Timestamp.TYPE)) {
            ids.addAll(root.metadata().role(role).keyIds());
        }
        return ids;
    }

    Root rootMetadata() {
        return root.metadata();
    }

    /** The root and who signs under it. Versions of the other roles are per device. */
    public RoleStatus status() {
        return RoleStatus.of(Root.TYPE, root.metadata(), root.metadata().role(Root.TYPE));
    }

    /**
     * Signs one device's document: targets, snapshot and timestamp, all of the same version and expiry.
     *
     * @param version one more than the last one signed for this device, from 1
     * @param targets by path in the image repository
     * @param custom must name the device
     */
    public DirectorDocument sign(
            long version, Map<String, TargetFile> targets, Map<String, ?> custom, Instant now, Duration validity) {
        Instant expires = now.plus(validity);
        Signed<Targets> targetsFile = Signed.sign(
                new Targets(version, expires, targets, Delegations.NONE, new LinkedHashMap<>(custom)),
                List.of(signer(Targets.TYPE, KeyNames.DIRECTOR_TARGETS)));
        Signed<Snapshot> snapshot = Signed.sign(
                new Snapshot(version, expires, Map.of(Targets.TYPE, MetaFile.of(version, targetsFile.bytes()))),
                List.of(signer(Snapshot.TYPE, KeyNames.DIRECTOR_SNAPSHOT)));
        Signed<Timestamp> timestamp = Signed.sign(
                new Timestamp(version, expires, MetaFile.of(version, snapshot.bytes())),
                List.of(signer(Timestamp.TYPE, KeyNames.DIRECTOR_TIMESTAMP)));
        return new DirectorDocument(
                version,
                expires,
                Map.of(
                        MetadataFiles.name(Targets.TYPE, OptionalLong.of(version)), targetsFile.bytes(),
                        MetadataFiles.name(Snapshot.TYPE, OptionalLong.of(version)), snapshot.bytes(),
                        MetadataFiles.name(Timestamp.TYPE, OptionalLong.empty()), timestamp.bytes()));
    }

    private Signer signer(String role, String name) {
        return Roots.signer(root.metadata(), role, keys, name);
    }
}
