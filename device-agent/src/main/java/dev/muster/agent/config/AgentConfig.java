package dev.muster.agent.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

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
 * @param countBytes bound of the queue of counts on disk: use of permissions, disagreements of a watched policy
 * @param usage how often counts are sent, unless the settings say otherwise
 * @param watch how often the platform's permission table, settings and the situation are looked at where nobody tells of changes
 * @param fileNews whether the operating system is asked to tell of changed files, one listener for each agent
 * @param services a second local socket, which a group may open; none by default
 */
public record AgentConfig(
        Duration refresh,
        Duration sample,
        Duration reconnectBase,
        Duration reconnectMax,
        Duration keepAlive,
        int inFlight,
        long telemetryBytes,
        long eventBytes,
        long countBytes,
        Duration usage,
        Duration watch,
        boolean fileNews,
        Optional<ServicesSocket> services) {

    /**
     * Where services of other users ask.
     *
     * @param group of the system that may open it
     */
    public record ServicesSocket(Path path, String group) {}

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
                1L << 20,
                2L << 20,
                Duration.ofMinutes(15),
                Duration.ofSeconds(1),
                false,
                Optional.empty());
    }

    public AgentConfig withServices(ServicesSocket value) {
        return with(refresh, sample, reconnectBase, reconnectMax, usage, watch, fileNews, Optional.of(value));
    }

    public AgentConfig withFileNews() {
        return with(refresh, sample, reconnectBase, reconnectMax, usage, watch, true, services);
    }

    public AgentConfig withRefresh(Duration value) {
        return with(value, sample, reconnectBase, reconnectMax, usage, watch, fileNews, services);
    }

    public AgentConfig withSample(Duration value) {
        return with(refresh, value, reconnectBase, reconnectMax, usage, watch, fileNews, services);
    }

    public AgentConfig withReconnect(Duration base, Duration max) {
        return with(refresh, sample, base, max, usage, watch, fileNews, services);
    }

    public AgentConfig withUsage(Duration value) {
        return with(refresh, sample, reconnectBase, reconnectMax, value, watch, fileNews, services);
    }

    public AgentConfig withWatch(Duration value) {
        return with(refresh, sample, reconnectBase, reconnectMax, usage, value, fileNews, services);
    }

    private AgentConfig with(
            Duration refresh,
            Duration sample,
            Duration base,
            Duration max,
            Duration usage,
            Duration watch,
            boolean fileNews,
            Optional<ServicesSocket> services) {
        return new AgentConfig(
                refresh,
                sample,
                base,
                max,
                keepAlive,
                inFlight,
                telemetryBytes,
                eventBytes,
                countBytes,
                usage,
                watch,
                fileNews,
                services);
    }
}
