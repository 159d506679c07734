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
 * @param deviceQuota what each connection may send
 * @param tenantQuota what all devices of a tenant may send through this gateway
 * @param beat how often this gateway says that it lives; four without one, and others tell the end of its sessions
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
        int eventLoops,
        Quota deviceQuota,
        Quota tenantQuota,
        Duration beat) {

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
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
            Quota.NONE,
            Quota.NONE,
            Duration.ofSeconds(5));

    /** What a device that asks for {@code wanted} gets; 0 asks for none, which nobody gets. */
    int keepAliveSeconds(int wanted) {
        int longest = (int) maxKeepAlive.toSeconds();
        return wanted == 0 ? longest : Math.min(wanted, longest);
    }

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
                eventLoops,
                deviceQuota,
                tenantQuota,
                beat);
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
                eventLoops,
                deviceQuota,
                tenantQuota,
                beat);
    }

    public GatewayLimits withReceiveMaximum(int other) {
        return new GatewayLimits(
                other,
                maxPacketBytes,
                connectTimeout,
                maxKeepAlive,
                acceptsPerSecond,
                inFlightBytes,
                ackTimeout,
                drain,
                eventLoops,
                deviceQuota,
                tenantQuota,
                beat);
    }

    public GatewayLimits withAcceptsPerSecond(int other) {
        return new GatewayLimits(
                receiveMaximum,
                maxPacketBytes,
                connectTimeout,
                maxKeepAlive,
                other,
                inFlightBytes,
                ackTimeout,
                drain,
                eventLoops,
                deviceQuota,
                tenantQuota,
                beat);
    }

    public GatewayLimits withDrain(Duration other) {
        return new GatewayLimits(
                receiveMaximum,
                maxPacketBytes,
                connectTimeout,
                maxKeepAlive,
                acceptsPerSecond,
                inFlightBytes,
                ackTimeout,
                other,
                eventLoops,
                deviceQuota,
                tenantQuota,
                beat);
    }

    public GatewayLimits withInFlightBytes(long other) {
        return new GatewayLimits(
                receiveMaximum,
                maxPacketBytes,
                connectTimeout,
                maxKeepAlive,
                acceptsPerSecond,
                other,
                ackTimeout,
                drain,
                eventLoops,
                deviceQuota,
                tenantQuota,
                beat);
    }

    public GatewayLimits withBeat(Duration other) {
        return new GatewayLimits(
                receiveMaximum,
                maxPacketBytes,
                connectTimeout,
                maxKeepAlive,
                acceptsPerSecond,
                inFlightBytes,
                ackTimeout,
                drain,
                eventLoops,
                deviceQuota,
                tenantQuota,
                other);
    }

    /** With quotas for each connection and for each tenant. */
    public GatewayLimits withQuotas(Quota device, Quota tenant) {
        return new GatewayLimits(
                receiveMaximum,
                maxPacketBytes,
                connectTimeout,
                maxKeepAlive,
                acceptsPerSecond,
                inFlightBytes,
                ackTimeout,
                drain,
                eventLoops,
                device,
                tenant,
                beat);
    }
}
