package dev.muster.control.audit;

import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;

/** What lies beside the trail of a tenant, for those who end tenants. Thread-safe. */
@Singleton
public final class TrailService {
    private final CheckpointFiles files;

    TrailService(CheckpointFiles files) {
        this.files = files;
    }

    /** Takes away the checkpoints of a trail that is gone, and the key that signed them. */
    public void forget(TenantId tenant) {
        files.remove(tenant);
    }
}
