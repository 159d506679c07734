package dev.muster.control.permissions;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.permissions.RevokedBlockStore.RevokedBlock;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.model.Capability;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Revokes blocks of capability chains. Chains are made where no server is, so an id is all that is known of a block: it is
 * sent to every device that holds the capability at its root. Thread-safe.
 */
@Singleton
class ChainService {
    /** Revoked ids of one capability at most: they travel in a file of 64 KiB. */
    static final int MOST = 500;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    private final RevokedBlockStore store;
    private final UrgentService urgents;
    private final PolicyStore policies;
    private final HeldStore held;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    ChainService(
            RevokedBlockStore store,
            UrgentService urgents,
            PolicyStore policies,
            HeldStore held,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.urgents = urgents;
        this.policies = policies;
        this.held = held;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * A revoked block on the wire.
     *
     * @param pending devices whose targets are still to be made anew, for whatever reason
     */
    public record Shown(
            String capability, String id, String reason, Instant since, String by, String byName, long pending) {}

    /** The block, and whatever was handed on from it, counts on no device any more, for good. Doing it twice changes nothing. */
    Shown revoke(Access access, String capability, String id, String reason) {
        UrgentService.checkReason(reason);
        if (!ID.matcher(id).matches()) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a revocation `id` of 64 lower-case hex digits, as `muster capability inspect` shows it");
        }
        return transactions.in(access.tenant(), handle -> {
            policies.lock(handle, access.tenant());
            List<Capability> meant = urgents.everywhere(handle, access, capability);
            if (meant.stream().noneMatch(one -> one.holder().isPresent())) {
                throw new ProblemException(
                        ProblemCode.POLICY_NOT_FOUND,
                        "no capability `" + capability + "` with a holder key in the draft or in force");
            }
            List<RevokedBlock> known = store.of(handle, List.of(capability));
            Optional<RevokedBlock> before =
                    known.stream().filter(block -> block.id().equals(id)).findFirst();
            if (before.isPresent()) {
                return shown(before.get(), held.due(handle));
            }
            if (known.size() >= MOST) {
                throw new ProblemException(
                        ProblemCode.INVALID_REQUEST,
                        "expected at most " + MOST + " revoked blocks of one capability: revoke `" + capability
                                + "` itself, and give the right anew under another name");
            }
            RevokedBlock block = new RevokedBlock(
                    capability,
                    id,
                    reason,
                    clock.instant(),
                    access.caller().actor(),
                    access.caller().name());
            store.add(handle, block);
            urgents.due(handle, meant);
            audit.append(
                    handle,
                    access.caller(),
                    "policy.revoke-block",
                    "policy/Capability/" + capability,
                    Map.of("id", id, "reason", reason));
            return shown(block, held.due(handle));
        });
    }

    private static Shown shown(RevokedBlock block, long pending) {
        return new Shown(
                block.capability(), block.id(), block.reason(), block.since(), block.by(), block.byName(), pending);
    }
}
