package dev.muster.benchmarks.telemetry;

import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Canonical records of a thousand devices, four values each, as gateways would write them. */
final class RecordLoad {
    static final int DEVICES = 1_000;
    static final int METRICS = 4;

    private RecordLoad() {}

    /** Writes {@code messages} to the topic of telemetry and waits until Kafka has them; each device counts on from {@code fromSeq}. */
    static void write(KafkaSettings kafka, String bootstrap, int messages, long fromSeq) {
        String topic = kafka.topics().telemetry();
        long now = System.currentTimeMillis();
        try (KafkaProducer<byte[], byte[]> producer = Producers.open(bootstrap)) {
            for (int i = 0; i < messages; i++) {
                int device = i % DEVICES;
                TelemetryBatch.Builder batch = TelemetryBatch.newBuilder()
                        .setTenant(LoadMessage.TENANT)
                        .setDevice("s" + device)
                        .setBoot(1)
                        .setSeq(fromSeq + i / DEVICES + 1)
                        .setReceivedAtMs(now + i / DEVICES);
                for (int metric = 0; metric < METRICS; metric++) {
                    batch.addMetrics(Metric.newBuilder()
                            .setName("metric." + metric)
                            .setAtMs(now + i / DEVICES)
                            .setNumber(i * 0.5 + metric));
                }
                byte[] key = (LoadMessage.TENANT + "/s" + device).getBytes(StandardCharsets.UTF_8);
                var unused = producer.send(
                        new ProducerRecord<>(topic, key, batch.build().toByteArray()));
            }
            producer.flush();
        }
    }
}
