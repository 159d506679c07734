package dev.muster.control.uploads;

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

/** Forgets uploads after {@code muster.uploads.keep}, and files that no row speaks of. */
@Singleton
class UploadKeeper implements Retention {
    private static final Duration ORPHAN = Duration.ofDays(1);

    private final UploadConfig config;
    private final TenantTransactions transactions;
    private final UploadStore store;
    private final UploadFiles files;
    private final Clock clock;

    UploadKeeper(
            UploadConfig config, TenantTransactions transactions, UploadStore store, UploadFiles files, Clock clock) {
        this.config = config;
        this.transactions = transactions;
        this.store = store;
        this.files = files;
        this.clock = clock;
    }

    @Override
    public String what() {
        return "old uploads";
    }

    @Override
    public void forget(TenantId tenant) {
        try {
            // The row first: a file without one is swept, a row without its file would promise what is not there.
            List<UUID> gone = transactions.in(
                    tenant, handle -> store.forget(handle, clock.instant().minus(config.keep())));
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
            throw new UncheckedIOException("cannot remove old uploads", e);
        }
    }
}
