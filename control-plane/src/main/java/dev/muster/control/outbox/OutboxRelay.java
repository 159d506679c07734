package dev.muster.control.outbox;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.tracing.Step;
import dev.muster.control.tracing.Tracing;
import dev.muster.protocol.trace.Traceparent;
import io.opentelemetry.api.trace.SpanKind;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Sends what waits in the outbox, on one thread. INVARIANT (one relay per shard): rows of a shard are only sent while this
 * connection holds the shard's lock; with the connection PostgreSQL frees the locks, and another relay goes on. A row is
 * deleted after Kafka acknowledged it, so a crash in between sends it again: at least once, in id order.
 */
@Singleton
class OutboxRelay {
    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    private static final int BATCH = 500;
    private static final long IDLE_MILLIS = 100;
    private static final long RETRY_MILLIS = 1_000;
    private static final int LOCK_EVERY = 50;
    private static final long ACK_SECONDS = 150;

    private final OutboxStore store;
    private final TenantTransactions transactions;
    private final KafkaClients kafka;
    private final Tracing tracing;
    private final boolean worker;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "outbox-relay");

    OutboxRelay(
            OutboxStore store,
            TenantTransactions transactions,
            KafkaClients kafka,
            Tracing tracing,
            MusterConfig config) {
        this.tracing = tracing;
        this.store = store;
        this.transactions = transactions;
        this.kafka = kafka;
        this.worker = config.has(ServerRole.WORKER);
    }

    void start(@Observes @Priority(3_000) StartupEvent event) {
        if (worker) {
            // A start that fails halfway must end the process.
            thread.setDaemon(true);
            thread.start();
        }
    }

    void stop(@Observes @Priority(2_000) ShutdownEvent event) {
        closing.countDown();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!pause(0)) {
            try (Handle jobs = transactions.openJobs()) {
                relay(jobs, kafka.producer());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception e) {
                LOG.warnf(e, "outbox relay starts again in %d ms", RETRY_MILLIS);
                pause(RETRY_MILLIS);
            }
        }
    }

    private void relay(Handle jobs, Producer<String, byte[]> producer)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<Integer> held = new ArrayList<>();
        try {
            for (long round = 0; !pause(0); round++) {
                if (round % LOCK_EVERY == 0 && held.size() < OutboxStore.SHARDS) {
                    takeFree(jobs, held);
                }
                List<OutboxStore.Row> rows = store.oldest(jobs, held.toArray(Integer[]::new), BATCH);
                if (rows.isEmpty()) {
                    pause(IDLE_MILLIS);
                } else {
                    if (tracing.on()) {
                        sendTraced(producer, rows);
                    } else {
                        send(producer, rows, List.of());
                    }
                    store.delete(jobs, rows.stream().map(OutboxStore.Row::id).toArray(Long[]::new));
                }
            }
        } finally {
            // The connection goes back to its pool and lives on: the locks must not.
            store.unlockAll(jobs);
        }
    }

    private void takeFree(Handle jobs, List<Integer> held) {
        for (int shard = 0; shard < OutboxStore.SHARDS; shard++) {
            if (!held.contains(shard) && store.tryLock(jobs, shard)) {
                held.add(shard);
            }
        }
    }

    /** Those with a trace in a span each, from the sending to the acknowledgement of all. */
    private void sendTraced(Producer<String, byte[]> producer, List<OutboxStore.Row> rows)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<Optional<Step>> steps = rows.stream()
                .map(row -> row.trace().map(trace -> tracing.begin(SpanKind.PRODUCER, "send " + row.topic(), trace)
                        .with("messaging.system", "kafka")
                        .with("messaging.destination.name", row.topic())
                        .with("messaging.kafka.message.key", row.key())))
                .toList();
        try {
            send(producer, rows, steps);
        } catch (ExecutionException | TimeoutException e) {
            steps.forEach(step -> step.ifPresent(one -> one.failed("not acknowledged")));
            throw e;
        } finally {
            steps.forEach(step -> step.ifPresent(Step::close));
        }
    }

    /** {@code steps} is empty, or has one place for each row. */
    private static void send(Producer<String, byte[]> producer, List<OutboxStore.Row> rows, List<Optional<Step>> steps)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            OutboxStore.Row row = rows.get(i);
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(row.topic(), row.key(), row.payload());
            if (!steps.isEmpty()) {
                steps.get(i).ifPresent(step -> record.headers()
                        .add(Traceparent.NAME, step.traceparent().header()));
            }
            sent.add(producer.send(record));
        }
        for (Future<RecordMetadata> one : sent) {
            one.get(ACK_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Whether the server ends, asked after at most {@code millis}. */
    private boolean pause(long millis) {
        try {
            return closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
