package dev.muster.agent.reconcile;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.config.AgentLog;
import dev.muster.agent.identity.DeviceIdentity;
import dev.muster.agent.platform.Platform;
import dev.muster.agent.policy.DeviceTime;
import dev.muster.agent.reconcile.DesiredSource.Refresh;
import dev.muster.agent.telemetry.Outbox;
import dev.muster.agent.transport.Backoff;
import dev.muster.agent.transport.ChangeTrace;
import dev.muster.agent.transport.DeviceHttps;
import dev.muster.agent.update.Journal;
import dev.muster.agent.update.UpdateMachine;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.permissions.PermissionReport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread that does all that changes the device: passes of the {@link Reconciler}, and restarts between them.
 * The public methods may be called by any thread and return at once.
 */
public final class AgentLoop implements AutoCloseable {
    private static final long STOP_SECONDS = 10;
    private static final Duration RETRY_BASE = Duration.ofSeconds(2);
    private static final Duration RETRY_MAX = Duration.ofMinutes(5);

    private final Parts parts;
    private final ManifestSender manifests;
    private final ExecutorService thread;
    private final Backoff retry = new Backoff(RETRY_BASE, RETRY_MAX, ThreadLocalRandom.current());
    private final Attention attention;
    private volatile boolean restarting;
    private String lastRefusal = "";
    private Set<String> lastUnknown = Set.of();
    private @Nullable Future<?> timer;

    /**
     * What the loop works with.
     *
     * @param trace told what becomes of the change
     * @param permissions what the manifest says of them
     * @param renew renews the certificate if it is time; true if it was renewed
     * @param nextWindow how long until the next maintenance window that was promised opens
     * @param trouble told what the last pass could not do, and that there is nothing any more
     * @param look looks at what is installed, if it is time
     * @param scheduler for timers only; nothing of the loop runs on it
     */
    public record Parts(
            AgentConfig config,
            Supplier<DeviceIdentity> identity,
            Supplier<DeviceHttps> https,
            DesiredSource source,
            Journal journal,
            Reconciler reconciler,
            Attention attention,
            ChangeTrace trace,
            DeviceTime time,
            Supplier<PermissionReport> permissions,
            Platform platform,
            Outbox outbox,
            BooleanSupplier renew,
            Supplier<Optional<Duration>> nextWindow,
            Consumer<Optional<String>> trouble,
            Runnable look,
            ScheduledExecutorService scheduler,
            AgentLog log) {}

    public AgentLoop(Parts parts, String name) {
        this.parts = parts;
        this.attention = parts.attention();
        this.manifests = new ManifestSender(parts.platform(), parts.permissions(), parts.time());
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("agent-" + name).daemon().factory());
    }

    /** Settles what was switched to before the restart, then begins to follow the document. */
    public void start() {
        attention.ask();
        submit(() -> {
            try {
                if (parts.reconciler().resume() == Reconciler.Result.RESTARTING) {
                    restarting = true;
                    return;
                }
            } catch (IOException e) {
                parts.log().line("what was in progress cannot be settled: " + e.getMessage());
            }
            pass();
        });
    }

    /** Asks for a pass soon; many calls before it begins are one. A running transfer makes way. */
    public void wake() {
        if (!restarting && attention.ask()) {
            submit(this::pass);
        }
    }

    /** Follows a document that somebody brings by hand; a running transfer makes way. */
    public void deliver(Delivery delivery) {
        submit(() -> follow(delivery));
        wake();
    }

    /** Asks the platform for a restart when nothing else is being done; {@code refused} hears where it may not. */
    public void reboot(Runnable refused) {
        submit(() -> {
            restarting = parts.platform().reboot("command");
            if (!restarting) {
                refused.run();
            }
        });
    }

    @Override
    public void close() {
        attention.close();
        synchronized (this) {
            cancelTimer();
        }
        thread.shutdown();
        parts.https().get().abort();
        try {
            if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void submit(Runnable work) {
        try {
            thread.execute(() -> {
                if (!attention.isClosing() && !restarting) {
                    work.run();
                }
            });
        } catch (RejectedExecutionException e) {
            // Closing; the next start begins with a pass.
        }
    }

    private void pass() {
        attention.given();
        Duration next;
        try {
            next = turn();
        } catch (UpdateMachine.Yielded e) {
            wake();
            return;
        } catch (IOException | RuntimeException e) {
            // INVARIANT (the loop never dies): whatever one pass met, another one comes.
            String problem = e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString();
            parts.log().line("a pass failed: " + problem);
            parts.trouble().accept(Optional.of(problem));
            next = retry.next();
        }
        if (!restarting && !attention.isClosing()) {
            wakeAfter(next);
        }
    }

    private Duration turn() throws IOException {
        parts.look().run();
        if (parts.renew().getAsBoolean()) {
            parts.log().line("certificate renewed");
        }
        return switch (parts.source().refresh()) {
            case Refresh.Fresh fresh -> follow(fresh.state());
            case Refresh.Refused refused -> {
                refuse(refused);
                sendManifest();
                yield later();
            }
            case Refresh.Unreachable unreachable -> {
                parts.log().line("no document: " + unreachable.message());
                yield alone();
            }
        };
    }

    private Duration follow(DesiredState desired) throws IOException {
        lastRefusal = "";
        parts.time().contact(desired.signedAt());
        tellUnknown(desired);
        parts.trace().verified(desired.generation() > parts.journal().state().generation());
        Reconciler.Result result = parts.reconciler().reconcile(desired);
        List<String> problems = parts.reconciler().problems();
        parts.trouble().accept(problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems)));
        return switch (result) {
            case RESTARTING -> restarting();
            case UNFINISHED -> {
                sendManifest();
                yield later();
            }
            case HELD -> soonest(settled(), parts.nextWindow().get());
            case SETTLED -> settled();
        };
    }

    private void follow(Delivery delivery) {
        attention.given();
        try {
            switch (delivery.begin()) {
                case Refresh.Fresh fresh -> {
                    tellUnknown(fresh.state());
                    // The same file again is no news from the server, however often it is brought.
                    Optional<Instant> signed = fresh.state()
                            .signedAt()
                            .filter(at -> at.isAfter(parts.time().lastContact()));
                    if (signed.isPresent()) {
                        parts.time().contact(signed);
                    }
                    Reconciler.Result result = reconcile(fresh.state());
                    parts.log()
                            .line("a bundle of generation " + fresh.state().generation() + " was followed: " + result);
                    delivery.end(
                            ending(result),
                            "",
                            String.join("; ", parts.reconciler().problems()));
                }
                case Refresh.Refused refused -> {
                    parts.log().line("bundle refused (" + refused.code() + "): " + refused.message());
                    delivery.end(Delivery.Ending.REFUSED, refused.code(), refused.message());
                    parts.outbox()
                            .event(new DeviceEvent(
                                    "security.bundle-refused",
                                    parts.time().instant(),
                                    Map.of("reason", refused.code(), "message", refused.message())));
                }
                case Refresh.Unreachable unreadable ->
                    delivery.end(Delivery.Ending.UNFINISHED, "storage", unreadable.message());
            }
        } catch (IOException | RuntimeException e) {
            parts.log().line("a bundle was not followed to its end: " + e);
            delivery.end(Delivery.Ending.UNFINISHED, "", String.valueOf(e.getMessage()));
        }
    }

    private Reconciler.Result reconcile(DesiredState desired) throws IOException {
        while (true) {
            try {
                return parts.reconciler().reconcile(desired);
            } catch (UpdateMachine.Yielded e) {
                if (attention.isClosing()) {
                    throw e;
                }
                attention.given();
            }
        }
    }

    private Delivery.Ending ending(Reconciler.Result result) {
        return switch (result) {
            case SETTLED -> Delivery.Ending.APPLIED;
            case HELD -> Delivery.Ending.HELD;
            case UNFINISHED -> Delivery.Ending.UNFINISHED;
            case RESTARTING -> {
                restarting();
                yield Delivery.Ending.RESTARTING;
            }
        };
    }

    private Duration restarting() {
        restarting = true;
        parts.log().line("restarting the device");
        return Duration.ZERO;
    }

    private Duration settled() {
        if (sendManifest()) {
            parts.trace().settled();
            retry.reset();
            return spread(parts.config().refresh());
        }
        return later();
    }

    /** Without a link: a window that was promised before it broke still opens. */
    private Duration alone() throws IOException {
        return switch (parts.reconciler().releaseHeld()) {
            case RESTARTING -> restarting();
            case SETTLED, UNFINISHED -> later();
            case HELD -> soonest(later(), parts.nextWindow().get());
        };
    }

    // The random part comes on top of what a busy server asked for: a fleet that was told the same must not return in
    // step.
    private Duration later() {
        return parts.https().get().untilWelcome().plus(retry.next());
    }

    private static Duration soonest(Duration usual, Optional<Duration> other) {
        return other.filter(one -> one.compareTo(usual) < 0).orElse(usual);
    }

    private boolean sendManifest() {
        try {
            manifests.sendIfChanged(
                    parts.identity().get(),
                    parts.https().get(),
                    parts.journal().state().generation());
            return true;
        } catch (IOException e) {
            parts.log().line("the manifest is not delivered: " + e.getMessage());
            return false;
        }
    }

    private void refuse(Refresh.Refused refused) throws IOException {
        parts.log().line("metadata refused (" + refused.code() + "): " + refused.message());
        String line = refused.code() + ": " + refused.message();
        manifests.attack(line);
        // Told once per cause, not once per retry: a broken server must not fill the queue.
        if (!line.equals(lastRefusal)) {
            lastRefusal = line;
            parts.outbox()
                    .event(new DeviceEvent(
                            "security.metadata-refused",
                            parts.time().instant(),
                            Map.of("reason", refused.code(), "message", refused.message())));
        }
    }

    private void tellUnknown(DesiredState desired) throws IOException {
        if (desired.unknown().equals(lastUnknown)) {
            return;
        }
        lastUnknown = desired.unknown();
        for (String name : lastUnknown) {
            parts.log().line("the document names `" + name + "`, which this agent does not know: left alone");
            parts.outbox()
                    .event(new DeviceEvent(
                            "lifecycle.target-unknown", parts.time().instant(), Map.of("name", name)));
        }
    }

    // One timer, whatever woke the pass before: otherwise every hint would add one for ever.
    private synchronized void wakeAfter(Duration delay) {
        cancelTimer();
        try {
            timer = parts.scheduler().schedule(this::wake, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The process is going down.
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Within a fifth of {@code interval} to both sides, so that a fleet does not ask in step. */
    static Duration spread(Duration interval) {
        long millis = interval.toMillis();
        return Duration.ofMillis(millis * 4 / 5 + ThreadLocalRandom.current().nextLong(millis * 2 / 5 + 1));
    }
}
