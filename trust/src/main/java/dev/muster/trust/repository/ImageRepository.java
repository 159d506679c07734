package dev.muster.trust.repository;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.DelegatedRole;
import dev.muster.trust.metadata.Delegations;
import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The image repository of one tenant: all bytes that may ever run or apply on its devices, and who vouches for them.
 * Immutable; every change gives a new value, {@link #publish} seals the changes, {@link #store} writes what is new.
 * Changes of one repository must be made one after the other: the caller holds a lock from load to store.
 */
public final class ImageRepository {
    private final Signed<Root> root;
    private final Signed<Targets> targets;
    private final Map<String, Signed<Targets>> delegated;
    private final Signed<Snapshot> snapshot;
    private final Signed<Timestamp> timestamp;
    // Versions, by role, of the files that the storage has.
    private final Map<String, Long> stored;
    private final Validity validity;

    private ImageRepository(
            Signed<Root> root,
            Signed<Targets> targets,
            Map<String, Signed<Targets>> delegated,
            Signed<Snapshot> snapshot,
            Signed<Timestamp> timestamp,
            Map<String, Long> stored,
            Validity validity) {
        this.root = root;
        this.targets = targets;
        this.delegated = Map.copyOf(delegated);
        this.snapshot = snapshot;
        this.timestamp = timestamp;
        this.stored = Map.copyOf(stored);
        this.validity = validity;
    }

    /** A new repository with the delegations of {@link DelegationRule#STANDARD}: everything at version 1, published. */
    public static ImageRepository create(KeyRing keys, Validity validity, Instant now) {
        return create(keys, DelegationRule.STANDARD, validity, now);
    }

    /** A new repository with delegations of one's own, in order of priority. */
    public static ImageRepository create(KeyRing keys, List<DelegationRule> rules, Validity validity, Instant now) {
        Signed<Root> root = Roots.create(
                keys,
                now.plus(validity.root()),
                KeyNames.ROOT,
                KeyNames.TIMESTAMP,
                KeyNames.SNAPSHOT,
                KeyNames.TARGETS);
        Instant expires = now.plus(validity.targets());
        Map<String, TrustKey> listed = new HashMap<>();
        List<DelegatedRole> roles = new ArrayList<>();
        Map<String, Signed<Targets>> delegated = new HashMap<>();
        for (DelegationRule rule : rules) {
            TrustKey key = keys.signer(rule.role()).publicKey();
            listed.put(key.keyId(), key);
            roles.add(new DelegatedRole(
                    rule.role(), new RoleKeys(List.of(key.keyId()), 1), rule.paths(), List.of(), true));
            Targets empty = new Targets(1, expires, Map.of(), Delegations.NONE, Map.of());
            delegated.put(rule.role(), Signed.sign(empty, List.of(keys.signer(rule.role()))));
        }
        Signed<Targets> targets = Signed.sign(
                new Targets(1, expires, Map.of(), new Delegations(listed, roles), Map.of()),
                List.of(keys.signer(KeyNames.TARGETS)));
        Signed<Snapshot> snapshot =
                RepositoryFiles.snapshot(root, targets, delegated, 1, Map.of(), keys, validity, now);
        Signed<Timestamp> timestamp = RepositoryFiles.timestamp(root, 1, snapshot, keys, validity, now);
        return new ImageRepository(root, targets, delegated, snapshot, timestamp, Map.of(), validity);
    }

    /** As {@link #load(RepositoryStorage, Validity)}, with the usual validity for what is signed from now on. */
    public static Optional<ImageRepository> load(RepositoryStorage storage) {
        return load(storage, Validity.DEFAULT);
    }

    /**
     * The newest published state in {@code storage}; empty if there is none.
     *
     * @param validity of what is signed from now on
     * @throws TrustException if files are missing or are not what the repository's own keys signed
     */
    public static Optional<ImageRepository> load(RepositoryStorage storage, Validity validity) {
        if (storage.read(RepositoryFiles.unversioned(Root.TYPE)).isEmpty()) {
            return Optional.empty();
        }
        Signed<Root> root = Roots.read(RepositoryFiles.file(storage, RepositoryFiles.unversioned(Root.TYPE)));
        Signed<Timestamp> timestamp =
                Signed.timestamp(RepositoryFiles.file(storage, RepositoryFiles.unversioned(Timestamp.TYPE)));
        RepositoryFiles.require(root, Timestamp.TYPE, timestamp);
        MetaFile snapshotFile = timestamp.metadata().snapshot();
        byte[] snapshotBytes =
                RepositoryFiles.file(storage, RepositoryFiles.versioned(Snapshot.TYPE, snapshotFile.version()));
        snapshotFile.check(Snapshot.TYPE, snapshotBytes);
        Signed<Snapshot> snapshot = Signed.snapshot(snapshotBytes);
        RepositoryFiles.require(root, Snapshot.TYPE, snapshot);
        Signed<Targets> targets = RepositoryFiles.targetsFile(storage, snapshot.metadata(), Targets.TYPE);
        RepositoryFiles.require(root, Targets.TYPE, targets);
        Delegations delegations = targets.metadata().delegations();
        Map<String, Signed<Targets>> delegated = new HashMap<>();
        for (DelegatedRole role : delegations.roles()) {
            Signed<Targets> signed = RepositoryFiles.targetsFile(storage, snapshot.metadata(), role.name());
            signed.requireSignatures(role.name(), Targets.TYPE, role.keys(), delegations.keys());
            delegated.put(role.name(), signed);
        }
        ImageRepository loaded = new ImageRepository(root, targets, delegated, snapshot, timestamp, Map.of(), validity);
        return Optional.of(loaded.allStored());
    }

    /** The root file: devices get it at enrolment and fetch later ones as {@code <version>.root.json}. */
    public byte[] root() {
        return root.bytes();
    }

    /** What the repository says about {@code path}, if anything. */
    public Optional<TargetFile> target(String path) {
        return roleOf(path).map(role -> delegated(role).metadata().targets().get(path));
    }

    /** The delegated role that vouches for {@code path}, whether or not there is such a target. */
    public Optional<String> roleOf(String path) {
        return targets.metadata().delegations().roles().stream()
                .filter(role -> role.covers(path))
                .map(DelegatedRole::name)
                .findFirst();
    }

    /** Adds or replaces one target; see {@link #withTargets}. */
    public ImageRepository withTarget(String role, String path, TargetFile file, KeyRing keys, Instant now) {
        return withTargets(role, Map.of(path, file), keys, now);
    }

    /** Adds or replaces targets, by path, of one delegated role, and signs the role. Nothing is published yet. */
    public ImageRepository withTargets(String role, Map<String, TargetFile> added, KeyRing keys, Instant now) {
        for (String path : added.keySet()) {
            if (!roleOf(path).equals(Optional.of(role))) {
                throw new IllegalArgumentException(
                        "expected a path that is delegated to role `" + role + "`, found `" + path + "`");
            }
        }
        Map<String, TargetFile> all = new TreeMap<>(delegated(role).metadata().targets());
        all.putAll(added);
        return withDelegated(role, all, keys, now.plus(validity.targets()));
    }

    /** Takes a target away from its role; devices that are told to install it afterwards refuse. */
    public ImageRepository withoutTarget(String path, KeyRing keys, Instant now) {
        String role = roleOf(path).orElseThrow(() -> new TrustException.NotFound(path, "the image repository"));
        Map<String, TargetFile> all = new TreeMap<>(delegated(role).metadata().targets());
        all.remove(path);
        return withDelegated(role, all, keys, now.plus(validity.targets()));
    }

    /**
     * Takes over a role's file that was signed elsewhere, such as on a disconnected machine.
     *
     * @throws TrustException if it is not the next version, not signed by enough of the role's keys, or names paths
     *     that are not delegated to it
     */
    public ImageRepository withSignedRole(String role, byte[] bytes) {
        delegation(role);
        return withSigned(Map.of(role, bytes));
    }

    /**
     * Takes over files that were signed elsewhere and belong together, such as a new root with the targets that its new
     * keys signed. Checked as a client will check them, as a whole: a root by old and new keys, and under it every role,
     * changed or not.
     *
     * @param files by role name: {@code root}, {@code targets} or delegated
     * @throws TrustException if a file is not the next version or not signed by enough keys, if a role that stays as it
     *     is would no longer be signed by the keys it needs, or if a role names paths that are not delegated to it
     */
    public ImageRepository withSigned(Map<String, byte[]> files) {
        return withSigned(files, role -> delegated(role.name()));
    }

    /**
     * The same, and where the files give a delegated role other keys, of which {@code keys} holds one that is enough, the role's
     * newest content is signed with it: what a server signs by itself moves on while people sign, so no draft of it could wait.
     */
    public ImageRepository withSigned(Map<String, byte[]> files, KeyRing keys, Instant now) {
        byte[] targetsFile = files.get(Targets.TYPE);
        Map<String, TrustKey> listed = targetsFile == null
                ? targets.metadata().delegations().keys()
                : Signed.targets(Targets.TYPE, targetsFile)
                        .metadata()
                        .delegations()
                        .keys();
        return withSigned(files, role -> {
            Signed<Targets> current = delegated(role.name());
            if (current.validSignatures(role.keys(), listed) >= role.keys().threshold()
                    || !Roots.holds(keys, role.name(), role.keys())) {
                return current;
            }
            Targets next = new Targets(
                    nextVersion(role.name()),
                    now.plus(validity.targets()),
                    current.metadata().targets(),
                    Delegations.NONE,
                    Map.of());
            return Signed.sign(
                    next, List.of(keys.signer(role.name(), role.keys().keyIds())));
        });
    }

    private ImageRepository withSigned(Map<String, byte[]> files, Function<DelegatedRole, Signed<Targets>> unchanged) {
        byte[] rootFile = files.get(Root.TYPE);
        Signed<Root> nextRoot = rootFile == null ? root : Roots.next(root, rootFile);
        byte[] targetsFile = files.get(Targets.TYPE);
        Signed<Targets> nextTargets = targetsFile == null ? targets : nextOf(Targets.TYPE, targetsFile);
        RepositoryFiles.require(nextRoot, Targets.TYPE, nextTargets);
        Delegations delegations = nextTargets.metadata().delegations();
        Map<String, Signed<Targets>> all = new HashMap<>();
        for (DelegatedRole role : delegations.roles()) {
            byte[] file = files.get(role.name());
            Signed<Targets> signed = file == null ? unchanged.apply(role) : nextOf(role.name(), file);
            signed.requireSignatures(role.name(), Targets.TYPE, role.keys(), delegations.keys());
            all.put(role.name(), signed);
        }
        for (String role : files.keySet()) {
            if (!role.equals(Root.TYPE) && !role.equals(Targets.TYPE) && !all.containsKey(role)) {
                throw new TrustException.NotFound(role, "the delegations");
            }
        }
        ImageRepository result = new ImageRepository(nextRoot, nextTargets, all, snapshot, timestamp, stored, validity);
        result.requireOwnPathsOnly(files.keySet());
        return result;
    }

    private Signed<Targets> nextOf(String role, byte[] file) {
        Signed<Targets> offered = Signed.targets(role, file);
        if (!new RoleVersions(snapshot).follows(role, offered.version())) {
            throw new TrustException.VersionMismatch(role, nextVersion(role), offered.version());
        }
        return offered;
    }

    private void requireOwnPathsOnly(Set<String> changed) {
        delegated.forEach((role, signed) -> {
            for (String path :
                    changed.contains(role) ? signed.metadata().targets().keySet() : Set.<String>of()) {
                if (!roleOf(path).equals(Optional.of(role))) {
                    throw new TrustException.NotAllowed(path, role, "the path is not delegated to it");
                }
            }
        });
    }

    /**
     * Signs a new timestamp, and a new snapshot where a role or its own key changed or half of its validity is over: devices fetch the
     * snapshot only when there is a reason.
     */
    public ImageRepository publish(KeyRing keys, Instant now) {
        Signed<Snapshot> next = isCurrent(now) ? snapshot : sign(snapshot.version() + 1, keys, now);
        Signed<Timestamp> sealed = RepositoryFiles.timestamp(root, timestamp.version() + 1, next, keys, validity, now);
        return new ImageRepository(root, targets, delegated, next, sealed, stored, validity);
    }

    private boolean isCurrent(Instant now) {
        boolean young = Duration.between(now, snapshot.metadata().expires())
                        .compareTo(validity.snapshot().dividedBy(2))
                >= 0;
        return young
                && snapshot.validSignatures(
                                root.metadata().role(Snapshot.TYPE),
                                root.metadata().keys())
                        > 0
                && isListed(Targets.TYPE, targets)
                && delegated.entrySet().stream().allMatch(entry -> isListed(entry.getKey(), entry.getValue()));
    }

    private boolean isListed(String role, Signed<Targets> signed) {
        MetaFile listed = snapshot.metadata().files().get(role);
        return listed != null && listed.version() == signed.version();
    }

    private Signed<Snapshot> sign(long version, KeyRing keys, Instant now) {
        return RepositoryFiles.snapshot(
                root, targets, delegated, version, snapshot.metadata().files(), keys, validity, now);
    }

    /**
     * Renews what the server may renew alone: each of {@code roles} ({@code targets} or delegated) with less than half of its validity
     * left, and what {@link #publish} renews.
     */
    public ImageRepository renew(List<String> roles, KeyRing keys, Instant now) {
        ImageRepository result = this;
        for (String role : roles) {
            Targets current = role.equals(Targets.TYPE)
                    ? targets.metadata()
                    : delegated(role).metadata();
            if (Duration.between(now, current.expires())
                            .compareTo(validity.targets().dividedBy(2))
                    < 0) {
                Instant expires = now.plus(validity.targets());
                result = role.equals(Targets.TYPE)
                        ? result.withTargetsRenewed(keys, expires)
                        : result.withDelegated(role, current.targets(), keys, expires);
            }
        }
        return result.publish(keys, now);
    }

    /** The root one version on and valid anew; clients follow by themselves. */
    public ImageRepository renewRoot(KeyRing keys, Instant now) {
        Signed<Root> next = Roots.renew(root, now.plus(validity.root()), keys.signer(KeyNames.ROOT));
        return new ImageRepository(next, targets, delegated, snapshot, timestamp, stored, validity);
    }

    /**
     * Everything that {@code keys} can sign, with versions of at least {@code floor}: for a repository that came out of a backup, whose
     * clients may have seen any version below and refuse what is older. From then on the next version of every role, also of one that
     * only people can sign, is above the snapshot's.
     *
     * @param floor at least a thousand million, such as seconds since 1970
     */
    public ImageRepository raised(long floor, KeyRing keys, Instant now) {
        if (floor < RoleVersions.COUNTED_BELOW) {
            throw new IllegalArgumentException(
                    "expected a floor of at least " + RoleVersions.COUNTED_BELOW + ", found " + floor);
        }
        Instant expires = now.plus(validity.targets());
        ImageRepository result = this;
        if (canSign(Targets.TYPE, keys)) {
            result = result.withTargetsRenewed(keys, expires, Math.max(floor, nextVersion(Targets.TYPE)));
        }
        for (String role : delegatedRoles()) {
            if (canSign(role, keys)) {
                result = result.withDelegated(role, targetsOf(role), keys, expires, Math.max(floor, nextVersion(role)));
            }
        }
        Signed<Snapshot> next = result.sign(Math.max(floor, snapshot.version() + 1), keys, now);
        Signed<Timestamp> sealed =
                RepositoryFiles.timestamp(root, Math.max(floor, timestamp.version() + 1), next, keys, validity, now);
        return new ImageRepository(root, result.targets, result.delegated, next, sealed, stored, validity);
    }

    /** Whether {@code keys} alone can sign {@code role}: a key of the role's own name, that counts, and enough by itself. */
    public boolean canSign(String role, KeyRing keys) {
        RoleKeys needed =
                isTopLevel(role) ? root.metadata().role(role) : delegation(role).keys();
        return Roots.holds(keys, role, needed);
    }

    private static boolean isTopLevel(String role) {
        return role.equals(Root.TYPE) || role.equals(Targets.TYPE);
    }

    /** Names of the delegated roles, in order of priority. */
    public List<String> delegatedRoles() {
        return targets.metadata().delegations().roles().stream()
                .map(DelegatedRole::name)
                .toList();
    }

    /** Ids of all keys that sign anything here. */
    public Set<String> keyIds() {
        Set<String> ids = new HashSet<>(root.metadata().keys().keySet());
        ids.addAll(targets.metadata().delegations().keys().keySet());
        return ids;
    }

    /** When the first of snapshot and timestamp ends: publish before. */
    public Instant expires() {
        Instant first = timestamp.metadata().expires();
        Instant second = snapshot.metadata().expires();
        return first.isBefore(second) ? first : second;
    }

    /** All roles as people want to see them. */
    public List<RoleStatus> status() {
        return RoleStatus.all(
                root.metadata(), targets.metadata(), snapshot.metadata(), timestamp.metadata(), delegated);
    }

    /**
     * Published files that are not stored yet, by name, in the order in which they may be written: what the timestamp
     * leads to first, the timestamp last.
     */
    public Map<String, byte[]> changedFiles() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        if (isNew(Root.TYPE, root)) {
            files.put(RepositoryFiles.versioned(Root.TYPE, root.version()), root.bytes());
            files.put(RepositoryFiles.unversioned(Root.TYPE), root.bytes());
        }
        snapshot.metadata().files().forEach((role, file) -> {
            Signed<Targets> signed = role.equals(Targets.TYPE) ? targets : delegated.get(role);
            // A role that was changed after the snapshot waits for the next one; one that was revoked has no file.
            if (signed != null && signed.version() == file.version() && isNew(role, signed)) {
                files.put(RepositoryFiles.versioned(role, file.version()), signed.bytes());
            }
        });
        if (isNew(Snapshot.TYPE, snapshot)) {
            files.put(RepositoryFiles.versioned(Snapshot.TYPE, snapshot.version()), snapshot.bytes());
        }
        if (isNew(Timestamp.TYPE, timestamp)) {
            files.put(RepositoryFiles.unversioned(Timestamp.TYPE), timestamp.bytes());
        }
        return Collections.unmodifiableMap(files);
    }

    /**
     * Writes what is new, in an order that never shows a client half a publication.
     *
     * @return this repository with nothing left to store
     */
    public ImageRepository store(RepositoryStorage storage) {
        changedFiles().forEach(storage::write);
        return allStored();
    }

    private ImageRepository allStored() {
        Map<String, Long> versions = new HashMap<>();
        snapshot.metadata().files().forEach((role, file) -> versions.put(role, file.version()));
        versions.put(Root.TYPE, root.version());
        versions.put(Snapshot.TYPE, snapshot.version());
        versions.put(Timestamp.TYPE, timestamp.version());
        return new ImageRepository(root, targets, delegated, snapshot, timestamp, versions, validity);
    }

    private boolean isNew(String role, Signed<?> signed) {
        return !Objects.equals(stored.get(role), signed.version());
    }

    private ImageRepository withTargetsRenewed(KeyRing keys, Instant expires) {
        return withTargetsRenewed(keys, expires, nextVersion(Targets.TYPE));
    }

    private ImageRepository withTargetsRenewed(KeyRing keys, Instant expires, long version) {
        Targets current = targets.metadata();
        Targets next = new Targets(version, expires, current.targets(), current.delegations(), current.custom());
        Signer signer = Roots.signer(root.metadata(), Targets.TYPE, keys, KeyNames.TARGETS);
        Signed<Targets> signed = Signed.sign(next, List.of(signer));
        return new ImageRepository(root, signed, delegated, snapshot, timestamp, stored, validity);
    }

    private ImageRepository withDelegated(String role, Map<String, TargetFile> all, KeyRing keys, Instant expires) {
        return withDelegated(role, all, keys, expires, nextVersion(role));
    }

    private ImageRepository withDelegated(
            String role, Map<String, TargetFile> all, KeyRing keys, Instant expires, long version) {
        Targets next = new Targets(version, expires, all, Delegations.NONE, Map.of());
        return withDelegated(
                role,
                Signed.sign(
                        next,
                        List.of(Roots.require(
                                Targets.TYPE, role, delegation(role).keys(), keys, role))));
    }

    private ImageRepository withDelegated(String role, Signed<Targets> signed) {
        Map<String, Signed<Targets>> more = new HashMap<>(delegated);
        more.put(role, signed);
        return new ImageRepository(root, targets, more, snapshot, timestamp, stored, validity);
    }

    long nextVersion(String role) {
        return new RoleVersions(snapshot).next(role);
    }

    Root rootMetadata() {
        return root.metadata();
    }

    Targets targetsMetadata() {
        return targets.metadata();
    }

    Validity validity() {
        return validity;
    }

    /** What a delegated role vouches for; nothing if there is no such role. */
    Map<String, TargetFile> targetsOf(String role) {
        Signed<Targets> signed = delegated.get(role);
        return signed == null ? Map.of() : signed.metadata().targets();
    }

    DelegatedRole delegation(String role) {
        return targets.metadata().delegations().roles().stream()
                .filter(candidate -> candidate.name().equals(role))
                .findFirst()
                .orElseThrow(() -> new TrustException.NotFound(role, "the delegations"));
    }

    private Signed<Targets> delegated(String role) {
        Signed<Targets> signed = delegated.get(role);
        if (signed == null) {
            throw new TrustException.NotFound(role, "the delegations");
        }
        return signed;
    }
}
