package dev.muster.protocol.kafka;

import java.util.List;

/**
 * Every topic that control plane and telemetry share, after a configurable prefix. Keys are {@code tenant/device} in
 * UTF-8 where not said otherwise. Partition counts are fixed at creation, because keys must not move.
 */
public final class KafkaTopics {
    private static final int PARTITIONS = 12;

    private final String prefix;

    /** Names after {@code prefix}, such as {@code muster.}, which may be empty. */
    public KafkaTopics(String prefix) {
        this.prefix = prefix;
    }

    /** Control plane to gateways, compacted: {@link DeviceState}; under the key of a tenant what holds for all its devices. */
    public String deviceState() {
        return prefix + "device-state";
    }

    /**
     * Gateways to gateways, compacted: {@link SessionClaim}; the offset is the fencing epoch. One partition. Under the
     * name of a gateway alone: that it lives.
     */
    public String sessions() {
        return prefix + "sessions";
    }

    /** Control plane to gateways: {@link DownMessage}; one partition, every gateway reads all. */
    public String down() {
        return prefix + "down";
    }

    /** Gateway to control plane: the payload of {@code .../reported} as sent. */
    public String reported() {
        return prefix + "reported";
    }

    /** Gateway to control plane: the payload of {@code .../command/<id>} as sent. */
    public String commandAnswers() {
        return prefix + "command-answers";
    }

    /** Gateway to control plane: the payload of {@code .../event} as sent. */
    public String events() {
        return prefix + "events";
    }

    /** Gateway to control plane, compacted: {@link Presence}. */
    public String presence() {
        return prefix + "presence";
    }

    /** Gateway to streams and sink: {@code TelemetryBatch} of {@code telemetry.proto}. */
    public String telemetry() {
        return prefix + "telemetry";
    }

    /** Streams to sink: {@code Rollup} of {@code telemetry.proto}, whole one-minute windows. */
    public String rollups() {
        return prefix + "rollups";
    }

    /** As {@link #rollups()}, whole windows of an hour. Apart, so that who knows minutes only takes no hour for one. */
    public String hourlyRollups() {
        return prefix + "rollups-1h";
    }

    /** Control plane to streams, compacted: {@code AlertRule}; key {@code tenant/rule}. */
    public String alertRules() {
        return prefix + "alert-rules";
    }

    /** Control plane to streams, compacted: {@code WatchedDevice}, the rules that watch a device. */
    public String alertDevices() {
        return prefix + "alert-devices";
    }

    /** Streams to control plane: {@code AlertNews}. */
    public String alerts() {
        return prefix + "alerts";
    }

    /** Gateway to control plane, compacted: {@link SparkplugNode}. */
    public String sparkplugNodes() {
        return prefix + "sparkplug-nodes";
    }

    /** What could not be read: the payload as sent; headers {@code topic} and {@code reason}. */
    public String deadLetters() {
        return prefix + "dead-letters";
    }

    /** How each topic is to be created. */
    public List<Topic> all() {
        return List.of(
                new Topic(deviceState(), 1, true),
                new Topic(sessions(), 1, true),
                new Topic(down(), 1, false),
                new Topic(reported(), PARTITIONS, false),
                new Topic(commandAnswers(), PARTITIONS, false),
                new Topic(events(), PARTITIONS, false),
                new Topic(presence(), PARTITIONS, true),
                new Topic(telemetry(), PARTITIONS, false),
                new Topic(rollups(), PARTITIONS, false),
                new Topic(hourlyRollups(), PARTITIONS, false),
                new Topic(alertRules(), 1, true),
                new Topic(alertDevices(), PARTITIONS, true),
                new Topic(alerts(), PARTITIONS, false),
                new Topic(sparkplugNodes(), PARTITIONS, true),
                new Topic(deadLetters(), 1, false));
    }

    /** One topic to create; {@code compacted} keeps the last record of every key instead of a span of time. */
    public record Topic(String name, int partitions, boolean compacted) {}
}
