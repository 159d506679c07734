package dev.muster.benchmarks.telemetry;

import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.sink.Sink;
import dev.muster.telemetry.sink.SinkConfig;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The product's sink alone. Orders: {@code pause}, {@code go}, {@code rows} (stored so far), {@code meter NAME}. */
final class SinkChild {
    private final SinkConfig config;
    private @Nullable Sink sink;
    private long former;

    private SinkChild(SinkConfig config) {
        this.config = config;
    }

    /** Arguments: Kafka's bootstrap, database, password. */
    public static void main(String[] args) throws Exception {
        SinkChild child =
                new SinkChild(SinkConfig.of(KafkaSettings.plain(args[0], ""), args[1], "muster_ingest", args[2]));
        child.go();
        ChildJvm.serve(child::answer);
        System.exit(0);
    }

    private String answer(List<String> order) throws Exception {
        switch (order.getFirst()) {
            case "pause" -> {
                Sink running = sink;
                if (running != null) {
                    former += rows(running);
                    running.close();
                    sink = null;
                }
            }
            case "go" -> go();
            default -> {}
        }
        Sink running = sink;
        return Long.toString(former + (running == null ? 0 : rows(running)));
    }

    private void go() throws InterruptedException {
        Sink started = Sink.start(config);
        while (!started.health().ready()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        sink = started;
    }

    private static long rows(Sink sink) {
        return sink.meters().stream()
                .filter(meter -> meter.name().equals("sink.rows"))
                .mapToLong(meter -> meter.value().getAsLong())
                .sum();
    }
}
