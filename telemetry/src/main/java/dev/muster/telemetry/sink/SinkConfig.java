package dev.muster.telemetry.sink;

import dev.muster.telemetry.kafka.KafkaSettings;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What the sink needs to run.
 *
 * @param jdbcUrl of the database, {@code jdbc:postgresql://...}
 * @param username role that may write telemetry's tables, normally {@code muster_ingest}
 * @param rawRetention how long single samples are kept, by the time the gateway had them
 * @param rollupRetention how long one-minute windows are kept
 */
public record SinkConfig(
        KafkaSettings kafka,
        String jdbcUrl,
        String username,
        String password,
        Duration rawRetention,
        Duration rollupRetention,
        InstantSource clock) {

    /** Raw samples 7 days, one-minute windows 90 days, the system's clock. */
    public static SinkConfig of(KafkaSettings kafka, String jdbcUrl, String username, String password) {
        return new SinkConfig(
                kafka, jdbcUrl, username, password, Duration.ofDays(7), Duration.ofDays(90), InstantSource.system());
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "SinkConfig[" + jdbcUrl + " as " + username + "]";
    }
}
