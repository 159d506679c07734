package dev.muster.telemetry.streams;

import dev.muster.telemetry.kafka.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the topology needs to run.
 *
 * @param stateDir directory for local state, kept over restarts, used by one process
 * @param threads stream threads of this process
 * @param emitEvery how often changed windows are written to the rollup topic
 * @param stateMemoryBytes upper bound of RocksDB's memory (blocks, indexes and write buffers of all stores); kept from 24 MiB on
 */
public record StreamsConfiguration(
        KafkaSettings kafka, Path stateDir, int threads, Duration emitEvery, long stateMemoryBytes) {

    /** One thread, windows every 5 seconds, 32 MiB. */
    public static StreamsConfiguration of(KafkaSettings kafka, Path stateDir) {
        return new StreamsConfiguration(kafka, stateDir, 1, Duration.ofSeconds(5), 32L * 1024 * 1024);
    }
}
