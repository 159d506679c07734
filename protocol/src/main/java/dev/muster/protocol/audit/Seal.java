package dev.muster.protocol.audit;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * The seal on one audit row: its place in the tenant's chain, and hashes that hold it there. Places are the order of
 * sealing, without gaps from 1 on.
 *
 * @param row id of the sealed row
 * @param sealedAt when, in whole microseconds
 * @param rowHash of the row as it was then
 * @param previous hash of the seal before, {@link Digest#ZERO} at position 1
 * @param hash over all of these
 */
public record Seal(long position, long row, Instant sealedAt, Digest rowHash, Digest previous, Digest hash) {
    private static final String DOMAIN = "muster audit seal 1";

    /** The seal that follows {@code previous}. */
    public static Seal next(long position, Digest previous, AuditRow row, Instant sealedAt) {
        Digest rowHash = row.hash();
        return new Seal(
                position, row.id(), sealedAt, rowHash, previous, hash(position, row.id(), sealedAt, rowHash, previous));
    }

    /** Whether its hash is over its own members, and at this position. */
    public boolean holds() {
        return holdsAt(position);
    }

    /** Whether it was made at {@code elsewhere}. */
    boolean holdsAt(long elsewhere) {
        return hash.equals(hash(elsewhere, row, sealedAt, rowHash, previous));
    }

    private static Digest hash(long position, long row, Instant sealedAt, Digest rowHash, Digest previous) {
        ByteBuffer numbers = ByteBuffer.allocate(3 * Long.BYTES);
        numbers.putLong(position).putLong(row).putLong(CanonicalForm.micros(sealedAt));
        return Digest.over(DOMAIN, previous.bytes(), numbers.array(), rowHash.bytes());
    }
}
