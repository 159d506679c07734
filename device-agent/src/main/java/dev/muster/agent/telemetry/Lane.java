package dev.muster.agent.telemetry;

import dev.muster.agent.config.AgentLog;
import dev.muster.agent.queue.DiskQueue;
import dev.muster.agent.transport.Transport;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One queue on its way to the gateway, in order, with a bounded number of messages in flight. A record leaves the queue
 * when it and all before it were acknowledged; a new session begins again after the last such record, and the server
 * drops what it already has by boot and sequence. What waited when the session began goes at its {@link Pace}. All work is done on the executor; the public methods only ask for it.
 */
final class Lane {
    private final DiskQueue queue;
    private final Transport transport;
    private final int inFlight;
    private final Optional<Pace> pace;
    private final Executor executor;
    private final AgentLog log;

    private final TreeSet<Long> waiting = new TreeSet<>();
    private long session;
    private long sent;
    private long highest;
    private long waitedUntil;
    private boolean resting;
    private boolean stuck;
    private boolean closed;

    /** {@code pace} is empty for what must not wait. */
    Lane(DiskQueue queue, Transport transport, int inFlight, Optional<Pace> pace, Executor executor, AgentLog log) {
        this.queue = queue;
        this.transport = transport;
        this.inFlight = inFlight;
        this.pace = pace;
        this.executor = executor;
        this.log = log;
    }

    void wake() {
        run(this::pump);
    }

    void connected() {
        run(() -> {
            session++;
            waiting.clear();
            sent = 0; // the queue starts after what was acknowledged
            highest = 0;
            waitedUntil = queue.last();
            stuck = false;
            pump();
        });
    }

    synchronized void close() {
        closed = true;
    }

    private void run(Runnable work) {
        try {
            executor.execute(() -> {
                synchronized (this) {
                    if (!closed) {
                        work.run();
                    }
                }
            });
        } catch (RejectedExecutionException e) {
            // The process is going down; the queue is on disk.
        }
    }

    private void pump() {
        if (stuck || !transport.isConnected() || waiting.size() >= inFlight) {
            return;
        }
        try {
            for (DiskQueue.Entry entry : queue.read(sent, inFlight - waiting.size())) {
                if (entry.sequence() <= waitedUntil && mustRest()) {
                    return;
                }
                Outbox.Message message = Outbox.decode(entry.data());
                long of = session;
                long sequence = entry.sequence();
                waiting.add(sequence);
                sent = sequence;
                var unused = transport
                        .publish(message.topic, message.payload, message.properties)
                        .whenComplete((done, error) -> run(() -> ended(of, sequence, error)));
            }
        } catch (IOException e) {
            log.line("the queue cannot be read: " + e.getMessage());
        }
    }

    private boolean mustRest() {
        if (pace.isEmpty() || pace.get().take()) {
            return false;
        }
        if (!resting) {
            resting = true;
            pace.get()
                    .whenReady(() -> run(() -> {
                        resting = false;
                        pump();
                    }));
        }
        return true;
    }

    private void ended(long of, long sequence, @Nullable Throwable error) {
        if (of != session) {
            return;
        }
        if (error instanceof Transport.RefusedException refused && refused.isFinal()) {
            log.line("a message was dropped: " + refused.getMessage());
        } else if (error != null) {
            // Out of order is worse than late: nothing more goes out before the next session.
            stuck = true;
            return;
        }
        waiting.remove(sequence);
        highest = Math.max(highest, sequence);
        try {
            queue.acknowledge(waiting.isEmpty() ? highest : waiting.first() - 1);
        } catch (IOException e) {
            log.line("the queue cannot be shortened: " + e.getMessage());
        }
        pump();
    }
}
