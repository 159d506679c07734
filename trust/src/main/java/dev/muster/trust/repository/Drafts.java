package dev.muster.trust.repository;

import dev.muster.trust.TrustException;
import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.DelegatedRole;
import dev.muster.trust.metadata.Delegations;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Root;
import dev.muster.trust.metadata.Snapshot;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.metadata.Timestamp;
import dev.muster.trust.signing.Draft;
import dev.muster.trust.signing.Holders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What has to be signed for a change of the image repository, as drafts that belong together: they are published
 * together, by {@link ImageRepository#withSigned}, or not at all. Immutable.
 */
public final class Drafts {
    /** {@link Draft#repository()} of the image repository's files. */
    public static final String IMAGES = "images";

    /** {@link Draft#repository()} of the director's root. */
    public static final String DIRECTOR = "director";

    private static final Pattern PUBLISHER = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    private final ImageRepository repository;
    private final Instant now;

    private Drafts(ImageRepository repository, Instant now) {
        this.repository = repository;
        this.now = now;
    }

    /** Drafts for what {@code repository} says at {@code now}. */
    public static Drafts of(ImageRepository repository, Instant now) {
        return new Drafts(repository, now);
    }

    /**
     * Other keys for root, targets and publishers, in one step: who is left out keeps their keys, and online keys stay.
     *
     * @param publishers by name; each must exist
     * @throws IllegalArgumentException if nothing is changed, or a key is one that lies on a server
     */
    public List<Draft> rotation(Optional<Holders> root, Optional<Holders> targets, Map<String, Holders> publishers) {
        root.ifPresent(holders -> requireOffline(Root.TYPE, holders));
        targets.ifPresent(holders -> requireOffline(Targets.TYPE, holders));
        publishers.forEach(this::requireOffline);
        List<Draft> drafts = new ArrayList<>();
        if (root.isPresent() || targets.isPresent()) {
            drafts.add(root(root, targets));
        }
        Map<String, Holders> roles = new HashMap<>();
        publishers.forEach((name, holders) -> roles.put(KeyNames.publisher(name), holders));
        roles.keySet().forEach(repository::delegation);
        if (targets.isPresent() || !roles.isEmpty()) {
            Targets current = repository.targetsMetadata();
            List<DelegatedRole> next = current.delegations().roles().stream()
                    .map(role -> withHolders(role, Optional.ofNullable(roles.get(role.name()))))
                    .toList();
            drafts.add(targets(targets.orElseGet(this::holdersOfTargets), next, keysOf(roles)));
        }
        roles.forEach((role, holders) -> drafts.add(role(role, repository.targetsOf(role), holders)));
        if (drafts.isEmpty()) {
            throw new IllegalArgumentException("expected keys for root, targets or a publisher, found none");
        }
        return List.copyOf(drafts);
    }

    /**
     * Other keys for what the server signs by itself, by role: {@code timestamp}, {@code snapshot} and the delegated online ones.
     * People sign the root or the targets that name them; the roles' own files follow at publication, see
     * {@link ImageRepository#withSigned(Map, dev.muster.trust.keys.KeyRing, Instant)}.
     *
     * @throws IllegalArgumentException for no role, or one that people sign
     */
    public List<Draft> onlineRotation(Map<String, TrustKey> roles) {
        Map<String, Holders> top = new TreeMap<>();
        Map<String, Holders> delegated = new TreeMap<>();
        roles.forEach((role, key) -> {
            if (List.of(Timestamp.TYPE, Snapshot.TYPE).contains(role)) {
                top.put(role, new Holders(List.of(key), 1));
            } else if (StarterKeys.ONLINE_ROLES.contains(role)) {
                delegated.put(role, new Holders(List.of(key), 1));
            } else {
                throw new IllegalArgumentException("expected a role that the server signs, found `" + role + "`");
            }
        });
        List<Draft> drafts = new ArrayList<>();
        if (!top.isEmpty()) {
            drafts.add(root(
                    IMAGES,
                    repository.rootMetadata(),
                    top,
                    now.plus(repository.validity().root())));
        }
        if (!delegated.isEmpty()) {
            List<DelegatedRole> next = repository.targetsMetadata().delegations().roles().stream()
                    .map(role -> withHolders(role, Optional.ofNullable(delegated.get(role.name()))))
                    .toList();
            drafts.add(targets(holdersOfTargets(), next, keysOf(delegated)));
        }
        if (drafts.isEmpty()) {
            throw new IllegalArgumentException("expected a role that the server signs, found none");
        }
        return List.copyOf(drafts);
    }

    /** The director's next root with other keys for its {@code targets}, {@code snapshot} and {@code timestamp}. */
    public static Draft directorOnline(Director director, Map<String, TrustKey> roles, Validity validity, Instant now) {
        Map<String, Holders> holders = new TreeMap<>();
        roles.forEach((role, key) -> {
            if (!List.of(Targets.TYPE, Snapshot.TYPE, Timestamp.TYPE).contains(role)) {
                throw new IllegalArgumentException("expected a role of the director, found `" + role + "`");
            }
            holders.put(role, new Holders(List.of(key), 1));
        });
        return root(DIRECTOR, director.rootMetadata(), holders, now.plus(validity.root()));
    }

    /** A publisher of images and apps below its own name, or other keys for one that exists. */
    public List<Draft> delegation(String name, Holders holders) {
        if (!PUBLISHER.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "expected a publisher's name of lower-case letters, digits and `-`, found `" + name + "`");
        }
        requireOffline(name, holders);
        DelegationRule rule = DelegationRule.publisher(name);
        List<DelegatedRole> next = new ArrayList<>();
        boolean known = false;
        for (DelegatedRole role : repository.targetsMetadata().delegations().roles()) {
            boolean same = role.name().equals(rule.role());
            known |= same;
            next.add(same ? withHolders(role, Optional.of(holders)) : role);
        }
        if (!known) {
            next.add(new DelegatedRole(rule.role(), holders.roleKeys(), rule.paths(), List.of(), true));
        }
        return List.of(
                targets(holdersOfTargets(), next, holders.byId()),
                role(rule.role(), repository.targetsOf(rule.role()), holders));
    }

    /** Takes a publisher's word away: what it signed is not accepted any more. */
    public List<Draft> revocation(String name) {
        String role = repository.delegation(KeyNames.publisher(name)).name();
        List<DelegatedRole> next = repository.targetsMetadata().delegations().roles().stream()
                .filter(other -> !other.name().equals(role))
                .toList();
        return List.of(targets(holdersOfTargets(), next, Map.of()));
    }

    /** The same file of {@code role} ({@code root}, {@code targets} or delegated) once more, with a later expiry. */
    public Draft renewal(String role) {
        return switch (role) {
            case Root.TYPE -> root(Optional.empty(), Optional.empty());
            case Targets.TYPE ->
                targets(
                        holdersOfTargets(),
                        repository.targetsMetadata().delegations().roles(),
                        Map.of());
            default -> role(role, repository.targetsOf(role), holdersOf(role));
        };
    }

    /** The next file of a delegated role, with {@code added} targets, by path, beside those that it has. */
    public Draft release(String role, Map<String, TargetFile> added) {
        Map<String, TargetFile> all = new TreeMap<>(repository.targetsOf(role));
        all.putAll(added);
        return role(role, all, holdersOf(role));
    }

    /**
     * The next file of the delegated role that vouches for {@code path}, without that target.
     *
     * @throws TrustException.NotFound if the repository names no such target
     */
    public Draft removal(String path) {
        String role = repository
                .roleOf(path)
                .filter(found -> repository.target(path).isPresent())
                .orElseThrow(() -> new TrustException.NotFound(path, "the image repository"));
        Map<String, TargetFile> rest = new TreeMap<>(repository.targetsOf(role));
        rest.remove(path);
        return role(role, rest, holdersOf(role)).removing(Set.of(path));
    }

    /** The director's next root, with other keys for the root itself or only a later expiry; online keys stay. */
    public static Draft directorRoot(Director director, Optional<Holders> root, Validity validity, Instant now) {
        return root(DIRECTOR, director.rootMetadata(), top(root, Optional.empty()), now.plus(validity.root()));
    }

    private Draft root(Optional<Holders> root, Optional<Holders> targets) {
        return root(
                IMAGES,
                repository.rootMetadata(),
                top(root, targets),
                now.plus(repository.validity().root()));
    }

    private static Map<String, Holders> top(Optional<Holders> root, Optional<Holders> targets) {
        Map<String, Holders> changed = new TreeMap<>();
        root.ifPresent(holders -> changed.put(Root.TYPE, holders));
        targets.ifPresent(holders -> changed.put(Targets.TYPE, holders));
        return changed;
    }

    // Who is not named keeps their keys.
    private static Draft root(String name, Root current, Map<String, Holders> changed, Instant expires) {
        Holders before = Holders.of(current.role(Root.TYPE), current.keys());
        Holders after = changed.getOrDefault(Root.TYPE, before);
        Map<String, RoleKeys> roles = new HashMap<>(current.roles());
        changed.forEach((role, holders) -> roles.put(role, holders.roleKeys()));
        Map<String, TrustKey> offered = new HashMap<>(current.keys());
        changed.values().forEach(holders -> offered.putAll(holders.byId()));
        Root next = new Root(
                current.version() + 1, expires, current.consistentSnapshot(), used(offered, roles.values()), roles);
        List<Draft.Need> needs = new ArrayList<>();
        needs.add(new Draft.Need("root version " + current.version(), before));
        if (!after.equals(before)) {
            needs.add(new Draft.Need("root version " + next.version(), after));
        }
        return Draft.of(name, Root.TYPE, next, needs);
    }

    private Draft targets(Holders holders, List<DelegatedRole> roles, Map<String, TrustKey> added) {
        Targets current = repository.targetsMetadata();
        Map<String, TrustKey> offered = new HashMap<>(current.delegations().keys());
        offered.putAll(added);
        Delegations delegations = new Delegations(
                used(offered, roles.stream().map(DelegatedRole::keys).toList()), roles);
        Targets next = new Targets(
                repository.nextVersion(Targets.TYPE),
                now.plus(repository.validity().targets()),
                current.targets(),
                delegations,
                current.custom());
        return Draft.of(IMAGES, Targets.TYPE, next, List.of(new Draft.Need("root", holders)));
    }

    private Draft role(String role, Map<String, TargetFile> targets, Holders holders) {
        Targets next = new Targets(
                repository.nextVersion(role),
                now.plus(repository.validity().targets()),
                targets,
                Delegations.NONE,
                Map.of());
        return Draft.of(IMAGES, role, next, List.of(new Draft.Need(Targets.TYPE, holders)));
    }

    private static DelegatedRole withHolders(DelegatedRole role, Optional<Holders> holders) {
        return holders.map(given -> new DelegatedRole(
                        role.name(), given.roleKeys(), role.paths(), role.pathHashPrefixes(), role.terminating()))
                .orElse(role);
    }

    private static Map<String, TrustKey> keysOf(Map<String, Holders> roles) {
        Map<String, TrustKey> keys = new HashMap<>();
        roles.values().forEach(holders -> keys.putAll(holders.byId()));
        return keys;
    }

    private static Map<String, TrustKey> used(Map<String, TrustKey> offered, Iterable<RoleKeys> roles) {
        Map<String, TrustKey> used = new HashMap<>();
        roles.forEach(role -> role.keyIds().forEach(keyId -> {
            TrustKey key = offered.get(keyId);
            if (key != null) {
                used.put(keyId, key);
            }
        }));
        return used;
    }

    private Holders holdersOfTargets() {
        Root root = repository.rootMetadata();
        return Holders.of(root.role(Targets.TYPE), root.keys());
    }

    private Holders holdersOf(String role) {
        return Holders.of(
                repository.delegation(role).keys(),
                repository.targetsMetadata().delegations().keys());
    }

    // Devices refuse code from such a key; better said before people have signed.
    private void requireOffline(String role, Holders holders) {
        Set<String> online = new HashSet<>();
        Root root = repository.rootMetadata();
        for (String name : List.of(Timestamp.TYPE, Snapshot.TYPE)) {
            Holders.of(root.role(name), root.keys()).keys().forEach(key -> online.add(key.material()));
        }
        for (String name : StarterKeys.ONLINE_ROLES) {
            holdersOf(name).keys().forEach(key -> online.add(key.material()));
        }
        for (TrustKey key : holders.keys()) {
            if (online.contains(key.material())) {
                throw new TrustException.NotAllowed(role, key.keyId(), "the key is used online");
            }
        }
    }
}
