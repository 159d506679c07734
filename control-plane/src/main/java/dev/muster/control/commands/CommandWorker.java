package dev.muster.control.commands;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.outbox.OutboxStore;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.DownMessage;
import dev.muster.protocol.kafka.KafkaTopics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The thread that hands commands out and ends those whose time is over, on every instance with the role worker. Each step
 * is one short transaction that locks the command first and looks again, so several workers, and one that died in the
 * middle, do no harm.
 */
@Singleton
class CommandWorker {
    private static final int BATCH = 200;
    private static final int EXPIRE_BATCH = 5_000;

    /** A device that took it in time may take this long to say how it ended, such as over a link that is down. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    /** Handed out again if nothing is heard, because a session may end with the command on its way. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private static final Duration SWEEP = Duration.ofSeconds(30);

    private final MusterConfig config;
    private final TenantTransactions transactions;
    private final CommandStore commands;
    private final CommandDeviceStore rows;
    private final CommandService service;
    private final OutboxStore outbox;
    private final KafkaTopics topics;
    private final ChangeFeed feed;
    private final Clock clock;
    private final WorkerThread thread = new WorkerThread();
    private Instant sweptAt = Instant.EPOCH;

    CommandWorker(
            MusterConfig config,
            TenantTransactions transactions,
            CommandStore commands,
            CommandDeviceStore rows,
            CommandService service,
            OutboxStore outbox,
            KafkaTopics topics,
            ChangeFeed feed,
            Clock clock) {
        this.config = config;
        this.transactions = transactions;
        this.commands = commands;
        this.rows = rows;
        this.service = service;
        this.outbox = outbox;
        this.topics = topics;
        this.feed = feed;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            thread.start("commands", this::all);
        }
    }

    void stop(@Observes @Priority(1_000) ShutdownEvent event) throws InterruptedException {
        thread.stop();
    }

    private void all() {
        boolean sweep = clock.instant().isAfter(sweptAt.plus(SWEEP));
        for (TenantId tenant : transactions.activeTenants()) {
            WorkerThread.safely(tenant, "hand out commands of `" + tenant + "`", () -> tenant(tenant, sweep));
        }
        if (sweep) {
            sweptAt = clock.instant();
        }
    }

    private void tenant(TenantId tenant, boolean sweep) {
        List<UUID> open = transactions.in(tenant, commands::open);
        if (open.isEmpty()) {
            return;
        }
        if (sweep) {
            transactions.run(tenant, rows::wakeConnected);
        }
        for (UUID id : open) {
            if (thread.isStopping()) {
                return;
            }
            WorkerThread.safely("hand out command `" + id + "`", () -> {
                if (transactions.in(tenant, handle -> step(handle, tenant, id))) {
                    feed.command(tenant, id.toString());
                }
            });
        }
        for (CommandDeviceStore.Due due : transactions.in(tenant, handle -> rows.due(handle, clock.instant(), BATCH))) {
            WorkerThread.safely(
                    "send command `" + due.command() + "` to `" + due.device() + "` again",
                    () -> transactions.run(tenant, handle -> again(handle, tenant, due)));
        }
    }

    /** True if something moved. */
    private boolean step(Handle handle, TenantId tenant, UUID id) {
        StoredCommand command = commands.lock(handle, id).orElseThrow();
        Instant now = clock.instant();
        int moved = 0;
        if (!now.isBefore(command.deadline())) {
            moved += expire(handle, id, CommandState.WAITING, "not-connected", now);
            moved += expire(handle, id, CommandState.SENT, "no-answer", now);
            if (!now.isBefore(command.deadline().plus(GRACE))) {
                moved += expire(handle, id, CommandState.ACCEPTED, "no-answer", now);
            }
        } else if (command.state().equals("running")) {
            moved += handOut(handle, tenant, command, now);
        }
        service.completeIfOver(handle, id);
        return moved > 0;
    }

    private int expire(Handle handle, UUID id, CommandState from, String reason, Instant now) {
        int count = rows.moveAll(handle, id, from, CommandState.EXPIRED, reason, now, EXPIRE_BATCH);
        commands.move(handle, id, from, CommandState.EXPIRED, count);
        return count;
    }

    private int handOut(Handle handle, TenantId tenant, StoredCommand command, Instant now) {
        double credit = new Pace(command.perMinute()).credit(command.creditAt(), now, command.credit());
        int most = (int) Math.min(BATCH, credit);
        if (most < 1 || command.count(CommandState.WAITING) == 0) {
            return 0;
        }
        int sent = 0;
        for (DeviceId device : rows.toSend(handle, command.id(), most)) {
            if (rows.sent(handle, command.id(), device, CommandState.WAITING, now, AGAIN)) {
                send(handle, tenant, device, command);
                sent++;
            }
        }
        if (sent > 0) {
            commands.move(handle, command.id(), CommandState.WAITING, CommandState.SENT, sent);
            commands.credit(handle, command.id(), Math.min(credit - sent, BATCH), now);
        }
        return sent;
    }

    private void again(Handle handle, TenantId tenant, CommandDeviceStore.Due due) {
        StoredCommand command = commands.lock(handle, due.command()).orElseThrow();
        if (rows.sent(handle, due.command(), due.device(), CommandState.SENT, clock.instant(), AGAIN)) {
            send(handle, tenant, due.device(), command);
        }
    }

    private void send(Handle handle, TenantId tenant, DeviceId device, StoredCommand command) {
        outbox.append(
                handle,
                topics.down(),
                new DeviceRef(tenant, device).key(),
                new DownMessage.Run(command.wire()).toJson());
    }
}
