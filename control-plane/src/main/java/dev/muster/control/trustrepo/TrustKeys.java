package dev.muster.control.trustrepo;

import dev.muster.control.config.DataDirectory;
import dev.muster.protocol.identity.TenantId;
import dev.muster.trust.repository.StarterKeys;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys of each tenant that lie on this server. Starter mode: all of them, generated on first use, below the data
 * directory. Strict mode: the online ones. Thread-safe.
 */
@Singleton
final class TrustKeys {
    private final DataDirectory data;
    private final Map<TenantId, StarterKeys> rings = new ConcurrentHashMap<>();

    TrustKeys(DataDirectory data) {
        this.data = data;
    }

    StarterKeys of(TenantId tenant) {
        return rings.computeIfAbsent(tenant, id -> StarterKeys.createOrLoad(directory(id)));
    }

    /** Takes the offline keys off this server that nothing names any more; answers their names. */
    List<String> removeUnused(TenantId tenant, Set<String> inUse) {
        List<String> removed = of(tenant).remove(directory(tenant), inUse);
        if (!removed.isEmpty()) {
            rings.remove(tenant);
        }
        return removed;
    }

    private Path directory(TenantId tenant) {
        data.directory("trust");
        return data.directory("trust/" + tenant.value());
    }
}
