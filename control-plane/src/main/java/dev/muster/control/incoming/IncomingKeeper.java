package dev.muster.control.incoming;

import dev.muster.control.artifacts.ArtifactConfig;
import dev.muster.control.jobs.Retention;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Forgets uploads that nobody went on with for {@code muster.artifacts.uploads.keep}, and files that no row speaks of. */
@Singleton
class IncomingKeeper implements Retention {
    private static final Duration ORPHAN = Duration.ofDays(1);

    private final ArtifactConfig config;
    private final TenantTransactions transactions;
    private final OpenUploadStore store;
    private final PartialFiles files;
    private final Clock clock;

    IncomingKeeper(
            ArtifactConfig config,
            TenantTransactions transactions,
            OpenUploadStore store,
            PartialFiles files,
            Clock clock) {
        this.config = config;
        this.transactions = transactions;
        this.store = store;
        this.files = files;
        this.clock = clock;
    }

    @Override
    public String what() {
        return "uploads that were never finished";
    }

    @Override
    public void forget(TenantId tenant) {
        try {
            // The row first, as for uploads of devices: a file without one is swept.
            List<UUID> gone = transactions.in(
                    tenant,
                    handle -> store.forget(
                            handle, clock.instant().minus(config.uploads().keep())));
            for (UUID id : gone) {
                files.delete(tenant, id);
            }
            List<UUID> old = files.olderThan(tenant, clock.instant().minus(ORPHAN));
            List<UUID> known = transactions.in(tenant, handle -> store.known(handle, old));
            for (UUID id : old) {
                if (!known.contains(id)) {
                    files.delete(tenant, id);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove unfinished uploads", e);
        }
    }
}
