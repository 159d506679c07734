package dev.muster.trust.repository;

import dev.muster.trust.metadata.MetaFile;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Snapshot;

/**
 * Which version a role gets next: one more than the snapshot lists. In a repository that came out of a backup and was raised (see
 * {@link ImageRepository#raised}), one that is above the snapshot's: clients may have seen any below.
 */
record RoleVersions(Signed<Snapshot> snapshot) {
    /** Versions that are counted from 1 on never get so far; those of a repository that was raised begin above. */
    static final long COUNTED_BELOW = 1_000_000_000L;

    // Changes that no snapshot has named yet are still the same, next version.
    long next(String role) {
        long next = listed(role) + 1;
        return isRaised() ? Math.max(next, snapshot.version() + 1) : next;
    }

    /** Whether a file with that version can follow. */
    boolean follows(String role, long version) {
        // A draft that waits for people has the number that was next when it was made; others move on meanwhile.
        boolean waited = isRaised() && version > listed(role) && version < next(role);
        return waited || version == next(role);
    }

    private boolean isRaised() {
        return snapshot.version() >= COUNTED_BELOW;
    }

    private long listed(String role) {
        MetaFile file = snapshot.metadata().files().get(role);
        return file == null ? 0 : file.version();
    }
}
