package dev.muster.control.kafka;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Looks at Kafka from outside, with a connection of its own that ends with the look. Thread-safe. */
@Singleton
public final class KafkaLook {
    private static final int LIMIT_MILLIS = 4_000;

    /** How groups of this product begin, after the prefix of topics. */
    private static final List<String> OURS = List.of("control-", "telemetry-");

    private final KafkaClients clients;
    private final String prefix;

    KafkaLook(KafkaClients clients, KafkaConfig config) {
        this.clients = clients;
        this.prefix = config.topicPrefix().orElse("");
    }

    /**
     * What Kafka says of itself and of us.
     *
     * @param lags how many records each of our consumer groups has not read yet, by its name without the prefix
     */
    public record Seen(int brokers, Map<String, Long> lags) {
        public Seen {
            lags = Map.copyOf(lags);
        }
    }

    /**
     * Asks now.
     *
     * @throws KafkaException if Kafka does not answer within some seconds, or refuses
     */
    public Seen look() {
        Map<String, Object> settings = clients.common();
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
        try (Admin admin = Admin.create(settings)) {
            return new Seen(answer(admin.describeCluster().nodes()).size(), lags(admin));
        }
    }

    private Map<String, Long> lags(Admin admin) {
        List<String> groups = answer(admin.listGroups().all()).stream()
                .map(GroupListing::groupId)
                .filter(this::isOurs)
                .toList();
        Map<String, Map<TopicPartition, OffsetAndMetadata>> read = new TreeMap<>();
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (String group : groups) {
            Map<TopicPartition, OffsetAndMetadata> offsets =
                    answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            read.put(group.substring(prefix.length()), offsets);
            offsets.keySet().forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
        }
        Map<TopicPartition, ListOffsetsResultInfo> ends =
                answer(admin.listOffsets(wanted).all());
        Map<String, Long> lags = new TreeMap<>();
        read.forEach((group, offsets) -> lags.put(group, behind(offsets, ends)));
        return lags;
    }

    private boolean isOurs(String group) {
        return group.startsWith(prefix) && OURS.stream().anyMatch(own -> group.startsWith(own, prefix.length()));
    }

    private static long behind(
            Map<TopicPartition, OffsetAndMetadata> offsets, Map<TopicPartition, ListOffsetsResultInfo> ends) {
        long records = 0;
        for (var read : offsets.entrySet()) {
            OffsetAndMetadata offset = read.getValue();
            ListOffsetsResultInfo end = ends.get(read.getKey());
            // A partition of which nothing was read yet has no offset.
            if (offset != null && end != null) {
                records += Math.max(0, end.offset() - offset.offset());
            }
        }
        return records;
    }

    private static <T> T answer(KafkaFuture<T> asked) {
        try {
            return asked.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        } catch (ExecutionException e) {
            throw new KafkaException("Kafka says no: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new KafkaException("no answer within " + LIMIT_MILLIS + " ms", e);
        }
    }
}
