package dev.muster.agent.config;

import java.time.Duration;

/**
 * Timing and bounds of one agent.
 *
 * @param refresh how often the metadata is looked at without a hint; spread by a fifth
 * @param sample how often telemetry is taken
 * @param reconnectBase first reconnect delay; doubles with every failure, the real delay is a random part of it
 * @param reconnectMax bound of the doubled delay
 * @param keepAlive MQTT keep-alive
 * @param inFlight how many messages may wait for their acknowledgement
 * @param telemetryBytes bound of the telemetry queue on disk
 * @param eventBytes bound of the queue of events and answers on disk
 */
public record AgentConfig(
        Duration refresh,
        Duration sample,
        Duration reconnectBase,
        Duration reconnectMax,
        Duration keepAlive,
        int inFlight,
        long telemetryBytes,
        long eventBytes) {

    /** What an agent uses unless told otherwise. */
    public static AgentConfig defaults() {
        return new AgentConfig(
                Duration.ofMinutes(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(60),
                16,
                16L << 20,
                1L << 20);
    }

    public AgentConfig withRefresh(Duration value) {
        return new AgentConfig(
                value, sample, reconnectBase, reconnectMax, keepAlive, inFlight, telemetryBytes, eventBytes);
    }

    public AgentConfig withSample(Duration value) {
        return new AgentConfig(
                refresh, value, reconnectBase, reconnectMax, keepAlive, inFlight, telemetryBytes, eventBytes);
    }

    public AgentConfig withReconnect(Duration base, Duration max) {
        return new AgentConfig(refresh, sample, base, max, keepAlive, inFlight, telemetryBytes, eventBytes);
    }
}
