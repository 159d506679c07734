package dev.muster.control.trustrepo;

import dev.muster.control.access.Caller;
import dev.muster.control.enrolment.TrustRoots;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.tenancy.Trip;
import dev.muster.control.trustrepo.TrustFileStore.Repository;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.identity.TenantId;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.metadata.Targets;
import dev.muster.trust.repository.Director;
import dev.muster.trust.repository.Drafts;
import dev.muster.trust.repository.ImageRepository;
import dev.muster.trust.repository.KeyNames;
import dev.muster.trust.repository.StarterKeys;
import dev.muster.trust.repository.Validity;
import dev.muster.trust.signing.Draft;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** The two repositories of each tenant, made at first use. Thread-safe. */
@Singleton
public final class TrustService implements TrustRoots {
    private static final Logger LOG = Logger.getLogger(TrustService.class);
    private static final String TIMESTAMP = "timestamp.json";
    private static final int MOST_DRAFTS = 1_000;

    private final TrustFileStore store;
    private final TrustDraftStore drafts;
    private final TrustKeys keys;
    private final TenantTransactions transactions;
    private final TrustConfig config;
    private final Clock clock;
    private final Map<TenantId, Director> directors = new ConcurrentHashMap<>();

    TrustService(
            TrustFileStore store,
            TrustDraftStore drafts,
            TrustKeys keys,
            TenantTransactions transactions,
            TrustConfig config,
            Clock clock) {
        this.store = store;
        this.drafts = drafts;
        this.keys = keys;
        this.transactions = transactions;
        this.config = config;
        this.clock = clock;
    }

    /**
     * One target to publish.
     *
     * @param path in the image repository; its first part must be one the publisher speaks for
     */
    public record Publication(Publisher publisher, String path, long length, String sha256, TargetCustom custom) {}

    @Override
    public Roots of(TenantId tenant) {
        return transactions.in(tenant, handle -> {
            byte[] director = directorRoot(handle, tenant);
            imageTimestamp(handle, tenant);
            byte[] images = store.newestRoot(handle, Repository.IMAGES).orElseThrow();
            return new Roots(new String(director, StandardCharsets.UTF_8), new String(images, StandardCharsets.UTF_8));
        });
    }

    /**
     * Publishes targets in the caller's transaction; devices see all of them after it, or none. What only a publisher
     * can sign, who holds the key elsewhere, becomes a draft that waits for the signature.
     */
    public void publish(Handle handle, TenantId tenant, Collection<Publication> publications) {
        store.lock(handle, tenant);
        KeyRing ring = keys.ring(tenant);
        Instant now = clock.instant();
        ImageRepository repository = load(handle, ring, now);
        Map<String, Map<String, TargetFile>> elsewhere = new TreeMap<>();
        boolean here = false;
        for (Publication target : publications) {
            String role = target.publisher().role();
            TargetFile file = TargetFile.ofSha256(
                    target.length(), target.sha256(), target.custom().toCustom());
            if (repository.canSign(role, ring)) {
                repository = repository.withTarget(role, target.path(), file, ring, now);
                here = true;
            } else {
                elsewhere.computeIfAbsent(role, key -> new TreeMap<>()).put(target.path(), file);
            }
        }
        if (here) {
            repository = repository.publish(ring, now).store(store.images(handle));
        }
        for (Map.Entry<String, Map<String, TargetFile>> entry : elsewhere.entrySet()) {
            draftRelease(handle, tenant, repository, entry.getKey(), entry.getValue());
        }
    }

    /**
     * Uploads wait together until the first signature is given; after that, and behind a change of keys, they wait in a draft of
     * their own for their turn, so that no signature is asked for twice.
     */
    private void draftRelease(
            Handle handle, TenantId tenant, ImageRepository repository, String role, Map<String, TargetFile> added) {
        Instant now = clock.instant();
        Optional<TrustDraft> open = drafts.open(handle, Drafts.IMAGES, role);
        Optional<TrustDraft> joined =
                open.isEmpty() || open.get().isUnsignedUpload() ? open : drafts.queued(handle, Drafts.IMAGES, role);
        Map<String, TargetFile> all = new TreeMap<>();
        if (joined.isPresent() && joined.get().draft().metadata() instanceof Targets waiting) {
            all.putAll(waiting.targets());
        }
        all.putAll(added);
        Draft draft = Drafts.of(repository, now).release(role, all);
        if (joined.isPresent()) {
            drafts.replaceBody(handle, joined.get().id(), draft);
            return;
        }
        drafts.insert(
                handle,
                new TrustDraft(
                        UUID.randomUUID(),
                        UUID.randomUUID(),
                        "upload",
                        open.isEmpty() ? "open" : "queued",
                        draft,
                        now,
                        new Caller.Server(tenant, "upload").actor(),
                        Optional.empty()));
    }

    /**
     * Opens the uploads that waited behind a draft of the role, which was published or given up; made anew on what holds now.
     *
     * @param removed paths that the draft took away: what waited was made when they were still there
     */
    void openQueued(Handle handle, TenantId tenant, String role, Set<String> removed) {
        Optional<TrustDraft> queued = drafts.queued(handle, Drafts.IMAGES, role);
        if (queued.isEmpty() || drafts.open(handle, Drafts.IMAGES, role).isPresent()) {
            return;
        }
        Map<String, TargetFile> waiting = new TreeMap<>();
        if (queued.get().draft().metadata() instanceof Targets targets) {
            waiting.putAll(targets.targets());
        }
        waiting.keySet().removeAll(removed);
        drafts.replaceBody(
                handle,
                queued.get().id(),
                Drafts.of(lockedImages(handle, tenant), clock.instant()).release(role, waiting));
        drafts.open(handle, queued.get().id());
    }

    /**
     * Those of the paths that devices would not find in the image repository; joins the caller's transaction. Reading the
     * repository means checking every signature in it, so ask once for all.
     */
    public Set<String> unpublished(Handle handle, TenantId tenant, Collection<String> paths) {
        if (paths.isEmpty()) {
            return Set.of();
        }
        ImageRepository images = load(handle, keys.ring(tenant), clock.instant());
        return paths.stream().filter(path -> images.target(path).isEmpty()).collect(Collectors.toSet());
    }

    /**
     * Takes a target out of the image repository in the caller's transaction, where this server holds the key of its role;
     * a target that is not there is out already.
     *
     * @return false where only somebody elsewhere can sign that it is gone
     */
    public boolean unpublish(Handle handle, TenantId tenant, String path) {
        store.lock(handle, tenant);
        KeyRing ring = keys.ring(tenant);
        Instant now = clock.instant();
        ImageRepository repository = load(handle, ring, now);
        if (repository.target(path).isEmpty()) {
            return true;
        }
        Optional<String> role = repository.roleOf(path);
        if (role.isEmpty() || !repository.canSign(role.get(), ring)) {
            return false;
        }
        repository.withoutTarget(path, ring, now).publish(ring, now).store(store.images(handle));
        return true;
    }

    /**
     * Those of the paths that signed metadata names and that only somebody elsewhere can take out, with the role that has
     * to sign; joins the caller's transaction.
     */
    public Map<String, String> heldElsewhere(Handle handle, TenantId tenant, Collection<String> paths) {
        KeyRing ring = keys.ring(tenant);
        ImageRepository repository = load(handle, ring, clock.instant());
        Map<String, String> held = new TreeMap<>();
        for (String path : paths) {
            if (repository.target(path).isPresent()) {
                repository
                        .roleOf(path)
                        .filter(role -> !repository.canSign(role, ring))
                        .ifPresent(role -> held.put(path, role));
            }
        }
        return held;
    }

    /** Paths that drafts name which wait for something, each with the draft's id and role; joins the caller's transaction. */
    public Map<String, String> drafted(Handle handle) {
        Map<String, String> named = new TreeMap<>();
        for (TrustDraft draft : drafts.allWaiting(handle)) {
            // One that takes targets away has all others of its role, which wait for nothing.
            if (draft.draft().removes().isEmpty() && draft.draft().metadata() instanceof Targets targets) {
                targets.targets()
                        .keySet()
                        .forEach(path -> named.put(
                                path, draft.id() + " of " + draft.draft().role()));
            }
        }
        return named;
    }

    /** Paths that waiting drafts are to take away, each with the draft's id and role; joins the caller's transaction. */
    public Map<String, String> removing(Handle handle) {
        Map<String, String> named = new TreeMap<>();
        for (TrustDraft draft : drafts.allWaiting(handle)) {
            draft.draft()
                    .removes()
                    .forEach(path ->
                            named.put(path, draft.id() + " of " + draft.draft().role()));
        }
        return named;
    }

    /** A file of the image repository as it is served; empty if there is none. */
    Optional<byte[]> image(TenantId tenant, String fileName) {
        return transactions.in(tenant, handle -> {
            if (fileName.equals(TIMESTAMP)) {
                return Optional.of(imageTimestamp(handle, tenant));
            }
            return store.read(handle, Repository.IMAGES, fileName);
        });
    }

    /** Every role of both repositories with its version, expiry, keys and threshold; opens a transaction of its own. */
    public TrustStatus status(TenantId tenant) {
        return transactions.in(tenant, handle -> {
            imageTimestamp(handle, tenant);
            StarterKeys ring = keys.of(tenant);
            Set<String> held = new HashSet<>();
            ring.offlineHeld()
                    .forEach(name -> held.add(ring.signer(name).publicKey().keyId()));
            return TrustStatus.of(
                    load(handle, ring, clock.instant()).status(),
                    director(handle, tenant).status(),
                    held,
                    (int) drafts.list(handle, MOST_DRAFTS).stream()
                            .filter(draft -> draft.state().equals("open"))
                            .count());
        });
    }

    /** The image repository as it is published, for a change; nobody else changes it until the transaction ends. */
    ImageRepository lockedImages(Handle handle, TenantId tenant) {
        store.lock(handle, tenant);
        ImageRepository images = load(handle, keys.ring(tenant), clock.instant());
        return images.store(store.images(handle));
    }

    /**
     * Signs all that this server can sign anew, above {@code floor}: devices may have seen any version below it. What only people sign
     * waits for them.
     */
    void raise(Handle handle, TenantId tenant, long floor) {
        store.lock(handle, tenant);
        KeyRing ring = keys.ring(tenant);
        ImageRepository.load(store.images(handle)).ifPresent(images -> {
            ImageRepository stored = images.raised(floor, ring, clock.instant()).store(store.images(handle));
            LOG.infof("image repository of `%s` holds until %s", tenant, stored.expires());
        });
    }

    /** Publishes files that were signed elsewhere, all or none. */
    void publishSigned(Handle handle, TenantId tenant, Map<String, byte[]> images, Optional<byte[]> directorRoot) {
        if (!images.isEmpty()) {
            Instant now = clock.instant();
            lockedImages(handle, tenant)
                    .withSigned(images, keys.ring(tenant), now)
                    .publish(keys.ring(tenant), now)
                    .store(store.images(handle));
        }
        directorRoot.ifPresent(
                root -> writeDirector(handle, director(handle, tenant).withSignedRoot(root)));
    }

    /**
     * Takes offline keys off this server that no root and no delegation names any more, and ends changes of online keys that were
     * published or given up; answers their names.
     */
    List<String> removeUnusedKeys(TenantId tenant) {
        // Under the lock: a key that is just being made is named by no draft yet.
        return transactions.in(tenant, handle -> {
            store.lock(handle, tenant);
            Set<String> inUse = new HashSet<>(
                    load(handle, keys.ring(tenant), clock.instant()).keyIds());
            inUse.addAll(director(handle, tenant).keyIds());
            Set<String> awaited = new HashSet<>();
            drafts.allWaiting(handle)
                    .forEach(draft -> awaited.addAll(draft.draft().keyIds()));
            List<String> changed = new ArrayList<>(keys.settle(tenant, inUse, awaited));
            changed.addAll(keys.removeUnused(tenant, inUse));
            return changed;
        });
    }

    /** The newest root file of a repository: what a device can be anchored to. */
    Optional<byte[]> root(TenantId tenant, Repository repository) {
        of(tenant);
        return transactions.in(tenant, handle -> store.newestRoot(handle, repository));
    }

    /** The director of the tenant, in the caller's transaction. */
    Director director(Handle handle, TenantId tenant) {
        return director(tenant, directorRoot(handle, tenant));
    }

    /** The director of the newest root, which is made if the tenant has none yet; to be looked at after the trip. */
    Function<Handle, Director> director(Trip trip, TenantId tenant) {
        Trip.Answer<byte[]> root = trip.ask(store.newestRoot(Repository.DIRECTOR));
        return handle -> director(tenant, root.first().orElseGet(() -> directorRoot(handle, tenant)));
    }

    private Director director(TenantId tenant, byte[] root) {
        // Reading a root means checking signatures; it changes once in months, and a director holds nothing else.
        return directors.compute(
                tenant,
                (id, known) -> known != null && Arrays.equals(known.root(), root)
                        ? known
                        : Director.of(root, new QuickKeys(keys.ring(tenant))));
    }

    private byte[] directorRoot(Handle handle, TenantId tenant) {
        Optional<byte[]> known = store.newestRoot(handle, Repository.DIRECTOR);
        if (known.isPresent()) {
            return known.get();
        }
        store.lock(handle, tenant);
        // Somebody else may have been first while we waited.
        return store.newestRoot(handle, Repository.DIRECTOR).orElseGet(() -> {
            requireStarter();
            byte[] root = Director.create(keys.of(tenant), Validity.DEFAULT, clock.instant())
                    .root();
            store.write(handle, Repository.DIRECTOR, "1.root.json", root);
            return root;
        });
    }

    /** The timestamp, signed anew when it is due: devices ask far more often than anybody publishes. */
    byte[] imageTimestamp(Handle handle, TenantId tenant) {
        Instant now = clock.instant();
        Instant due = now.minus(config.refreshAfter());
        if (!writtenAfter(handle, due)) {
            store.lock(handle, tenant);
            if (!writtenAfter(handle, due)) {
                renew(handle, tenant, now);
            }
        }
        return store.read(handle, Repository.IMAGES, TIMESTAMP).orElseThrow();
    }

    /** All that the server holds keys for, which in starter mode is everything; roots are renewed in their last quarter. */
    private void renew(Handle handle, TenantId tenant, Instant now) {
        KeyRing ring = keys.ring(tenant);
        ImageRepository images = load(handle, ring, now);
        if (images.canSign(KeyNames.ROOT, ring)
                && endsSoon(images.status().getFirst().expires(), now)) {
            images = images.renewRoot(ring, now);
        }
        List<String> roles = new ArrayList<>(images.delegatedRoles());
        roles.add(KeyNames.TARGETS);
        ImageRepository signable = images;
        roles.removeIf(role -> !signable.canSign(role, ring));
        ImageRepository stored = images.renew(roles, ring, now).store(store.images(handle));
        LOG.debugf("image repository of `%s` holds until %s", tenant, stored.expires());
        Director director = director(handle, tenant);
        if (director.canSignRoot() && endsSoon(director.status().expires(), now)) {
            writeDirector(handle, director.renewRoot(Validity.DEFAULT, now));
        }
    }

    private void writeDirector(Handle handle, Director director) {
        store.write(handle, Repository.DIRECTOR, director.rootVersion() + ".root.json", director.root());
    }

    private static boolean endsSoon(Instant expires, Instant now) {
        return expires.isBefore(now.plus(Validity.DEFAULT.root().dividedBy(4)));
    }

    private boolean writtenAfter(Handle handle, Instant due) {
        return store.writtenAt(handle, Repository.IMAGES, TIMESTAMP)
                .filter(at -> at.isAfter(due))
                .isPresent();
    }

    private ImageRepository load(Handle handle, KeyRing ring, Instant now) {
        return ImageRepository.load(store.images(handle)).orElseGet(() -> {
            requireStarter();
            return ImageRepository.create(ring, Validity.DEFAULT, now);
        });
    }

    private void requireStarter() {
        if (!keys.canMakeRepositories()) {
            throw new ProblemException(
                    ProblemCode.TRUST_NOT_READY,
                    "the tenant has no trust repositories yet, and profile `production` makes no root or publisher keys"
                            + " on this server: begin with profile `trial` and hand the keys over");
        }
    }
}
