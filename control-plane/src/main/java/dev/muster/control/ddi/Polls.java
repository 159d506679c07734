package dev.muster.control.ddi;

import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * When clients asked last: a poll writes nothing, every few seconds all of them are written together. A crash loses those
 * seconds and no more. Thread-safe.
 */
@Singleton
final class Polls {
    private static final Logger LOG = Logger.getLogger(Polls.class);
    private static final int TOGETHER = 5_000;

    private final ClientStore store;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final Map<TenantId, Map<String, Instant>> pending = new ConcurrentHashMap<>();

    Polls(ClientStore store, TenantTransactions transactions, Clock clock) {
        this.store = store;
        this.transactions = transactions;
        this.clock = clock;
    }

    void polled(TenantId tenant, String controller) {
        pending.computeIfAbsent(tenant, id -> new ConcurrentHashMap<>()).put(controller, clock.instant());
    }

    @Scheduled(every = "5s", delayed = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void write() {
        for (TenantId tenant : pending.keySet()) {
            Map<String, Instant> polls = pending.get(tenant);
            while (polls != null && !polls.isEmpty()) {
                Map<String, Instant> some = take(polls);
                try {
                    transactions.runForMany(tenant, handle -> store.polled(handle, some));
                } catch (RuntimeException e) {
                    // The next polls say the same; what matters of them is the newest.
                    LOG.warnf("when clients of `%s` asked last is not written: %s", tenant, e.getMessage());
                    return;
                }
            }
        }
    }

    void stop(@Observes ShutdownEvent event) {
        write();
    }

    private static Map<String, Instant> take(Map<String, Instant> polls) {
        Map<String, Instant> some = new HashMap<>();
        Iterator<Map.Entry<String, Instant>> all = polls.entrySet().iterator();
        while (all.hasNext() && some.size() < TOGETHER) {
            Map.Entry<String, Instant> next = all.next();
            some.put(next.getKey(), next.getValue());
            polls.remove(next.getKey(), next.getValue());
        }
        return some;
    }
}
