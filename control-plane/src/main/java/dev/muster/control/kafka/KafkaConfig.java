package dev.muster.control.kafka;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Map;
import java.util.Optional;

/** How to reach Kafka. */
@ConfigMapping(prefix = "muster.kafka")
public interface KafkaConfig {
    /** {@code host:port}, several separated by commas. */
    String bootstrap();

    /** Put before every topic's name. */
    Optional<String> topicPrefix();

    /** Copies per topic where this server creates it. */
    @WithDefault("1")
    short replicationFactor();

    /** Further settings of every Kafka client, such as those for SASL and TLS. */
    Map<String, String> client();
}
