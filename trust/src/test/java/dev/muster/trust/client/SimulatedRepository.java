package dev.muster.trust.client;

import dev.muster.trust.keys.Ed25519Signer;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.DelegatedRole;
import dev.muster.trust.metadata.Delegations;
import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.Metadata;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A repository in memory with real signatures that does whatever a test wants, right or wrong. */
final class SimulatedRepository implements MetadataFetcher {
    static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    final Map<String, List<Signer>> signers = new HashMap<>();
    final Map<String, Integer> thresholds = new HashMap<>();
    final Map<String, Long> versions = new TreeMap<>();
    final Map<String, Instant> expiry = new HashMap<>();
    final Map<String, Map<String, TargetFile>> targets = new LinkedHashMap<>();
    final Map<String, List<DelegatedRole>> delegations = new HashMap<>();
    final Map<String, byte[]> files = new HashMap<>();
    final List<String> requests = new ArrayList<>();
    boolean consistent = true;
    boolean withHashes = true;

    SimulatedRepository() {
        for (String role : List.of(Root.TYPE, Timestamp.TYPE, Snapshot.TYPE, Targets.TYPE)) {
            signers.put(role, new ArrayList<>(List.of(Ed25519Signer.generate())));
            thresholds.put(role, 1);
            versions.put(role, 1L);
        }
        targets.put(Targets.TYPE, new TreeMap<>());
        publishRoot();
        publish();
    }

    @Override
    public Optional<byte[]> fetch(String fileName, long maxLength) {
        requests.add(fileName);
        return Optional.ofNullable(files.get(fileName));
    }

    byte[] root(long version) {
        return Objects.requireNonNull(files.get(version + ".root.json"));
    }

    void bump(String... roles) {
        for (String role : roles) {
            versions.merge(role, 1L, Long::sum);
        }
    }

    /** Signs the root as it is configured, by the new keys and {@code others}. */
    void publishRoot(Signer... others) {
        Map<String, TrustKey> keys = new HashMap<>();
        Map<String, RoleKeys> roles = new HashMap<>();
        for (String role : List.of(Root.TYPE, Timestamp.TYPE, Snapshot.TYPE, Targets.TYPE)) {
            List<String> ids = new ArrayList<>();
            for (Signer signer : of(role)) {
                keys.put(signer.publicKey().keyId(), signer.publicKey());
                ids.add(signer.publicKey().keyId());
            }
            roles.put(role, new RoleKeys(ids, Objects.requireNonNull(thresholds.get(role))));
        }
        List<Signer> all = new ArrayList<>(of(Root.TYPE));
        all.addAll(List.of(others));
        Root root = new Root(version(Root.TYPE), expires(Root.TYPE), consistent, keys, roles);
        files.put(version(Root.TYPE) + ".root.json", Signed.sign(root, all).bytes());
    }

    void rotate(String role) {
        List<Signer> old = of(Root.TYPE);
        signers.put(role, new ArrayList<>(List.of(Ed25519Signer.generate())));
        bump(Root.TYPE);
        publishRoot(old.toArray(new Signer[0]));
    }

    /** Signs and publishes everything below the root at the versions as they are. */
    void publish() {
        Map<String, MetaFile> listed = new HashMap<>();
        for (String role : targets.keySet()) {
            byte[] bytes = put(role, targetsOf(role));
            listed.put(role, withHashes ? MetaFile.of(version(role), bytes) : MetaFile.ofVersion(version(role)));
        }
        publish(new Snapshot(version(Snapshot.TYPE), expires(Snapshot.TYPE), listed));
    }

    /** Signs and publishes this very snapshot, and a timestamp that leads to it. */
    void publish(Snapshot snapshot) {
        byte[] bytes = put(Snapshot.TYPE, snapshot);
        MetaFile listed = withHashes ? MetaFile.of(snapshot.version(), bytes) : MetaFile.ofVersion(snapshot.version());
        put(Timestamp.TYPE, new Timestamp(version(Timestamp.TYPE), expires(Timestamp.TYPE), listed));
    }

    /** The usual way: everything one version on. */
    void publishNext(String... roles) {
        bump(roles);
        bump(Snapshot.TYPE, Timestamp.TYPE);
        publish();
    }

    byte[] put(String role, Metadata metadata) {
        byte[] bytes = Signed.sign(metadata, of(role)).bytes();
        boolean versioned = consistent && !role.equals(Timestamp.TYPE);
        files.put(
                MetadataFiles.name(role, versioned ? OptionalLong.of(metadata.version()) : OptionalLong.empty()),
                bytes);
        return bytes;
    }

    Targets targetsOf(String role) {
        Map<String, TrustKey> keys = new HashMap<>();
        List<DelegatedRole> roles = delegations.getOrDefault(role, List.of());
        for (DelegatedRole child : roles) {
            of(child.name()).forEach(signer -> keys.put(signer.publicKey().keyId(), signer.publicKey()));
        }
        return new Targets(
                version(role),
                expires(role),
                Objects.requireNonNull(targets.get(role)),
                roles.isEmpty() ? Delegations.NONE : new Delegations(keys, roles),
                Map.of());
    }

    void target(String role, String path, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        Objects.requireNonNull(targets.get(role))
                .put(path, TargetFile.ofSha256(bytes.length, dev.muster.trust.metadata.Hashes.sha256(bytes), Map.of()));
    }

    void delegate(String from, String to, boolean terminating, String... paths) {
        if (!targets.containsKey(to)) {
            signers.put(to, new ArrayList<>(List.of(Ed25519Signer.generate())));
            versions.put(to, 1L);
            targets.put(to, new TreeMap<>());
        }
        List<String> ids =
                of(to).stream().map(signer -> signer.publicKey().keyId()).toList();
        delegations
                .computeIfAbsent(from, role -> new ArrayList<>())
                .add(new DelegatedRole(to, new RoleKeys(ids, 1), List.of(paths), List.of(), terminating));
    }

    void tamper(String fileName, UnaryOperator<String> change) {
        String text = new String(Objects.requireNonNull(files.get(fileName)), StandardCharsets.UTF_8);
        String changed = change.apply(text);
        if (changed.equals(text)) {
            throw new IllegalStateException("nothing was changed in " + fileName);
        }
        files.put(fileName, changed.getBytes(StandardCharsets.UTF_8));
    }

    List<Signer> of(String role) {
        return Objects.requireNonNull(signers.get(role));
    }

    long version(String role) {
        return Objects.requireNonNull(versions.get(role));
    }

    private Instant expires(String role) {
        return expiry.getOrDefault(role, NOW.plus(Duration.ofDays(10)));
    }
}
