package dev.muster.control.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.kafka.KafkaClients;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.Servers;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.kafka.KafkaTopics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Servers.class)
class OutboxIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Inject
    OutboxStore outbox;

    @Inject
    TenantTransactions transactions;

    @Inject
    KafkaClients kafka;

    @Inject
    KafkaTopics topics;

    @Test
    void recordsOfAKeyArriveInOrderAndTheOutboxEmpties() {
        String key = "default/" + UUID.randomUUID();

        IntStream.range(0, 50).forEach(i -> append(key, i));

        assertThat(received(key, 50)).isEqualTo(numbers(50));
        Awaitility.await().atMost(PATIENCE).until(() -> waiting() == 0);
    }

    @Test
    void whatWasRolledBackIsNeverSent() {
        String key = "default/" + UUID.randomUUID();

        assertThatThrownBy(() -> transactions.run(TenantId.DEFAULT, handle -> {
                    outbox.append(handle, topics.deadLetters(), key, text(0));
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        append(key, 1);

        assertThat(received(key, 1)).containsExactly("1");
    }

    @Test
    void aRelayWhoseConnectionDiesGoesOnWithoutLossOrDisorder() {
        String key = "default/" + UUID.randomUUID();

        for (int i = 0; i < 60; i++) {
            append(key, i);
            if (i % 20 == 10) {
                killRelayConnection();
            }
        }

        List<String> first = received(key, 60).stream().distinct().toList();
        assertThat(first).isEqualTo(numbers(60));
        Awaitility.await().atMost(PATIENCE).until(() -> waiting() == 0);
    }

    @Test
    void aConsumerThatFailsGetsTheBatchAgain() {
        String key = "default/" + UUID.randomUUID();
        AtomicInteger failures = new AtomicInteger();
        List<String> seen = new CopyOnWriteArrayList<>();
        append(key, 7);

        try (var loop = kafka.consume("test-" + UUID.randomUUID(), List.of(topics.deadLetters()), batch -> {
            List<String> mine = batch.stream()
                    .filter(item -> key.equals(item.key()))
                    .map(item -> new String(item.value(), StandardCharsets.UTF_8))
                    .toList();
            if (!mine.isEmpty() && failures.getAndIncrement() == 0) {
                throw new IllegalStateException("the first attempt fails on purpose");
            }
            seen.addAll(mine);
        })) {
            Awaitility.await().atMost(PATIENCE).until(() -> !seen.isEmpty());
        }

        assertThat(seen).containsExactly("7");
        assertThat(failures).hasValue(2);
    }

    private void append(String key, int number) {
        transactions.run(TenantId.DEFAULT, handle -> outbox.append(handle, topics.deadLetters(), key, text(number)));
    }

    private List<String> received(String key, int count) {
        List<String> values = new CopyOnWriteArrayList<>();
        try (var loop = kafka.consume(
                "test-" + UUID.randomUUID(),
                List.of(topics.deadLetters()),
                batch -> batch.forEach(item -> {
                    if (key.equals(item.key())) {
                        values.add(new String(item.value(), StandardCharsets.UTF_8));
                    }
                }))) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> values.stream().distinct().count() >= count);
        }
        return List.copyOf(values);
    }

    private void killRelayConnection() {
        transactions.inJobs(handle -> handle.createQuery(
                        "select count(pg_terminate_backend(l.pid)) from pg_locks l where l.locktype = 'advisory'")
                .mapTo(Long.class)
                .one());
    }

    private long waiting() {
        return transactions.inJobs(handle -> handle.createQuery("select count(*) from outbox")
                .mapTo(Long.class)
                .one());
    }

    private static byte[] text(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }
}
