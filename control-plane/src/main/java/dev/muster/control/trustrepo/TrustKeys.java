package dev.muster.control.trustrepo;

import dev.muster.control.config.DataDirectory;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerProfile;
import dev.muster.control.jobs.Departure;
import dev.muster.protocol.identity.TenantId;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.keys.Signer;
import dev.muster.trust.repository.StarterKeys;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The keys of each tenant that lie on this server. Starter mode: all of them, generated on first use, below the data
 * directory. Strict mode: the online ones. Thread-safe.
 */
@Singleton
final class TrustKeys implements Departure {
    private final DataDirectory data;
    private final boolean production;
    private final Map<TenantId, StarterKeys> rings = new ConcurrentHashMap<>();

    TrustKeys(DataDirectory data, MusterConfig config) {
        this.data = data;
        this.production = config.profile() == ServerProfile.PRODUCTION;
    }

    /** In profile {@code production} no key is made that only people may hold. */
    StarterKeys of(TenantId tenant) {
        return rings.computeIfAbsent(tenant, this::createOrLoad);
    }

    private StarterKeys createOrLoad(TenantId tenant) {
        // Two instances must not make one key each, of which one is lost.
        try (DataDirectory.Held alone = data.hold("trust")) {
            return production
                    ? StarterKeys.createOrLoadOnline(directory(tenant))
                    : StarterKeys.createOrLoad(directory(tenant));
        }
    }

    /** Whether a new tenant's repositories can be made here: their roots need keys that production does not make. */
    boolean canMakeRepositories() {
        return !production;
    }

    /** Names of keys on this server that only people may hold, by tenant; looks at files and makes none. */
    Map<String, List<String>> offlineHeld() {
        Map<String, List<String>> held = new TreeMap<>();
        try (Stream<Path> tenants = Files.list(data.directory("trust"))) {
            for (Path tenant : tenants.filter(Files::isDirectory).sorted().toList()) {
                List<String> names = StarterKeys.offlineIn(tenant);
                if (!names.isEmpty()) {
                    held.put(String.valueOf(tenant.getFileName()), names);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for trust keys", e);
        }
        return held;
    }

    /** The same as signers; what another instance changed in the directory is read when metadata names a key that is new here. */
    KeyRing ring(TenantId tenant) {
        return new KeyRing() {
            @Override
            public Signer signer(String name) {
                return of(tenant).signer(name);
            }

            @Override
            public Signer signer(String name, Collection<String> keyIds) {
                Signer known = of(tenant).signer(name, keyIds);
                if (keyIds.contains(known.publicKey().keyId())) {
                    return known;
                }
                rings.remove(tenant);
                return of(tenant).signer(name, keyIds);
            }
        };
    }

    /** Makes keys to come, beside the old ones; nobody else may change keys of the tenant meanwhile. */
    Map<String, Signer> makeNext(TenantId tenant, Collection<String> names) {
        StarterKeys both = of(tenant).withNext(directory(tenant), names);
        rings.put(tenant, both);
        return both.next();
    }

    /** Ends changes of online keys that were published or given up; see {@link StarterKeys#settle}. */
    List<String> settle(TenantId tenant, Set<String> inUse, Set<String> awaited) {
        List<String> changed = of(tenant).settle(directory(tenant), inUse, awaited);
        if (!changed.isEmpty()) {
            rings.remove(tenant);
        }
        return changed;
    }

    /** Takes the offline keys off this server that nothing names any more; answers their names. */
    List<String> removeUnused(TenantId tenant, Set<String> inUse) {
        List<String> removed = of(tenant).remove(directory(tenant), inUse);
        if (!removed.isEmpty()) {
            rings.remove(tenant);
        }
        return removed;
    }

    @Override
    public String what() {
        return "the keys";
    }

    @Override
    public boolean depart(TenantId tenant) {
        rings.remove(tenant);
        // The keys of evidence lie there too.
        data.remove("trust/" + tenant.value());
        return true;
    }

    private Path directory(TenantId tenant) {
        data.directory("trust");
        return data.directory("trust/" + tenant.value());
    }
}
