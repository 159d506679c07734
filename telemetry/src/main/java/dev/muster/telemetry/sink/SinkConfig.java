package dev.muster.telemetry.sink;

import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.schema.Retention;
import java.time.InstantSource;

/**
 * What the sink needs to run.
 *
 * @param jdbcUrl of the database, {@code jdbc:postgresql://...}
 * @param username role that may write telemetry's tables, normally {@code muster_ingest}
 * @param retention how long samples and windows are kept
 */
public record SinkConfig(
        KafkaSettings kafka,
        String jdbcUrl,
        String username,
        String password,
        Retention retention,
        InstantSource clock) {

    /** Kept as {@link Retention#DEFAULT} says, by the system's clock. */
    public static SinkConfig of(KafkaSettings kafka, String jdbcUrl, String username, String password) {
        return new SinkConfig(kafka, jdbcUrl, username, password, Retention.DEFAULT, InstantSource.system());
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "SinkConfig[" + jdbcUrl + " as " + username + "]";
    }
}
