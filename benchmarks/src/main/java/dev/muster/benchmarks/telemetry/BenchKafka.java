package dev.muster.benchmarks.telemetry;

import dev.muster.benchmarks.ProcessCpu;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.standalone.kafka.KafkaOptions;
import dev.muster.standalone.kafka.KafkaServer;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.kafka.TopicAdmin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A Kafka of the run's own, as {@code ./muster up} starts it, with the product's topics. */
final class BenchKafka implements AutoCloseable {
    static final int PARTITIONS = 12;

    private final KafkaOptions options;
    private KafkaServer server;

    private BenchKafka(KafkaOptions options, KafkaServer server) {
        this.options = options;
        this.server = server;
    }

    static BenchKafka start(Path home, Path directory) {
        System.setProperty(
                "muster.standalone.runtime",
                home.resolve("standalone/target/runtime").toString());
        KafkaOptions options = KafkaOptions.in(directory.resolve("kafka"));
        BenchKafka kafka = new BenchKafka(options, KafkaServer.start(options));
        TopicAdmin.ensure(kafka.settings(), (short) 1);
        return kafka;
    }

    KafkaSettings settings() {
        return KafkaSettings.plain(bootstrap(), "");
    }

    String bootstrap() {
        return server.bootstrap();
    }

    double cpuSeconds() {
        return ProcessCpu.seconds(server.process().pid());
    }

    /** A topic of as many partitions as that of telemetry. */
    void topic(String name) throws IOException, InterruptedException {
        try (Admin admin = Admin.create(settings().clientProperties())) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IOException("cannot create topic `" + name + "`", e);
        }
    }

    /** Lets devices in, as the control plane would. */
    void admit(List<DeviceRef> devices) {
        try (KafkaProducer<byte[], byte[]> producer = Producers.open(bootstrap())) {
            String topic = settings().topics().deviceState();
            byte[] active = new DeviceState(DeviceState.Status.ACTIVE, 1, 1).toJson();
            for (DeviceRef device : devices) {
                var unused = producer.send(
                        new ProducerRecord<>(topic, device.key().getBytes(StandardCharsets.UTF_8), active));
            }
            producer.flush();
        }
    }

    /** SIGKILL, and up again. */
    void killAndRestart() {
        server.kill();
        server = KafkaServer.start(options);
    }

    @Override
    public void close() {
        server.close();
    }
}
