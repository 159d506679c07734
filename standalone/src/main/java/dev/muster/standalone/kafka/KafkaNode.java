package dev.muster.standalone.kafka;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The settings of the one node: durable, small, quick to start, closed to the network.
 *
 * @param data where it keeps everything
 * @param port for clients, on loopback
 * @param controllerPort for its own quorum, on loopback
 */
public record KafkaNode(Path data, int port, int controllerPort) {
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    /** Names and values as in Kafka's {@code server.properties}. */
    public Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", CONTROLLER_LISTENER);
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + port + "," + CONTROLLER_LISTENER + "://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        settings.put("log.dirs", data.toString());
        // Topics are made by name, partition count and policy; a typo must not make one.
        settings.put("auto.create.topics.enable", "false");
        // One node: every internal topic has one copy.
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "10");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "10");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
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
