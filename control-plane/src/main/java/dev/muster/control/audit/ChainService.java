package dev.muster.control.audit;

import dev.muster.control.access.Caller;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.audit.ChainVerifier;
import dev.muster.protocol.audit.Checkpoint;
import dev.muster.protocol.audit.Finding;
import dev.muster.protocol.audit.Seal;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Verifies a tenant's chain, page by page in short transactions, and says what state it is in. Thread-safe. */
@Singleton
final class ChainService {
    /** Verb of the audit row that says how a verification ended. */
    static final String VERIFY = "audit.verify";

    private static final Logger LOG = Logger.getLogger(ChainService.class);
    private static final int PAGE = 1_000;
    private static final int PAGE_OF_ROWS = 5_000;
    /** More are counted, and not told. */
    private static final int MOST_TOLD = 1_000;

    private static final int MOST_KEPT = 5;

    private final SealStore seals;
    private final AuditStore audit;
    private final CheckpointFiles files;
    private final AuditConfig config;
    private final TenantTransactions transactions;
    private final Clock clock;

    ChainService(
            SealStore seals,
            AuditStore audit,
            CheckpointFiles files,
            AuditConfig config,
            TenantTransactions transactions,
            Clock clock) {
        this.seals = seals;
        this.audit = audit;
        this.files = files;
        this.config = config;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** What a verification tells while it goes on. */
    interface Listener {
        /** So many of so many seals are checked. */
        void progress(long checked, long of);

        /** Something is wrong. */
        void found(Finding finding);
    }

    /**
     * How a verification ended.
     *
     * @param position of the last seal, 0 if there is none
     * @param found how much is wrong, also what was not told one by one
     * @param pending rows so young that they may be without a seal
     * @param checkpoints that it was compared with
     */
    record Result(boolean sound, long position, String hash, long checked, long found, long pending, int checkpoints) {}

    /** What is known of a chain without looking at it. */
    record State(
            long position,
            @Nullable Seal head,
            SealStore.Pending pending,
            @Nullable Checkpoint checkpoint,
            @Nullable AuditEntry verified) {}

    State state(TenantId tenant) {
        Checkpoint checkpoint = files.latest(tenant).orElse(null);
        return transactions.in(tenant, handle -> {
            Seal head = seals.head(handle).orElse(null);
            return new State(
                    head == null ? 0 : head.position(),
                    head,
                    seals.pending(handle),
                    checkpoint,
                    audit.newest(handle, VERIFY, AuditStore.TRAIL).orElse(null));
        });
    }

    /**
     * Looks at everything, and writes how it ended into the trail.
     *
     * @param known a further checkpoint to compare with, whose signature was checked
     */
    Result verify(Caller caller, Optional<Checkpoint> known, Listener listener) {
        TenantId tenant = caller.tenant();
        List<String> first = new ArrayList<>();
        ChainVerifier verifier = ChainVerifier.whole(new Telling(listener, first)::tell);
        // Before the head is read: what is kept then is in the chain, or was.
        List<Checkpoint> kept = new ArrayList<>(files.all(tenant));
        known.ifPresent(kept::add);
        kept.forEach(verifier::compareWith);

        walk(tenant, verifier, listener);
        verifier.end();
        long pending = unsealed(tenant, verifier);

        boolean sound = verifier.found() == 0;
        Result result = new Result(
                sound,
                verifier.position(),
                verifier.hash().hex(),
                verifier.checked(),
                verifier.found(),
                pending,
                kept.size());
        transactions.run(
                tenant,
                handle -> audit.append(
                        handle,
                        caller,
                        VERIFY,
                        AuditStore.TRAIL,
                        Map.of(
                                "sound", sound,
                                "position", result.position(),
                                "checked", result.checked(),
                                "found", result.found(),
                                "first", List.copyOf(first)),
                        sound ? "done" : "failed"));
        if (!sound) {
            LOG.errorf("the audit trail of `%s` is not sound: %d findings, first %s", tenant, result.found(), first);
        }
        return result;
    }

    private void walk(TenantId tenant, ChainVerifier verifier, Listener listener) {
        long head = transactions.in(tenant, seals::head).map(Seal::position).orElse(0L);
        long after = 0;
        while (after < head) {
            long from = after;
            List<SealStore.Sealed> page = transactions.in(tenant, handle -> seals.page(handle, from, head, PAGE));
            if (page.isEmpty()) {
                return;
            }
            for (SealStore.Sealed sealed : page) {
                switch (sealed.content()) {
                    case Content.Row row -> verifier.next(sealed.seal(), Optional.of(row.row()));
                    case Content.Gone gone -> verifier.next(sealed.seal(), Optional.empty());
                    case Content.Unreadable unreadable -> verifier.unreadable(sealed.seal(), unreadable.why());
                }
            }
            after = page.getLast().seal().position();
            listener.progress(verifier.checked(), head);
        }
    }

    private long unsealed(TenantId tenant, ChainVerifier verifier) {
        Instant now = clock.instant();
        Duration patience = config.unsealedAfter();
        long pending = 0;
        // Ids of ours begin at 1; those of rows that somebody wrote by hand need not.
        long after = Long.MIN_VALUE;
        List<SealStore.Seen> page;
        do {
            long from = after;
            page = transactions.in(tenant, handle -> seals.rows(handle, from, PAGE_OF_ROWS));
            for (SealStore.Seen row : page) {
                if (row.sealed()) {
                    continue;
                }
                // Also one that says it comes from the future: else a wrong time would hide it for ever.
                if (Duration.between(row.at(), now).abs().compareTo(patience) > 0) {
                    verifier.unsealed(row.id(), row.at());
                } else {
                    pending++;
                }
            }
            after = page.isEmpty() ? after : page.getLast().id();
        } while (page.size() == PAGE_OF_ROWS);
        transactions.in(tenant, handle -> seals.goneUnsealed(handle, MOST_TOLD)).forEach(verifier::goneUnsealed);
        return pending;
    }

    /** Tells as much as somebody can read, and keeps the first few. */
    private static final class Telling {
        private final Listener listener;
        private final List<String> first;
        private int told;

        Telling(Listener listener, List<String> first) {
            this.listener = listener;
            this.first = first;
        }

        void tell(Finding finding) {
            if (first.size() < MOST_KEPT) {
                first.add(finding.kind().text() + ": " + finding.text());
            }
            if (told++ < MOST_TOLD) {
                listener.found(finding);
            }
        }
    }
}
