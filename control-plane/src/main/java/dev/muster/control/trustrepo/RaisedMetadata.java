package dev.muster.control.trustrepo;

import dev.muster.control.restored.AfterRestore;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;

/** Devices take no older metadata than they have: after a restore all is signed anew with versions that nobody has seen. */
@Singleton
final class RaisedMetadata implements AfterRestore {
    private final TrustService trust;

    RaisedMetadata(TrustService trust) {
        this.trust = trust;
    }

    @Override
    public String what() {
        return "metadata signed anew";
    }

    @Override
    public void restored(Handle handle, TenantId tenant, long floor) {
        trust.raise(handle, tenant, floor);
    }
}
