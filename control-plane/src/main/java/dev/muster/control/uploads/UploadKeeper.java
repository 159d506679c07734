package dev.muster.control.uploads;

import dev.muster.control.jobs.Departure;
import dev.muster.control.jobs.FileSweep;
import dev.muster.control.jobs.Retention;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Forgets uploads after {@code muster.uploads.keep}, and files that no row speaks of. */
@Singleton
class UploadKeeper implements Retention, Departure {
    private final UploadConfig config;
    private final FileSweep sweep;
    private final Rows rows = new Rows();
    private final UploadStore store;
    private final UploadFiles files;
    private final Clock clock;

    UploadKeeper(
            UploadConfig config, TenantTransactions transactions, UploadStore store, UploadFiles files, Clock clock) {
        this.config = config;
        this.sweep = new FileSweep(transactions);
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
            sweep.sweep(tenant, files.directory(tenant), clock.instant(), rows, id -> files.delete(tenant, id));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove old uploads", e);
        }
    }

    @Override
    public boolean depart(TenantId tenant) {
        files.remove(tenant);
        return true;
    }

    private final class Rows implements FileSweep.Rows {
        @Override
        public List<UUID> forget(Handle handle) {
            return store.forget(handle, clock.instant().minus(config.keep()));
        }

        @Override
        public List<UUID> known(Handle handle, List<UUID> ids) {
            return store.known(handle, ids);
        }
    }
}
