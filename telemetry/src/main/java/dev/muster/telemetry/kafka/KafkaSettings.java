package dev.muster.telemetry.kafka;

import dev.muster.protocol.kafka.KafkaTopics;
import java.util.HashMap;
import java.util.Map;

/**
 * How to reach Kafka.
 *
 * @param bootstrap {@code host:port}, comma separated
 * @param topicPrefix before every topic, consumer group and application id, such as {@code muster.}; may be empty
 * @param security client properties for security ({@code security.protocol}, {@code sasl.*}, {@code ssl.*}); may be empty
 */
public record KafkaSettings(String bootstrap, String topicPrefix, Map<String, String> security) {
    public KafkaSettings {
        security = Map.copyOf(security);
    }

    /** Plain, unauthenticated Kafka, as on one machine. */
    public static KafkaSettings plain(String bootstrap, String topicPrefix) {
        return new KafkaSettings(bootstrap, topicPrefix, Map.of());
    }

    public KafkaTopics topics() {
        return new KafkaTopics(topicPrefix);
    }

    /** Properties of a client that needs nothing special, mutable. */
    public Map<String, Object> clientProperties() {
        Map<String, Object> properties = new HashMap<>(security);
        properties.put("bootstrap.servers", bootstrap);
        return properties;
    }
}
