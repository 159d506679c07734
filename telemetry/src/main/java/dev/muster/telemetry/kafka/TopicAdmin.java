package dev.muster.telemetry.kafka;

import dev.muster.protocol.kafka.KafkaTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the shared topics. Partition counts are fixed at creation, because keys must not move. */
public final class TopicAdmin {
    /** From so many copies on, all but one must have what is acknowledged: one broker may be away, and nothing is lost with it. */
    private static final int SAFE_COPIES = 3;

    private static final Duration VISIBLE = Duration.ofSeconds(30);

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
        List<KafkaTopics.Topic> missing = new ArrayList<>();
        for (KafkaTopics.Topic topic : wanted) {
            if (existing.contains(topic.name())) {
                refuseOtherPartitionCount(admin, topic);
            } else {
                missing.add(topic);
            }
        }
        List<String> created = create(admin, missing, replication);
        awaitLeaders(admin, created);
        return List.copyOf(created);
    }

    /** A topic that was just created is not known everywhere at once; who starts next should not stumble over that. */
    private static void awaitLeaders(Admin admin, List<String> topics) throws ExecutionException, InterruptedException {
        long deadline = System.nanoTime() + VISIBLE.toNanos();
        while (!haveLeaders(admin, topics)) {
            if (System.nanoTime() - deadline > 0) {
                throw new KafkaException("expected a leader for each partition of " + topics + " within " + VISIBLE);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static boolean haveLeaders(Admin admin, List<String> topics)
            throws ExecutionException, InterruptedException {
        try {
            return admin.describeTopics(topics).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.leader() != null);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    private static List<String> create(Admin admin, List<KafkaTopics.Topic> topics, short replication)
            throws ExecutionException, InterruptedException {
        List<NewTopic> requests = topics.stream()
                .map(topic -> new NewTopic(topic.name(), topic.partitions(), replication)
                        .configs(configs(topic, replication)))
                .toList();
        List<String> created = new ArrayList<>();
        for (Map.Entry<String, KafkaFuture<Void>> answer :
                admin.createTopics(requests).values().entrySet()) {
            try {
                answer.getValue().get();
                created.add(answer.getKey());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // else another process was faster
                    throw e;
                }
            }
        }
        return created;
    }

    private static Map<String, String> configs(KafkaTopics.Topic topic, short replication) {
        Map<String, String> configs = new HashMap<>();
        configs.put(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                topic.compacted() ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE);
        if (replication >= SAFE_COPIES) {
            // With one copy enough, what was acknowledged could be on the one disk that is lost next.
            configs.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(replication - 1));
        }
        return configs;
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
