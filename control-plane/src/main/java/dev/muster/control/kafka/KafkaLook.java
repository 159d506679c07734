package dev.muster.control.kafka;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

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
     * How many brokers answer.
     *
     * @throws KafkaException if none does within some seconds
     */
    public int brokers() {
        return asked(admin -> admin.describeCluster().nodes().get(LIMIT_MILLIS, TimeUnit.MILLISECONDS))
                .size();
    }

    /**
     * How many records each of our consumer groups has not read yet, by its name without the prefix.
     *
     * @throws KafkaException if Kafka does not answer within some seconds, or refuses
     */
    public Map<String, Long> lags() {
        return asked(admin -> {
            List<String> groups = admin.listGroups().all().get(LIMIT_MILLIS, TimeUnit.MILLISECONDS).stream()
                    .map(group -> group.groupId())
                    .filter(this::isOurs)
                    .toList();
            Map<String, Map<TopicPartition, OffsetAndMetadata>> read = new TreeMap<>();
            Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
            for (String group : groups) {
                Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
                read.put(group.substring(prefix.length()), offsets);
                offsets.keySet().forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
            }
            Map<TopicPartition, ListOffsetsResultInfo> ends =
                    admin.listOffsets(wanted).all().get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
            Map<String, Long> lags = new TreeMap<>();
            read.forEach((group, offsets) -> lags.put(group, behind(offsets, ends)));
            return lags;
        });
    }

    private boolean isOurs(String group) {
        return group.startsWith(prefix) && OURS.stream().anyMatch(own -> group.startsWith(own, prefix.length()));
    }

    private static long behind(
            Map<TopicPartition, @Nullable OffsetAndMetadata> offsets, Map<TopicPartition, ListOffsetsResultInfo> ends) {
        long records = 0;
        for (var read : offsets.entrySet()) {
            OffsetAndMetadata offset = read.getValue();
            ListOffsetsResultInfo end = ends.get(read.getKey());
            if (offset != null && end != null) {
                records += Math.max(0, end.offset() - offset.offset());
            }
        }
        return records;
    }

    private interface Question<T> {
        T ask(Admin admin) throws Exception;
    }

    private <T> T asked(Question<T> question) {
        Map<String, Object> settings = clients.common();
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
        try (Admin admin = Admin.create(settings)) {
            return question.ask(admin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause() == null ? "no answer" : String.valueOf(e.getCause().getMessage()), e);
        } catch (KafkaException e) {
            throw e;
        } catch (Exception e) {
            throw new KafkaException("no answer within " + LIMIT_MILLIS + " ms", e);
        }
    }
}
