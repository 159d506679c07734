package dev.muster.control.notices;

import dev.muster.control.alerts.AlertBook;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.jobs.AtOnce;
import dev.muster.control.jobs.Retention;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.outbound.Backoff;
import dev.muster.control.outbound.Verdict;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Makes notices of alerts that are due, and sends them, on instances with the role worker. A notice is a row in the transaction that
 * marks its alerts as told; it is taken for a time, sent outside of any transaction, and then settled.
 */
@Singleton
class NoticeJob implements Retention {
    private static final Logger LOG = Logger.getLogger(NoticeJob.class);
    private static final int ALERTS = 500;
    private static final int AT_ONCE = 16;
    private static final Duration LEASE = Duration.ofMinutes(2);

    private final MusterConfig config;
    private final NoticesConfig notices;
    private final TenantTransactions transactions;
    private final AlertBook book;
    private final ChannelStore channels;
    private final DeliveryStore deliveries;
    private final Sender sender;
    private final Clock clock;

    NoticeJob(
            MusterConfig config,
            NoticesConfig notices,
            TenantTransactions transactions,
            AlertBook book,
            ChannelStore channels,
            DeliveryStore deliveries,
            Sender sender,
            Clock clock) {
        this.config = config;
        this.notices = notices;
        this.transactions = transactions;
        this.book = book;
        this.channels = channels;
        this.deliveries = deliveries;
        this.sender = sender;
        this.clock = clock;
    }

    @Scheduled(every = "2s", delayed = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void round() {
        if (config.has(ServerRole.WORKER)) {
            for (TenantId tenant : transactions.activeTenants()) {
                WorkerThread.safely(tenant, "tell of alerts of `" + tenant + "`", () -> tell(tenant));
            }
        }
    }

    /** One round of one tenant: what is due becomes notices, and notices that are due are sent. */
    void tell(TenantId tenant) {
        while (book.tell(tenant, ALERTS, this::note)) {
            LOG.debugf("more alerts of `%s` are due", tenant);
        }
        while (send(tenant) == AT_ONCE) {
            LOG.debugf("more notices of `%s` are due", tenant);
        }
    }

    private void note(AlertBook.Telling telling) {
        AlertBook.Due due = telling.due();
        Notice notice = Notice.of(due);
        List<Channel> wanting =
                channels.wanting(telling.handle(), due.alerts().getFirst().severity(), due.site(), due.over());
        for (Channel channel : wanting) {
            deliveries.append(telling.handle(), channel.name(), notice, clock.instant());
        }
        if (!wanting.isEmpty()) {
            book.noteTold(
                    telling.handle(),
                    due,
                    String.join(", ", wanting.stream().map(Channel::name).toList()));
        }
    }

    private record Work(DeliveryStore.Due due, Channel channel, String secret) {}

    private int send(TenantId tenant) {
        List<Work> work = new ArrayList<>();
        transactions.run(tenant, handle -> {
            for (DeliveryStore.Due due : deliveries.take(handle, clock.instant(), LEASE, AT_ONCE)) {
                String name = due.delivery().channel();
                Optional<Channel> channel = channels.find(handle, name);
                channel.ifPresent(found -> work.add(
                        new Work(due, found, channels.secret(handle, name).orElse(""))));
            }
        });
        List<Runnable> sending =
                work.stream().map(one -> (Runnable) () -> send(tenant, one)).toList();
        if (!AtOnce.run("settle a notice of `" + tenant + "`", sending)) {
            return 0;
        }
        return work.size();
    }

    private void send(TenantId tenant, Work work) {
        Delivery delivery = work.due().delivery();
        Verdict verdict = sender.send(
                tenant,
                work.channel(),
                work.secret(),
                new Sender.Parcel(
                        delivery.id(),
                        delivery.what(),
                        delivery.subject(),
                        delivery.createdAt(),
                        work.due().data()));
        Instant now = clock.instant();
        boolean dead = verdict.hopeless() || delivery.attempts() >= notices.attempts();
        String state = verdict.sent() ? "sent" : dead ? "dead" : "waiting";
        Instant next = now.plus(Backoff.after(delivery.attempts(), notices.retryAfter(), delivery.id()));
        transactions.run(tenant, handle -> deliveries.settle(handle, delivery.id(), state, now, next, verdict.said()));
    }

    @Override
    public String what() {
        return "old notices";
    }

    @Override
    public void forget(TenantId tenant) {
        Instant before = clock.instant().minus(notices.keep());
        transactions.run(tenant, handle -> deliveries.forget(handle, before));
    }
}
