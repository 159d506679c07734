package dev.muster.control.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** A Kafka that is not there; one that is there is {@code DoctorIT}'s. */
class KafkaLookIT {
    private record At(String bootstrap) implements KafkaConfig {
        @Override
        public Optional<String> topicPrefix() {
            return Optional.empty();
        }

        @Override
        public short replicationFactor() {
            return 1;
        }

        @Override
        public Map<String, String> client() {
            return Map.of();
        }
    }

    @Test
    void whereNobodyAnswersItEndsAndSaysSo() throws IOException {
        // Connected, and never answered: worse than refused.
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            KafkaConfig config = new At("127.0.0.1:" + mute.getLocalPort());
            KafkaLook look = new KafkaLook(new KafkaClients(config), config);

            assertThatThrownBy(look::look).isInstanceOf(KafkaException.class);
        }
    }
}
