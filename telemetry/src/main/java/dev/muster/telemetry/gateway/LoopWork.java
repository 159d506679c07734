package dev.muster.telemetry.gateway;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one event loop does for all of its connections together: what they read in one turn goes to Kafka's thread at once
 * (to wake it costs more than a message), one task writes the acknowledgements that came from
 * Kafka since the last, one timer watches all deadlines (a timer per connection would cost more than an idle connection
 * itself).
 */
final class LoopWork {
    private static final long SWEEP_MILLIS = 500;
    /** So many messages are not kept until the end of a turn. */
    private static final int WORTH_WAKING = 64;

    private final EventLoop loop;
    private final HandOff handOff;
    private final Queue<DeviceConnection> acknowledged = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Set<DeviceConnection> connections = new HashSet<>(); // on the loop only
    private final AtomicInteger count = new AtomicInteger();

    private boolean handingOver; // on the loop only, as is what follows
    private List<HandOff.Item> outgoing = new ArrayList<>();

    LoopWork(EventLoop loop, HandOff handOff) {
        this.loop = loop;
        this.handOff = handOff;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the loop
    void start() {
        loop.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    int count() {
        return count.get();
    }

    void add(DeviceConnection connection) {
        connections.add(connection);
        count.set(connections.size());
    }

    void remove(DeviceConnection connection) {
        connections.remove(connection);
        count.set(connections.size());
    }

    /** Connections at this moment; on the loop only. */
    List<DeviceConnection> connections() {
        return new ArrayList<>(connections);
    }

    /** Runs {@code task} on the loop; a loop that has ended has no connections to care for. */
    void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The gateway is closed: every connection is gone already.
        }
    }

    /** Runs {@code task} on the loop later. */
    @SuppressWarnings("FutureReturnValueIgnored") // ends with the loop
    void schedule(Runnable task, long delayMillis) {
        loop.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
    }

    /** Hands over what a connection read, together with what others read in the same turn. On the loop. */
    void submit(List<HandOff.Item> items) {
        handOff.reserve(items);
        outgoing.addAll(items);
        if (outgoing.size() >= WORTH_WAKING) {
            handOver();
        } else if (!handingOver) {
            handingOver = true;
            execute(() -> {
                handingOver = false;
                handOver();
            });
        }
    }

    private void handOver() {
        if (!outgoing.isEmpty()) {
            List<HandOff.Item> items = outgoing;
            outgoing = new ArrayList<>();
            handOff.enqueue(items);
        }
    }

    /** Kafka has something of {@code connection}; on any thread. */
    void acknowledged(DeviceConnection connection) {
        acknowledged.add(connection);
        if (scheduled.compareAndSet(false, true)) {
            execute(this::writeAcknowledgements);
        }
    }

    private void writeAcknowledgements() {
        scheduled.set(false);
        for (DeviceConnection next = acknowledged.poll(); next != null; next = acknowledged.poll()) {
            next.writeAcknowledgements();
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        for (DeviceConnection connection : connections()) {
            connection.checkDeadlines(now);
        }
    }
}
