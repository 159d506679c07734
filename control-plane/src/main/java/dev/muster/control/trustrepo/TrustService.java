package dev.muster.control.trustrepo;

import dev.muster.control.enrolment.TrustRoots;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.trustrepo.TrustFileStore.Repository;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.identity.TenantId;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.metadata.TargetFile;
import dev.muster.trust.repository.Director;
import dev.muster.trust.repository.ImageRepository;
import dev.muster.trust.repository.KeyNames;
import dev.muster.trust.repository.Validity;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** The two repositories of each tenant, made at first use. Thread-safe. */
@Singleton
public final class TrustService implements TrustRoots {
    private static final Logger LOG = Logger.getLogger(TrustService.class);
    private static final String TIMESTAMP = "timestamp.json";
    private static final List<String> SERVER_ROLES =
            List.of(KeyNames.publisher("default"), KeyNames.POLICY, KeyNames.SETTINGS, KeyNames.DELTA);

    private final TrustFileStore store;
    private final TrustKeys keys;
    private final TenantTransactions transactions;
    private final TrustConfig config;
    private final Clock clock;
    private final Map<TenantId, Director> directors = new ConcurrentHashMap<>();

    TrustService(
            TrustFileStore store, TrustKeys keys, TenantTransactions transactions, TrustConfig config, Clock clock) {
        this.store = store;
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

    /** Publishes targets in the caller's transaction; devices see all of them after it, or none. */
    public void publish(Handle handle, TenantId tenant, Collection<Publication> publications) {
        store.lock(handle, tenant);
        KeyRing ring = keys.of(tenant);
        Instant now = clock.instant();
        ImageRepository repository = load(handle, ring, now);
        for (Publication target : publications) {
            repository = repository.withTarget(
                    target.publisher().role(),
                    target.path(),
                    TargetFile.ofSha256(
                            target.length(), target.sha256(), target.custom().toCustom()),
                    ring,
                    now);
        }
        repository.publish(ring, now).store(store.images(handle));
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
            ImageRepository images = load(handle, keys.of(tenant), clock.instant());
            return TrustStatus.starter(images.status(), director(handle, tenant).status());
        });
    }

    /** The director of the tenant, in the caller's transaction. */
    Director director(Handle handle, TenantId tenant) {
        byte[] root = directorRoot(handle, tenant);
        // Reading a root means checking signatures; it changes once in months, and a director holds nothing else.
        return directors.compute(
                tenant,
                (id, known) -> known != null && Arrays.equals(known.root(), root)
                        ? known
                        : Director.of(root, keys.of(tenant)));
    }

    private byte[] directorRoot(Handle handle, TenantId tenant) {
        Optional<byte[]> known = store.newestRoot(handle, Repository.DIRECTOR);
        if (known.isPresent()) {
            return known.get();
        }
        store.lock(handle, tenant);
        // Somebody else may have been first while we waited.
        return store.newestRoot(handle, Repository.DIRECTOR).orElseGet(() -> {
            byte[] root = Director.create(keys.of(tenant), Validity.DEFAULT, clock.instant())
                    .root();
            store.write(handle, Repository.DIRECTOR, "1.root.json", root);
            return root;
        });
    }

    /** The timestamp, signed anew when it is due: devices ask far more often than anybody publishes. */
    private byte[] imageTimestamp(Handle handle, TenantId tenant) {
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
        KeyRing ring = keys.of(tenant);
        ImageRepository images = load(handle, ring, now);
        if (endsSoon(images.status().getFirst().expires(), now)) {
            images = images.renewRoot(ring, now);
        }
        ImageRepository stored = images.renew(SERVER_ROLES, ring, now).store(store.images(handle));
        LOG.debugf("image repository of `%s` holds until %s", tenant, stored.expires());
        Director director = director(handle, tenant);
        if (endsSoon(director.status().expires(), now)) {
            Director renewed = director.renewRoot(Validity.DEFAULT, now);
            store.write(handle, Repository.DIRECTOR, renewed.rootVersion() + ".root.json", renewed.root());
        }
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
        return ImageRepository.load(store.images(handle))
                .orElseGet(() -> ImageRepository.create(ring, Validity.DEFAULT, now));
    }
}
