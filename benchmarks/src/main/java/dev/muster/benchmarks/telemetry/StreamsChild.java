package dev.muster.benchmarks.telemetry;

import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.streams.StreamsApp;
import dev.muster.telemetry.streams.StreamsConfiguration;
import java.nio.file.Path;

/** The product's stream topology alone. Order: {@code ready}. */
final class StreamsChild {
    private StreamsChild() {}

    /** Arguments: Kafka's bootstrap, directory of its state, prefix of topics (may be empty). */
    public static void main(String[] args) throws Exception {
        StreamsApp streams =
                StreamsApp.start(StreamsConfiguration.of(KafkaSettings.plain(args[0], args[2]), Path.of(args[1])));
        ChildJvm.serve(order -> Boolean.toString(streams.health().ready()));
        System.exit(0);
    }
}
