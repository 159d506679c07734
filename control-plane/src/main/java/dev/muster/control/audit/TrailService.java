package dev.muster.control.audit;

import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;

/** What lies beside the trail of a tenant, for those who end tenants. Thread-safe. */
@Singleton
public final class TrailService {
    private final CheckpointFiles files;
    private final ExportService exports;

    TrailService(CheckpointFiles files, ExportService exports) {
        this.files = files;
        this.exports = exports;
    }

    /** Writes the whole trail of a tenant as NDJSON, as its own administrators export it; the caller says who may have it. */
    public void write(TenantId tenant, OutputStream out) throws IOException {
        exports.write(tenant, AuditFilter.of(null, null, null, null, null), ExportFormat.NDJSON, out);
    }

    /** Takes away the checkpoints of a trail that is gone, and the key that signed them. */
    public void forget(TenantId tenant) {
        files.remove(tenant);
    }
}
