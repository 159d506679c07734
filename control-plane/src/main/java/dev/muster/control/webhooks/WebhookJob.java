package dev.muster.control.webhooks;

import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.jobs.AtOnce;
import dev.muster.control.jobs.Retention;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.outbound.CloudEvent;
import dev.muster.control.outbound.Verdict;
import dev.muster.control.outbound.WebhookClient;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;

/**
 * Queues what happened for the webhooks that take it, and sends it, on instances with the role worker. Each webhook is served by a
 * thread of its own, so that a slow receiver holds up no other. Thread-safe.
 */
@Singleton
class WebhookJob implements Retention {
    private static final int BATCH = 500;
    /** Webhooks served at once. */
    private static final int WEBHOOKS = 16;
    /** Events of one webhook on their way at once; one that fails is tried with a single one. */
    private static final int AT_ONCE = 16;

    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final long LONGEST_STOP_SECONDS = 12;
    private static final String PART = "webhooks";

    private final MusterConfig config;
    private final WebhooksConfig webhooks;
    private final TenantTransactions transactions;
    private final WebhookStore store;
    private final WebhookDeliveryStore deliveries;
    private final WebhookClient client;
    private final AuditStore audit;
    private final Clock clock;
    private final WorkerThread thread = new WorkerThread();
    private final Semaphore free = new Semaphore(WEBHOOKS);
    private final Set<Served> served = ConcurrentHashMap.newKeySet();

    WebhookJob(
            MusterConfig config,
            WebhooksConfig webhooks,
            TenantTransactions transactions,
            WebhookStore store,
            WebhookDeliveryStore deliveries,
            WebhookClient client,
            AuditStore audit,
            Clock clock) {
        this.config = config;
        this.webhooks = webhooks;
        this.transactions = transactions;
        this.store = store;
        this.deliveries = deliveries;
        this.client = client;
        this.audit = audit;
        this.clock = clock;
    }

    private record Served(TenantId tenant, String webhook) {}

    private record Work(WebhookStore.Target target, List<WebhookDeliveryStore.Due> due) {}

    void start(@Observes StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            thread.start("webhooks", this::round);
        }
    }

    void stop(@Observes @Priority(1_000) ShutdownEvent event) throws InterruptedException {
        thread.stop();
        // What is on its way is settled before the database goes.
        if (free.tryAcquire(WEBHOOKS, LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
            free.release(WEBHOOKS);
        }
    }

    private void round() {
        for (TenantId tenant : transactions.inJobs(store::tenants)) {
            WorkerThread.safely("hand out events of `" + tenant + "`", () -> handOut(tenant));
            WorkerThread.safely("send events of `" + tenant + "`", () -> serve(tenant));
        }
    }

    private void handOut(TenantId tenant) {
        boolean more = true;
        while (more && !thread.isStopping()) {
            more = transactions.in(tenant, handle -> handOut(handle, tenant));
        }
    }

    private boolean handOut(Handle handle, TenantId tenant) {
        if (!deliveries.tryLock(handle, tenant)) {
            return false;
        }
        List<Long> events = deliveries.fresh(handle, BATCH);
        if (events.isEmpty()) {
            return false;
        }
        Instant now = clock.instant();
        store.subscriptions(handle).forEach(webhook -> deliveries.queue(handle, webhook, events, now));
        deliveries.handedOut(handle, events);
        return events.size() == BATCH;
    }

    private void serve(TenantId tenant) {
        for (String webhook : transactions.in(tenant, handle -> deliveries.ready(handle, clock.instant()))) {
            Served one = new Served(tenant, webhook);
            if (served.contains(one) || thread.isStopping() || !free.tryAcquire()) {
                continue;
            }
            served.add(one);
            Thread.ofVirtual().name("webhook").start(() -> {
                try {
                    WorkerThread.safely(
                            "send events of `" + tenant + "` to webhook `" + webhook + "`",
                            () -> sendAll(tenant, webhook));
                } finally {
                    served.remove(one);
                    free.release();
                }
            });
        }
    }

    private void sendAll(TenantId tenant, String webhook) {
        boolean more = true;
        while (more && !thread.isStopping()) {
            Optional<Work> work = transactions.in(tenant, handle -> take(handle, webhook));
            more = work.isPresent() && send(tenant, webhook, work.get());
        }
    }

    private Optional<Work> take(Handle handle, String webhook) {
        Instant now = clock.instant();
        return store.target(handle, webhook, false, now)
                .filter(target -> target.health().ready(now))
                .map(target -> new Work(
                        target,
                        deliveries.take(
                                handle, webhook, now, LEASE, target.health().resumeAt() == null ? AT_ONCE : 1)))
                .filter(work -> !work.due().isEmpty());
    }

    private boolean send(TenantId tenant, String webhook, Work work) {
        List<Runnable> sending = work.due().stream()
                .map(due -> (Runnable) () -> send(tenant, webhook, work.target(), due))
                .toList();
        return AtOnce.run("settle a delivery of `" + tenant + "` to webhook `" + webhook + "`", sending);
    }

    private void send(TenantId tenant, String webhook, WebhookStore.Target target, WebhookDeliveryStore.Due due) {
        Instant began = clock.instant();
        WebhookDelivery delivery = due.delivery();
        Verdict verdict = client.send(target.url(), target.secrets(), event(tenant, due));
        Instant now = clock.instant();
        Health.Attempt attempt = new Health.Attempt(delivery.event(), delivery.attempts(), delivery.queuedAt(), began);
        transactions.run(
                tenant, handle -> settle(handle, new Served(tenant, webhook), delivery, attempt, verdict, now));
    }

    /** As it is told. */
    static CloudEvent event(TenantId tenant, WebhookDeliveryStore.Due due) {
        WebhookDelivery delivery = due.delivery();
        return EventText.of(
                tenant,
                delivery.event(),
                delivery.type(),
                delivery.subject(),
                delivery.time(),
                Optional.of(due.sequence()),
                due.data());
    }

    private void settle(
            Handle handle, Served to, WebhookDelivery delivery, Health.Attempt attempt, Verdict verdict, Instant now) {
        // The webhook before its deliveries, as everybody does.
        Health health = verdict.sent()
                ? Health.GOOD
                : store.lockHealth(handle, to.webhook()).orElse(Health.GOOD);
        Health.Ruling ruling = health.after(
                attempt,
                verdict,
                now,
                new Health.Rules(webhooks.retryAfter(), webhooks.giveUpAfter(), webhooks.disableAfter()));
        if (verdict.sent()) {
            store.takes(handle, to.webhook());
        } else {
            store.health(handle, to.webhook(), ruling.health(), verdict.said());
        }
        deliveries.settle(handle, delivery.id(), ruling, now, verdict.said());
        ruling.disabled().ifPresent(why -> disable(handle, to, why, now));
    }

    private void disable(Handle handle, Served to, String why, Instant now) {
        if (store.disable(handle, to.webhook(), why, now)) {
            deliveries.parkAll(handle, to.webhook(), "the webhook was turned off: " + why, now);
            audit.append(
                    handle,
                    new Caller.Server(to.tenant(), PART),
                    "webhook.disable",
                    "webhook/" + to.webhook(),
                    Map.of("reason", Texts.bounded(why)));
        }
    }

    @Override
    public String what() {
        return "old events of webhooks";
    }

    @Override
    public void forget(TenantId tenant) {
        Instant before = clock.instant().minus(webhooks.keep());
        transactions.run(tenant, handle -> deliveries.forget(handle, before));
    }
}
