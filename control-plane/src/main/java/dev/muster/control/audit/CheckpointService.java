package dev.muster.control.audit;

import dev.muster.control.access.Access;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.audit.Checkpoint;
import dev.muster.protocol.audit.Seal;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Says outside of the database what each chain is. INVARIANT (no second truth): a chain that no longer contains the newest
 * checkpoint gets no other, so that a later verification still finds what is missing. Thread-safe.
 */
@Singleton
final class CheckpointService {
    private static final Logger LOG = Logger.getLogger(CheckpointService.class);

    private final SealStore seals;
    private final AuditStore audit;
    private final CheckpointFiles files;
    private final TenantTransactions transactions;
    private final Clock clock;

    CheckpointService(
            SealStore seals, AuditStore audit, CheckpointFiles files, TenantTransactions transactions, Clock clock) {
        this.seals = seals;
        this.audit = audit;
        this.files = files;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Keeps a checkpoint if the chain has grown since the last one; whether it did. */
    boolean keep(TenantId tenant) {
        Optional<Checkpoint> before = files.latest(tenant);
        Optional<Seal> head = transactions.in(tenant, seals::head);
        long reached = head.map(Seal::position).orElse(0L);
        if (before.isPresent() && !contains(tenant, before.get())) {
            LOG.errorf(
                    "the audit chain of `%s` no longer contains the checkpoint of %s at position %d: rows were removed or"
                            + " rewritten; run `muster audit verify`",
                    tenant, before.get().at(), before.get().position());
            return false;
        }
        if (head.isEmpty()
                || before.filter(known -> known.position() == reached).isPresent()) {
            return false;
        }
        files.keep(tenant, files.sign(tenant, head.get(), clock.instant()));
        return true;
    }

    /** A checkpoint of now, for somebody who keeps it elsewhere. That it was handed out is an audit row. */
    CheckpointFiles.Signed issue(Access access) {
        TenantId tenant = access.tenant();
        Seal head = transactions
                .in(tenant, seals::head)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.CONFLICT, "nothing is sealed yet, so there is nothing to keep"));
        Optional<Checkpoint> before = files.latest(tenant);
        if (before.isPresent() && !contains(tenant, before.get())) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "the chain no longer contains the checkpoint of "
                            + before.get().at() + " at position " + before.get().position()
                            + ": rows were removed or rewritten");
        }
        CheckpointFiles.Signed signed = files.sign(tenant, head, clock.instant());
        transactions.run(
                tenant,
                handle -> audit.append(
                        handle,
                        access.caller(),
                        "audit.checkpoint",
                        AuditStore.TRAIL,
                        Map.of("position", head.position(), "hash", head.hash().hex())));
        files.keep(tenant, signed);
        return signed;
    }

    private boolean contains(TenantId tenant, Checkpoint known) {
        return transactions
                .in(tenant, handle -> seals.at(handle, known.position()))
                .filter(seal -> seal.hash().equals(known.hash()))
                .isPresent();
    }
}
