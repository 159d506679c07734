package dev.muster.benchmarks.telemetry;

import dev.muster.telemetry.record.TelemetryBatch;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What became of every message of a fault run.
 *
 * @param lost acknowledged or sent by a device and not in Kafka
 * @param inversions first deliveries that came after one of a higher number, over all devices
 * @param repetitions in Kafka, of messages that a device sent again
 * @param rows in PostgreSQL for one of the message's metrics
 * @param distinctRows of them
 * @param rolledUp messages counted in the windows of streams
 */
record FaultVerdict(
        FaultRig.Sent devices,
        long lost,
        long inversions,
        long repetitions,
        long rows,
        long distinctRows,
        long rolledUp) {
    private static final long PATIENCE_SECONDS = 120;
    private static final String DISTINCT = """
        select count(*) from (select distinct device, num from telemetry.sample where metric = 'count') d
        """;

    /** Looks until sink and streams have everything, or gives up and says what is there. */
    static FaultVerdict of(FaultRig rig, FaultRig.Sent sent) throws IOException, InterruptedException, SQLException {
        Map<Integer, Set<Long>> seen = new HashMap<>();
        Map<Integer, Long> highest = new HashMap<>();
        long inversions = 0;
        long repetitions = 0;
        for (ConsumerRecord<byte[], byte[]> record : records(rig)) {
            int device = LoadMessage.index(record.key());
            long seq = TelemetryBatch.parseFrom(record.value()).getSeq();
            if (!seen.computeIfAbsent(device, any -> new HashSet<>()).add(seq)) {
                repetitions++;
            } else if (highest.merge(device, seq, Math::max) > seq) {
                inversions++;
            }
        }
        long arrived = seen.values().stream().mapToLong(Set::size).sum();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try (Connection database = rig.database()) {
                long rows = number(database, "select count(*) from telemetry.sample where metric = 'count'");
                long rolledUp =
                        number(database, "select coalesce(sum(n), 0) from telemetry.rollup_1m where metric = 'count'");
                if ((rows >= sent.sent() && rolledUp >= sent.sent()) || System.nanoTime() > end) {
                    long distinct = number(database, DISTINCT);
                    return new FaultVerdict(
                            sent, sent.sent() - arrived, inversions, repetitions, rows, distinct, rolledUp);
                }
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private static long number(Connection database, String query) throws SQLException {
        try (Statement statement = database.createStatement()) {
            // Telling some millions of messages apart in four megabytes takes a quarter of an hour.
            statement.execute("set work_mem = '512MB'");
            try (ResultSet row = statement.executeQuery(query)) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(FaultRig rig) {
        Map<String, Object> properties = rig.kafka().settings().clientProperties();
        String topic = rig.kafka().settings().topics().telemetry();
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    /** What is wrong, one sentence each; nothing if all holds. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        expect(complaints, "messages sent and not acknowledged", devices.sent() - devices.acknowledged(), 0);
        expect(complaints, "messages refused", devices.refused(), 0);
        expect(complaints, "acknowledgements out of order", devices.outOfOrder(), 0);
        expect(complaints, "messages lost", lost, 0);
        expect(complaints, "first deliveries out of order", inversions, 0);
        expect(complaints, "rows of the sink beside one for each message", rows - devices.sent(), 0);
        expect(complaints, "rows of the sink that repeat another", rows - distinctRows, 0);
        expect(complaints, "messages that streams missed or counted twice", rolledUp - devices.sent(), 0);
        long most = devices.reconnects() * FaultRig.WINDOW;
        if (repetitions > most) {
            complaints.add("expected at most " + most + " repetitions before the sink, found " + repetitions);
        }
        return complaints;
    }

    private static void expect(List<String> complaints, String what, long found, long expected) {
        if (found != expected) {
            complaints.add("expected " + expected + " " + what + ", found " + found);
        }
    }
}
