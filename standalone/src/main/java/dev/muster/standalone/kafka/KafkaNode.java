package dev.muster.standalone.kafka;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The settings of a node: durable, small, quick to start, closed to the network.
 *
 * @param data where it keeps everything
 * @param port for clients, on loopback
 * @param controllerPort for the quorum, on loopback
 * @param seat which node of its cluster it is
 */
public record KafkaNode(Path data, int port, int controllerPort, KafkaSeat seat) {
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    /** Names and values as in Kafka's {@code server.properties}. */
    public Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(seat.node()));
        settings.put("controller.quorum.voters", String.join(",", seat.voters()));
        settings.put("controller.listener.names", CONTROLLER_LISTENER);
        settings.put(
                "listeners",
                "PLAINTEXT://" + seat.host() + ":" + port + "," + CONTROLLER_LISTENER + "://" + seat.host() + ":"
                        + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://" + seat.host() + ":" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        settings.put("log.dirs", data.toString());
        // Topics are made by name, partition count and policy; a typo must not make one.
        settings.put("auto.create.topics.enable", "false");
        String copies = Integer.toString(seat.copies());
        String inSync = Integer.toString(seat.inSync());
        settings.put("default.replication.factor", copies);
        settings.put("min.insync.replicas", inSync);
        settings.put("offsets.topic.replication.factor", copies);
        settings.put("offsets.topic.num.partitions", "10");
        settings.put("transaction.state.log.replication.factor", copies);
        settings.put("transaction.state.log.min.isr", inSync);
        settings.put("transaction.state.log.num.partitions", "10");
        settings.put("share.coordinator.state.topic.replication.factor", copies);
        settings.put("share.coordinator.state.topic.min.isr", inSync);
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        // After SIGKILL the node waits for its own old registration to lapse; 9 s by default.
        settings.put("broker.session.timeout.ms", "3000");
        settings.put("broker.heartbeat.interval.ms", "500");
        // A small machine: few threads, 16 MiB of dedupe buffer for compaction, segments that retention can drop soon.
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("log.cleaner.dedupe.buffer.size", "16777216");
        settings.put("log.segment.bytes", "134217728");
        settings.put("log.retention.hours", "24");
        return settings;
    }
}
