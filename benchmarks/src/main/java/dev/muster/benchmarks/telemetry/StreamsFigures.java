package dev.muster.benchmarks.telemetry;

import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.Report.Bar;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.kafka.TopicAdmin;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * One, two and three instances of the stream topology on the same messages. On few cores more instances cannot be faster;
 * what can be seen is what sharing costs: CPU for a million messages beside that of one instance.
 */
final class StreamsFigures {
    private static final int MOST = 3;
    private static final Bar SHARING = new Bar.AtMost(1.2);
    private static final long PATIENCE_SECONDS = 300;

    private final TelemetryBenchmark.Plan plan;
    private final PrintStream out;
    private final ChildJvm.Launch launch;
    private final BenchKafka kafka;

    StreamsFigures(TelemetryBenchmark.Plan plan, PrintStream out, ChildJvm.Launch launch, BenchKafka kafka) {
        this.plan = plan;
        this.out = out;
        this.launch = launch;
        this.kafka = kafka;
    }

    /** What one trial saw; CPU is that of all instances, Kafka's not. */
    private record Trial(double messagesPerSecond, double cpuPerMillion) {}

    void measure(Report report) throws IOException, InterruptedException {
        out.println("measuring one, two and three instances of streams ...");
        List<List<Trial>> trials = new ArrayList<>();
        for (int instances = 1; instances <= MOST; instances++) {
            trials.add(new ArrayList<>());
        }
        for (int round = 1; round <= plan.sinkRounds(); round++) {
            for (int instances = 1; instances <= MOST; instances++) {
                Trial trial = trial(instances, round);
                trials.get(instances - 1).add(trial);
                out.printf(
                        "round %d of %d: %d instances, %,.0f messages/s, %.1f CPU s/1M%n",
                        round, plan.sinkRounds(), instances, trial.messagesPerSecond(), trial.cpuPerMillion());
            }
        }
        List<Trial> alone = trials.getFirst();
        for (int instances = 1; instances <= MOST; instances++) {
            List<Trial> shared = trials.get(instances - 1);
            String name = "streams, " + instances + (instances == 1 ? " instance: " : " instances: ");
            report.row(
                    name + "messages",
                    "1/s",
                    shared.stream().map(Trial::messagesPerSecond).toList(),
                    Bar.NONE);
            report.row(
                    name + "CPU per 1M messages",
                    "s",
                    shared.stream().map(Trial::cpuPerMillion).toList(),
                    Bar.NONE);
            if (instances > 1) {
                List<Double> ratios = new ArrayList<>();
                for (int round = 0; round < shared.size(); round++) {
                    ratios.add(
                            shared.get(round).cpuPerMillion() / alone.get(round).cpuPerMillion());
                }
                report.row(name + "CPU beside one", "x", ratios, SHARING);
            }
        }
    }

    /** Topics and state of its own; half of the messages warm up, the other half count. */
    private Trial trial(int instances, int round) throws IOException, InterruptedException {
        String prefix = "streams-%d-%d.".formatted(instances, round);
        KafkaSettings settings = KafkaSettings.plain(kafka.bootstrap(), prefix);
        TopicAdmin.ensure(settings, (short) 1);
        List<ChildJvm> children = new ArrayList<>();
        int half = plan.sinkMessages() / 2;
        try (Admin admin = Admin.create(settings.clientProperties())) {
            for (int i = 0; i < instances; i++) {
                String name = prefix + i;
                children.add(launch.start(
                        name,
                        StreamsChild.class,
                        ChildJvm.heap("256"),
                        kafka.bootstrap(),
                        launch.directory().resolve(name).toString(),
                        prefix));
            }
            RecordLoad.write(settings, kafka.bootstrap(), half, 0);
            awaitRead(admin, settings, children);
            double cpu = cpu(children);
            long begin = System.nanoTime();
            RecordLoad.write(settings, kafka.bootstrap(), half, half / RecordLoad.DEVICES);
            awaitRead(admin, settings, children);
            double seconds = (System.nanoTime() - begin) / 1e9;
            Trial trial = new Trial(half / seconds, (cpu(children) - cpu) / half * 1_000_000);
            children.forEach(ChildJvm::close);
            drop(admin, prefix);
            return trial;
        } catch (ExecutionException e) {
            throw new IOException("Kafka: " + e.getMessage(), e);
        } finally {
            children.forEach(ChildJvm::close);
        }
    }

    private static double cpu(List<ChildJvm> children) {
        return children.stream().mapToDouble(ChildJvm::cpuSeconds).sum();
    }

    /** All instances run and what they committed reaches the end of each partition. */
    private static void awaitRead(Admin admin, KafkaSettings settings, List<ChildJvm> children)
            throws IOException, InterruptedException, ExecutionException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!allReady(children) || !allRead(admin, settings)) {
            if (System.nanoTime() - until > 0) {
                throw new IOException("streams did not read all messages within " + PATIENCE_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static boolean allReady(List<ChildJvm> children) throws IOException {
        for (ChildJvm child : children) {
            if (!child.ask("ready").equals(List.of("true"))) {
                return false;
            }
        }
        return true;
    }

    private static boolean allRead(Admin admin, KafkaSettings settings)
            throws InterruptedException, ExecutionException {
        String topic = settings.topics().telemetry();
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int partition = 0; partition < BenchKafka.PARTITIONS; partition++) {
            asked.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        Map<TopicPartition, ListOffsetsResultInfo> ends =
                admin.listOffsets(asked).all().get();
        var committed = admin.listConsumerGroupOffsets(settings.topicPrefix() + "telemetry-streams")
                .partitionsToOffsetAndMetadata()
                .get();
        return ends.entrySet().stream()
                .filter(end -> end.getValue().offset() > 0)
                .allMatch(end -> committed.get(end.getKey()) != null
                        && committed.get(end.getKey()).offset()
                                >= end.getValue().offset());
    }

    private static void drop(Admin admin, String prefix) throws InterruptedException, ExecutionException {
        admin.deleteTopics(admin.listTopics().names().get().stream()
                        .filter(topic -> topic.startsWith(prefix))
                        .toList())
                .all()
                .get();
    }
}
