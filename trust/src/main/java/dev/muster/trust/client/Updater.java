package dev.muster.trust.client;

import dev.muster.trust.TrustException;
import dev.muster.trust.metadata.DelegatedRole;
import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The TUF client workflow over one repository. Numbers in comments are clauses of the TUF specification 1.0.34. Not
 * thread-safe: one thread at a time.
 */
public final class Updater {
    private final MetadataFetcher fetcher;
    private final TrustStore store;
    private final InstantSource clock;
    private final Limits limits;

    private @Nullable Session session;

    public Updater(MetadataFetcher fetcher, TrustStore store, InstantSource clock, Limits limits) {
        this.fetcher = fetcher;
        this.store = store;
        this.clock = clock;
        this.limits = limits;
    }

    /** Everything that belongs to one refresh: its time, what it verified, and the delegated roles seen since. */
    private record Session(Instant now, TrustedMetadata trusted, Map<Delegator, Signed<Targets>> delegated) {}

    /** One edge of the delegation graph; the same role may be delegated with different keys elsewhere. */
    private record Delegator(String delegator, String role) {}

    /**
     * Gives a store its anchor, the root file that came with the device or its enrolment. A store that already has a
     * sound root keeps it; a damaged one falls back to the anchor, from which the chain is walked again.
     *
     * @throws TrustException if {@code anchor} is not a root file signed by its own keys
     */
    public void initialise(byte[] anchor) {
        selfSigned(anchor);
        if (localRoot().isEmpty()) {
            store.write(Root.TYPE, anchor);
        }
    }

    /**
     * Brings the top-level metadata up to date. Fails closed: what an earlier step verified is kept, as the
     * specification demands, and nothing else changes.
     *
     * @throws TrustException one type per class of failure
     */
    public TrustedMetadata refresh() {
        session = null;
        // 5.1: one time for the whole update, so that it cannot expire half way.
        Instant now = clock.instant();
        Signed<Root> root = updateRoot(now);
        Signed<Timestamp> timestamp = updateTimestamp(root.metadata(), now);
        Signed<Snapshot> snapshot = updateSnapshot(root.metadata(), timestamp.metadata(), now);
        Signed<Targets> targets = updateTargets(root.metadata(), snapshot.metadata(), now);
        TrustedMetadata trusted = new TrustedMetadata(root, timestamp, snapshot, targets);
        session = new Session(now, trusted, new HashMap<>());
        return trusted;
    }

    /**
     * What the repository says about {@code path}, looked for in the delegations too. Refreshes first if that has not
     * been done.
     *
     * @throws TrustException also if a role on the way cannot be verified: the search does not go around it
     */
    public Optional<ResolvedTarget> target(String path) {
        if (session == null) {
            refresh();
        }
        return search(Objects.requireNonNull(session), path);
    }

    /**
     * What was verified last, from the store alone and verified again; expiry does not matter. Empty if there is
     * nothing complete.
     */
    public Optional<TrustedMetadata> loadTrusted() {
        return localRoot()
                .flatMap(root -> localTimestamp(root.metadata()).flatMap(timestamp -> localSnapshot(root.metadata())
                        .filter(snapshot -> fits(timestamp.metadata().snapshot(), Snapshot.TYPE, snapshot))
                        .flatMap(snapshot -> loadTargets(root, timestamp, snapshot))));
    }

    private Optional<TrustedMetadata> loadTargets(
            Signed<Root> root, Signed<Timestamp> timestamp, Signed<Snapshot> snapshot) {
        MetaFile listed = snapshot.metadata().files().get(Targets.TYPE);
        if (listed == null) {
            return Optional.empty();
        }
        return localTargets(listed, topLevel(root.metadata()))
                .map(targets -> new TrustedMetadata(root, timestamp, snapshot, targets));
    }

    // ---- 5.2, 5.3: root

    private Signed<Root> updateRoot(Instant now) {
        // 5.2: the local root is where trust begins; its expiry does not matter yet.
        Signed<Root> initial = localRoot().orElseThrow(() -> new TrustException.NotFound(Root.TYPE, "the trust store"));
        Signed<Root> trusted = initial;
        // 5.3.2, 5.3.9: one version after the other, so that no link of the chain can be left out.
        for (int i = 0; i < limits.maxRootRotations(); i++) {
            long next = trusted.version() + 1;
            // 5.3.3
            Optional<byte[]> bytes = fetch(MetadataFiles.name(Root.TYPE, OptionalLong.of(next)), limits.rootLength());
            if (bytes.isEmpty()) {
                break;
            }
            trusted = nextRoot(trusted, bytes.get(), next);
            // 5.3.8
            store.write(Root.TYPE, trusted.bytes());
        }
        // 5.3.10: only the last root of the chain has to be in time.
        trusted.metadata().requireUnexpired(Root.TYPE, now);
        // 5.3.11: keys that were taken away may have signed far too high versions (fast-forward attack).
        if (lostKeys(initial.metadata(), trusted.metadata(), Timestamp.TYPE)
                || lostKeys(initial.metadata(), trusted.metadata(), Snapshot.TYPE)) {
            store.delete(Timestamp.TYPE);
            store.delete(Snapshot.TYPE);
        }
        return trusted;
    }

    private static Signed<Root> nextRoot(Signed<Root> trusted, byte[] bytes, long version) {
        Signed<Root> offered = Signed.root(bytes);
        // 5.3.4: a threshold of the old keys and a threshold of the new ones.
        requireRootSignatures(offered, trusted.metadata(), "root version " + trusted.version());
        requireRootSignatures(offered, offered.metadata(), "the new root itself");
        // 5.3.5
        if (offered.version() < version) {
            throw new TrustException.Rollback(Root.TYPE, trusted.version(), offered.version());
        }
        requireVersion(Root.TYPE, version, offered.version());
        return offered;
    }

    private Optional<Signed<Root>> localRoot() {
        return store.read(Root.TYPE).flatMap(bytes -> sound(() -> selfSigned(bytes)));
    }

    private static Signed<Root> selfSigned(byte[] bytes) {
        Signed<Root> root = Signed.root(bytes);
        requireRootSignatures(root, root.metadata(), "the root itself");
        return root;
    }

    private static void requireRootSignatures(Signed<Root> offered, Root keysOf, String name) {
        offered.requireSignatures(Root.TYPE, name, keysOf.role(Root.TYPE), keysOf.keys());
    }

    // Keys that were only added, or a new threshold, are no sign of a compromise: rollback protection goes on.
    private static boolean lostKeys(Root before, Root after, String role) {
        return !after.role(role).keyIds().containsAll(before.role(role).keyIds());
    }

    // ---- 5.4: timestamp

    private Signed<Timestamp> updateTimestamp(Root root, Instant now) {
        Optional<Signed<Timestamp>> local = localTimestamp(root);
        // 5.4.1
        String file = MetadataFiles.name(Timestamp.TYPE, OptionalLong.empty());
        byte[] bytes = fetch(file, limits.timestampLength()).orElseThrow(() -> missing(file));
        Signed<Timestamp> offered = Signed.timestamp(bytes);
        // 5.4.2
        requireSignatures(root, Timestamp.TYPE, offered);
        if (local.isPresent()) {
            Signed<Timestamp> trusted = local.get();
            // 5.4.3.1: the same version is no news, whatever it says.
            if (offered.version() == trusted.version()) {
                trusted.metadata().requireUnexpired(Timestamp.TYPE, now);
                return trusted;
            }
            requireNotBefore(Timestamp.TYPE, trusted.version(), offered.version());
            // 5.4.3.2
            requireNotBefore(
                    Snapshot.TYPE,
                    trusted.metadata().snapshot().version(),
                    offered.metadata().snapshot().version());
        }
        // 5.4.4
        offered.metadata().requireUnexpired(Timestamp.TYPE, now);
        // 5.4.5
        store.write(Timestamp.TYPE, bytes);
        return offered;
    }

    private Optional<Signed<Timestamp>> localTimestamp(Root root) {
        return store.read(Timestamp.TYPE)
                .flatMap(bytes -> sound(() -> {
                    Signed<Timestamp> timestamp = Signed.timestamp(bytes);
                    requireSignatures(root, Timestamp.TYPE, timestamp);
                    return timestamp;
                }));
    }

    // ---- 5.5: snapshot

    private Signed<Snapshot> updateSnapshot(Root root, Timestamp timestamp, Instant now) {
        MetaFile listed = timestamp.snapshot();
        // The local snapshot serves the rollback check even where the new timestamp does not list it any more.
        Optional<Signed<Snapshot>> local = localSnapshot(root);
        if (local.isPresent() && fits(listed, Snapshot.TYPE, local.get())) {
            local.get().metadata().requireUnexpired(Snapshot.TYPE, now);
            return local.get();
        }
        // 5.5.1, 5.5.2
        byte[] bytes = fetchListed(root, Snapshot.TYPE, listed, limits.snapshotLength());
        Signed<Snapshot> offered = Signed.snapshot(bytes);
        // 5.5.3
        requireSignatures(root, Snapshot.TYPE, offered);
        // 5.5.4
        requireVersion(Snapshot.TYPE, listed.version(), offered.version());
        // 5.5.5
        local.ifPresent(trusted -> requireNoRollback(trusted.metadata(), offered.metadata()));
        // 5.5.6
        offered.metadata().requireUnexpired(Snapshot.TYPE, now);
        // 5.5.7
        store.write(Snapshot.TYPE, bytes);
        return offered;
    }

    private static void requireNoRollback(Snapshot trusted, Snapshot offered) {
        requireNotBefore(Snapshot.TYPE, trusted.version(), offered.version());
        trusted.files()
                .forEach((role, file) -> requireNotBefore(
                        role, file.version(), offered.file(role).version()));
    }

    private Optional<Signed<Snapshot>> localSnapshot(Root root) {
        return store.read(Snapshot.TYPE)
                .flatMap(bytes -> sound(() -> {
                    Signed<Snapshot> snapshot = Signed.snapshot(bytes);
                    requireSignatures(root, Snapshot.TYPE, snapshot);
                    return snapshot;
                }));
    }

    // ---- 5.6: targets and delegations

    private Signed<Targets> updateTargets(Root root, Snapshot snapshot, Instant now) {
        return targets(root, snapshot, topLevel(root), now);
    }

    private static Delegation topLevel(Root root) {
        return new Delegation(Targets.TYPE, Root.TYPE, root.role(Targets.TYPE), root.keys());
    }

    private Signed<Targets> targets(Root root, Snapshot snapshot, Delegation delegation, Instant now) {
        String role = delegation.role();
        MetaFile listed = snapshot.file(role);
        // A kept file counts only if the role's present delegator would accept it.
        Optional<Signed<Targets>> local = localTargets(listed, delegation);
        if (local.isPresent()) {
            local.get().metadata().requireUnexpired(role, now);
            return local.get();
        }
        // 5.6.1, 5.6.2
        byte[] bytes = fetchListed(root, role, listed, limits.targetsLength());
        Signed<Targets> offered = Signed.targets(role, bytes);
        // 5.6.3
        delegation.requireSignatures(offered);
        // 5.6.4
        requireVersion(role, listed.version(), offered.version());
        // 5.6.5
        offered.metadata().requireUnexpired(role, now);
        // 5.6.6
        store.write(role, bytes);
        return offered;
    }

    private Optional<Signed<Targets>> localTargets(MetaFile listed, Delegation delegation) {
        return store.read(delegation.role()).flatMap(bytes -> sound(() -> {
                    Signed<Targets> targets = Signed.targets(delegation.role(), bytes);
                    delegation.requireSignatures(targets);
                    return targets;
                })
                .filter(targets -> fits(listed, delegation.role(), targets)));
    }

    // 5.6.7: pre-order, depth first, in the order of the delegations.
    private Optional<ResolvedTarget> search(Session current, String path) {
        TrustedMetadata trusted = current.trusted();
        Deque<Delegation> toVisit =
                new ArrayDeque<>(List.of(topLevel(trusted.root().metadata())));
        Set<String> visited = new HashSet<>();
        // 5.6.7.1: no role twice, and no more roles than allowed: somebody else drew this graph.
        while (!toVisit.isEmpty() && visited.size() <= limits.maxDelegations()) {
            Delegation delegation = toVisit.pop();
            if (!visited.add(delegation.role())) {
                continue;
            }
            Targets targets = verified(current, delegation).metadata();
            TargetFile file = targets.targets().get(path);
            if (file != null) {
                return Optional.of(new ResolvedTarget(path, file, delegation.role(), delegation.listedKeys()));
            }
            Deque<Delegation> children = new ArrayDeque<>();
            for (DelegatedRole child : targets.delegations().roles()) {
                if (child.covers(path)) {
                    children.push(new Delegation(
                            child.name(),
                            delegation.role(),
                            child.keys(),
                            targets.delegations().keys()));
                    if (child.terminating()) {
                        // 5.6.7.2.1: nothing outside this branch is asked any more.
                        toVisit.clear();
                        break;
                    }
                }
            }
            children.forEach(toVisit::push);
        }
        return Optional.empty();
    }

    private Signed<Targets> verified(Session current, Delegation delegation) {
        TrustedMetadata trusted = current.trusted();
        if (delegation.role().equals(Targets.TYPE)) {
            return trusted.targets();
        }
        Delegator edge = new Delegator(delegation.delegator(), delegation.role());
        Signed<Targets> known = current.delegated().get(edge);
        if (known == null) {
            known = targets(trusted.root().metadata(), trusted.snapshot().metadata(), delegation, current.now());
            current.delegated().put(edge, known);
        }
        return known;
    }

    // ---- shared steps

    private byte[] fetchListed(Root root, String role, MetaFile listed, long most) {
        OptionalLong version = root.consistentSnapshot() ? OptionalLong.of(listed.version()) : OptionalLong.empty();
        String file = MetadataFiles.name(role, version);
        long limit = listed.length().isPresent() ? Math.min(listed.length().getAsLong(), most) : most;
        byte[] bytes = fetch(file, limit).orElseThrow(() -> missing(file));
        listed.check(role, bytes);
        return bytes;
    }

    private Optional<byte[]> fetch(String file, long most) {
        try {
            Optional<byte[]> bytes = fetcher.fetch(file, most);
            if (bytes.isPresent() && bytes.get().length > most) {
                throw new TrustException.Length(file, most, "at least " + bytes.get().length);
            }
            return bytes;
        } catch (IOException e) {
            throw new TrustException.Unreachable(file, e);
        }
    }

    private static TrustException missing(String file) {
        return new TrustException.NotFound(file, "the repository");
    }

    private static void requireSignatures(Root root, String role, Signed<?> offered) {
        offered.requireSignatures(role, Root.TYPE, root.role(role), root.keys());
    }

    private static void requireNotBefore(String what, long trusted, long offered) {
        if (offered < trusted) {
            throw new TrustException.Rollback(what, trusted, offered);
        }
    }

    private static void requireVersion(String role, long expected, long found) {
        if (found != expected) {
            throw new TrustException.VersionMismatch(role, expected, found);
        }
    }

    private static boolean fits(MetaFile listed, String role, Signed<?> kept) {
        return kept.version() == listed.version()
                && sound(() -> {
                            listed.check(role, kept.bytes());
                            return kept;
                        })
                        .isPresent();
    }

    /** A step on local bytes: what does not hold is as good as not there. */
    private interface LocalStep<T> {
        T run();
    }

    private static <T> Optional<T> sound(LocalStep<T> step) {
        try {
            return Optional.of(step.run());
        } catch (TrustException.Storage e) {
            throw e;
        } catch (TrustException e) {
            return Optional.empty();
        }
    }
}
