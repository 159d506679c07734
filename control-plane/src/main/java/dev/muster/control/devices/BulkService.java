package dev.muster.control.devices;

import dev.muster.control.access.Access;
import dev.muster.control.access.Selector;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/** One step of life for many devices, all of them or none. Thread-safe. */
@Singleton
final class BulkService {
    /** One transaction does it, with a message and an audit row for each device. */
    private static final int MOST = 2_000;

    private final BulkStore store;
    private final DeviceService devices;
    private final TenantTransactions transactions;
    private final ChangeFeed feed;

    BulkService(BulkStore store, DeviceService devices, TenantTransactions transactions, ChangeFeed feed) {
        this.store = store;
        this.devices = devices;
        this.transactions = transactions;
        this.feed = feed;
    }

    BulkResource.Bulk preview(Access access, Transition transition, Selector query) {
        return transactions.in(access.tenant(), handle -> {
            Map<String, Long> counts = store.counts(handle, access.scope(), query);
            long all = counts.values().stream().mapToLong(Long::longValue).sum();
            long changes = transition.statuses().stream()
                    .mapToLong(status -> counts.getOrDefault(status, 0L))
                    .sum();
            return new BulkResource.Bulk(BulkResource.word(transition), query.text(), changes, all - changes);
        });
    }

    /** A problem {@code conflict} where it would change another number of devices than {@code expected}. */
    BulkResource.Bulk change(Access access, Transition transition, Selector query, long expected) {
        if (expected > MOST) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected at most " + MOST + " devices at a time, found " + expected + ": narrow the query");
        }
        List<DeviceId> changed = transactions.in(access.tenant(), handle -> {
            List<DeviceId> ids = store.select(handle, access.scope(), query, transition.statuses(), MOST + 1);
            if (ids.size() != expected) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected to " + BulkResource.word(transition) + " " + expected + " devices, found "
                                + (ids.size() > MOST ? "more than " + MOST : ids.size())
                                + ": look again at what the query selects");
            }
            // In the order of ids, as everybody locks them.
            ids.forEach(id -> devices.change(handle, access, id, transition));
            return ids;
        });
        changed.forEach(id -> feed.device(access.tenant(), id));
        BulkResource.Bulk after = preview(access, transition, query);
        return new BulkResource.Bulk(after.action(), after.selector(), changed.size(), after.left() - changed.size());
    }
}
