package dev.muster.telemetry.gateway;

import java.time.Duration;

/**
 * What protects a gateway from its devices.
 *
 * @param receiveMaximum QoS 1 messages a device may have unacknowledged, 1 to 65,535
 * @param maxPacketBytes largest MQTT packet accepted, in bytes
 * @param connectTimeout from accepting a connection to its complete CONNECT, and again from there to the claim's return
 * @param maxKeepAlive longest silence a device may ask for
 * @param acceptsPerSecond new connections taken per second; the rest waits in the listener's backlog
 * @param inFlightBytes of payload handed to Kafka and not yet acknowledged, over all devices; beyond it sockets are not
 *     read
 * @param ackTimeout after which a connection whose oldest message Kafka has not acknowledged is closed
 * @param drain span over which sessions are closed on shutdown
 * @param eventLoops number of I/O threads
 */
public record GatewayLimits(
        int receiveMaximum,
        int maxPacketBytes,
        Duration connectTimeout,
        Duration maxKeepAlive,
        int acceptsPerSecond,
        long inFlightBytes,
        Duration ackTimeout,
        Duration drain,
        int eventLoops) {

    /** Fits one machine with a few thousand devices. */
    public static final GatewayLimits DEFAULT = new GatewayLimits(
            256,
            256 * 1024,
            Duration.ofSeconds(10),
            Duration.ofMinutes(20),
            500,
            32L * 1024 * 1024,
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    public GatewayLimits withAckTimeout(Duration other) {
        return new GatewayLimits(
                receiveMaximum,
                maxPacketBytes,
                connectTimeout,
                maxKeepAlive,
                acceptsPerSecond,
                inFlightBytes,
                other,
                drain,
                eventLoops);
    }

    public GatewayLimits withConnectTimeout(Duration other) {
        return new GatewayLimits(
                receiveMaximum,
                maxPacketBytes,
                other,
                maxKeepAlive,
                acceptsPerSecond,
                inFlightBytes,
                ackTimeout,
                drain,
                eventLoops);
    }
}
