package dev.muster.telemetry.kafka;

import dev.muster.protocol.kafka.KafkaTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the shared topics. Partition counts are fixed at creation, because keys must not move. */
public final class TopicAdmin {
    private TopicAdmin() {}

    /**
     * Creates the shared topics that are missing; existing ones are left as they are. Safe to call from several
     * processes at once.
     *
     * @param replication copies of each topic; 1 on one machine
     * @return names of the topics this call created
     * @throws KafkaException if Kafka cannot be reached, refuses, or a topic has another number of partitions
     */
    public static List<String> ensure(KafkaSettings kafka, short replication) {
        Map<String, Object> properties = kafka.clientProperties();
        try (Admin admin = Admin.create(properties)) {
            return ensure(admin, kafka.topics().all(), replication);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while creating topics", e);
        } catch (ExecutionException e) {
            throw new KafkaException("cannot create topics at `" + kafka.bootstrap() + "`: " + e.getCause(), e);
        }
    }

    private static List<String> ensure(Admin admin, List<KafkaTopics.Topic> wanted, short replication)
            throws ExecutionException, InterruptedException {
        Set<String> existing = admin.listTopics().names().get();
        List<String> created = new ArrayList<>();
        for (KafkaTopics.Topic topic : wanted) {
            if (existing.contains(topic.name())) {
                refuseOtherPartitionCount(admin, topic);
            } else if (create(admin, topic, replication)) {
                created.add(topic.name());
            }
        }
        return List.copyOf(created);
    }

    private static boolean create(Admin admin, KafkaTopics.Topic topic, short replication)
            throws ExecutionException, InterruptedException {
        NewTopic request = new NewTopic(topic.name(), topic.partitions(), replication)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        topic.compacted() ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE));
        try {
            admin.createTopics(List.of(request)).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false; // another process was faster
            }
            throw e;
        }
    }

    private static void refuseOtherPartitionCount(Admin admin, KafkaTopics.Topic topic)
            throws ExecutionException, InterruptedException {
        TopicDescription description = Objects.requireNonNull(admin.describeTopics(List.of(topic.name()))
                .allTopicNames()
                .get()
                .get(topic.name()));
        int found = description.partitions().size();
        if (found != topic.partitions()) {
            throw new KafkaException(
                    "expected " + topic.partitions() + " partitions of topic `" + topic.name() + "`, found " + found);
        }
    }
}
