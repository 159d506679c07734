package dev.muster.control.jobs;

import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Takes away files that are named after rows: of rows whose time is over, and those that no row speaks of. Thread-safe. */
public final class FileSweep {
    /** Longer than a file can be there before its row is. */
    private static final Duration ORPHAN = Duration.ofDays(1);

    private final TenantTransactions transactions;

    public FileSweep(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** What speaks of the files. */
    public interface Rows {
        /** Forgets the rows whose time is over, and says which they were. */
        List<UUID> forget(Handle handle);

        /** Those of the ids that there are rows of. */
        List<UUID> known(Handle handle, List<UUID> ids);
    }

    /** Takes one file away; nothing happens if it is not there. */
    public interface Removal {
        void delete(UUID id) throws IOException;
    }

    /** Goes over the files in {@code directory}, which exists; {@code now} decides what is old. */
    public void sweep(TenantId tenant, Path directory, Instant now, Rows rows, Removal removal) throws IOException {
        // The row first: a file without one is swept, a row without its file would promise what is not there.
        for (UUID id : transactions.in(tenant, rows::forget)) {
            removal.delete(id);
        }
        List<UUID> old = olderThan(directory, now.minus(ORPHAN));
        List<UUID> known = transactions.in(tenant, handle -> rows.known(handle, old));
        for (UUID id : old) {
            if (!known.contains(id)) {
                removal.delete(id);
            }
        }
    }

    private static List<UUID> olderThan(Path directory, Instant before) throws IOException {
        List<UUID> old = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    old.add(UUID.fromString(String.valueOf(file.getFileName())));
                }
            }
        }
        return old;
    }
}
