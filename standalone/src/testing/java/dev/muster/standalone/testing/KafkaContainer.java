package dev.muster.standalone.testing;

import dev.muster.standalone.kafka.KafkaNode;
import dev.muster.standalone.kafka.KafkaSeat;
import dev.muster.standalone.process.Ports;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** Kafka in a container, of an image that takes what the official one does: settings as variables of the environment. */
final class KafkaContainer extends ServerContainer implements TestBroker {
    private static final String CLUSTER = "bXVzdGVyLXRlc3RzLW9ubA";
    private static final Path FOLDER = Path.of("/tmp/kafka-data");
    private static final int CONTROLLER = 9093;
    private static final int OTHER_CONTROLLER = 9094;
    private static final int LOOK_MILLIS = 2_000;

    private final int port;

    private KafkaContainer(int port) {
        // The same number inside and out: the broker tells clients where to come, and is its own client.
        super(new Spec("Kafka", TestImage.of("kafka"), port, port, environment(port), List.of()));
        this.port = port;
    }

    /** A new one. */
    static KafkaContainer run() {
        KafkaContainer server = new KafkaContainer(Ports.free());
        server.create();
        return server;
    }

    private static Map<String, String> environment(int port) {
        int controller = port == CONTROLLER ? OTHER_CONTROLLER : CONTROLLER;
        Map<String, String> settings =
                new HashMap<>(new KafkaNode(FOLDER, port, controller, KafkaSeat.alone(controller)).settings());
        // Inside, loopback would be the container's own.
        settings.put("listeners", "PLAINTEXT://0.0.0.0:" + port + ",CONTROLLER://127.0.0.1:" + controller);
        Map<String, String> environment = new HashMap<>();
        settings.forEach((name, value) ->
                environment.put("KAFKA_" + name.toUpperCase(Locale.ROOT).replace('.', '_'), value));
        environment.put("CLUSTER_ID", CLUSTER);
        environment.put("KAFKA_HEAP_OPTS", "-Xms64m -Xmx256m");
        return environment;
    }

    /** A node names itself once it has joined its own cluster; its port opens before. */
    @Override
    boolean serves() {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", bootstrap(),
                "request.timeout.ms", LOOK_MILLIS,
                "default.api.timeout.ms", LOOK_MILLIS);
        try (Admin admin = Admin.create(settings)) {
            return !admin.describeCluster().nodes().get().isEmpty();
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }
}
