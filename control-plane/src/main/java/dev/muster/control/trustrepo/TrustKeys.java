package dev.muster.control.trustrepo;

import dev.muster.control.config.DataDirectory;
import dev.muster.protocol.identity.TenantId;
import dev.muster.trust.keys.KeyRing;
import dev.muster.trust.repository.StarterKeys;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The keys of each tenant. Starter mode: generated on first use, below the data directory. Thread-safe. */
@Singleton
final class TrustKeys {
    private final DataDirectory data;
    private final Map<TenantId, KeyRing> rings = new ConcurrentHashMap<>();

    TrustKeys(DataDirectory data) {
        this.data = data;
    }

    KeyRing of(TenantId tenant) {
        data.directory("trust");
        return rings.computeIfAbsent(tenant, id -> StarterKeys.createOrLoad(data.directory("trust/" + id.value())));
    }
}
