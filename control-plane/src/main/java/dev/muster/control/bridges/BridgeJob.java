package dev.muster.control.bridges;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.roles.TelemetryParts;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.TenantId;
import dev.muster.telemetry.bridge.BridgeHost;
import dev.muster.telemetry.bridge.BridgeStatus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps connections up on instances with the role worker: each is owned by one of them, which says so again every few seconds. Who
 * cannot say so in time stops its own before another takes over; should both believe to own one, the broker lets the later one in only.
 */
@Singleton
class BridgeJob {
    private static final Duration LEASE = Duration.ofSeconds(20);
    private static final Duration GIVE_UP = Duration.ofSeconds(12);

    private final MusterConfig config;
    private final TelemetryParts parts;
    private final TenantTransactions transactions;
    private final BridgeStore store;
    private final ForeignDevices foreign;
    private final Clock clock;
    /** Of this process, so that one that was killed is another. */
    private final String owner = UUID.randomUUID().toString();

    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    /** What runs here. */
    private record Running(
            TenantId tenant,
            String name,
            long revision,
            long epoch,
            Instant ownedAt,
            BridgeStatus told,
            Instant toldAt) {}

    /** What should run here. */
    private record Wanted(StoredBridge bridge, Secrets secrets, long epoch) {}

    BridgeJob(
            MusterConfig config,
            TelemetryParts parts,
            TenantTransactions transactions,
            BridgeStore store,
            ForeignDevices foreign,
            Clock clock) {
        this.config = config;
        this.parts = parts;
        this.transactions = transactions;
        this.store = store;
        this.foreign = foreign;
        this.clock = clock;
    }

    @Scheduled(every = "2s", delayed = "3s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void round() {
        Optional<BridgeHost> host = parts.bridges();
        if (!config.has(ServerRole.WORKER) || host.isEmpty()) {
            return;
        }
        Set<String> seen = new HashSet<>();
        Set<TenantId> looked = new HashSet<>();
        for (TenantId tenant : transactions.activeTenants()) {
            WorkerThread.safely(tenant, "look after bridges of `" + tenant + "`", () -> {
                seen.addAll(round(host.get(), tenant));
                looked.add(tenant);
            });
        }
        Instant now = clock.instant();
        running.forEach((key, one) -> {
            boolean gone = (looked.contains(one.tenant()) || !activeAnyMore(one.tenant())) && !seen.contains(key);
            if (gone || one.ownedAt().plus(GIVE_UP).isBefore(now)) {
                stop(host.get(), key, gone);
            }
        });
    }

    private boolean activeAnyMore(TenantId tenant) {
        try {
            return transactions.activeTenants().contains(tenant);
        } catch (RuntimeException e) {
            return true;
        }
    }

    /** One tenant; the keys of all its connections that this process owns. */
    private Set<String> round(BridgeHost host, TenantId tenant) {
        Set<String> mine = new HashSet<>();
        List<Wanted> wanted = transactions.in(tenant, handle -> store.all(handle).stream()
                .filter(StoredBridge::enabled)
                .flatMap(bridge -> store
                        .own(handle, bridge.name(), owner, config.instance(), LEASE, clock.instant())
                        .map(epoch -> new Wanted(bridge, store.secrets(handle, bridge.name()), epoch))
                        .stream())
                .toList());
        for (Wanted one : wanted) {
            String key = tenant + "/" + one.bridge().name();
            mine.add(key);
            keep(host, tenant, key, one);
        }
        return mine;
    }

    private void keep(BridgeHost host, TenantId tenant, String key, Wanted wanted) {
        if (busy.contains(key)) {
            return;
        }
        Instant now = clock.instant();
        StoredBridge bridge = wanted.bridge();
        Running before = running.get(key);
        if (before == null || before.revision() != bridge.revision() || before.epoch() != wanted.epoch()) {
            BridgeText text = BridgeText.parse(bridge.yaml());
            BridgeStatus zero = new BridgeStatus(
                    BridgeStatus.State.CONNECTING,
                    BridgeStatus.Problem.NONE,
                    "",
                    now,
                    null,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    Map.of());
            if (before != null) {
                tell(host, before, now);
            }
            running.put(key, new Running(tenant, bridge.name(), bridge.revision(), wanted.epoch(), now, zero, now));
            aside(
                    key,
                    () -> host.run(
                            BridgeService.config(tenant, text, wanted.secrets(), wanted.epoch()),
                            text.reader(),
                            devices -> foreign.admit(tenant, text, devices)));
        } else {
            running.put(key, tell(host, before, now));
        }
    }

    /** Writes how a bridge stands, and what it counted since. */
    private Running tell(BridgeHost host, Running one, Instant now) {
        Optional<BridgeStatus> status = host.status(one.tenant() + "/" + one.name());
        if (status.isEmpty()) {
            return owned(one, one.told(), now);
        }
        BridgeStatus told = one.told();
        BridgeStatus is = status.get();
        double seconds = Math.max(0.001, Duration.between(one.toldAt(), now).toMillis() / 1_000.0);
        BridgeStore.News news = new BridgeStore.News(
                is.received() - told.received(),
                is.values() - told.values(),
                is.deadLetters() - told.deadLetters(),
                is.refused() - told.refused(),
                is.dropped() - told.dropped(),
                is.gaps() - told.gaps(),
                (is.received() - told.received()) / seconds);
        transactions.run(one.tenant(), handle -> store.tell(handle, one.name(), owner, is, news));
        return owned(one, is, now);
    }

    private static Running owned(Running one, BridgeStatus told, Instant now) {
        return new Running(one.tenant(), one.name(), one.revision(), one.epoch(), now, told, now);
    }

    private void stop(BridgeHost host, String key, boolean gone) {
        Running one = running.remove(key);
        if (one == null) {
            return;
        }
        aside(key, () -> {
            boolean deleted = gone && isDeleted(one);
            host.stop(key, deleted);
            if (!deleted) {
                transactions.run(one.tenant(), handle -> store.release(handle, one.name(), owner));
            }
        });
    }

    /** Only then the broker is to forget us: what it keeps for one that was disabled comes when it is enabled again. */
    private boolean isDeleted(Running one) {
        return transactions
                .in(one.tenant(), handle -> store.find(handle, one.name()))
                .isEmpty();
    }

    /** Starting and stopping may wait for a broker, and other connections must not wait for that. */
    private void aside(String key, Runnable work) {
        busy.add(key);
        Thread.ofVirtual().name("bridge-" + key).start(() -> {
            try {
                WorkerThread.safely("start or stop bridge `" + key + "`", work);
            } finally {
                busy.remove(key);
            }
        });
    }

    /** Before the parts of telemetry stop: another instance can go on at once. */
    void stop(@Observes @Priority(1_400) ShutdownEvent event) {
        parts.bridges()
                .ifPresent(host -> running.forEach((key, one) -> {
                    host.stop(key, false);
                    WorkerThread.safely(
                            "give bridge `" + key + "` up",
                            () -> transactions.run(one.tenant(), handle -> store.release(handle, one.name(), owner)));
                }));
    }
}
