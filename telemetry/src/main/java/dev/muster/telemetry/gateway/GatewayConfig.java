package dev.muster.telemetry.gateway;

import dev.muster.telemetry.kafka.KafkaSettings;
import java.net.InetSocketAddress;
import java.time.InstantSource;

/**
 * What a gateway needs to run.
 *
 * @param instance name of this gateway in claims and presence; unique among running gateways, kept over restarts
 * @param bind address to listen on; port 0 picks a free one
 * @param tls who does TLS
 * @param sparkplugHost id under which foreign edge nodes find the state of their host
 */
public record GatewayConfig(
        KafkaSettings kafka,
        String instance,
        InetSocketAddress bind,
        GatewayLimits limits,
        InstantSource clock,
        TlsProvider tls,
        String sparkplugHost) {
    /** Id of the host where nobody says another. */
    private static final String HOST = "muster";

    /** A gateway with default limits and the system's clock. */
    public static GatewayConfig of(KafkaSettings kafka, String instance, InetSocketAddress bind) {
        return new GatewayConfig(
                kafka, instance, bind, GatewayLimits.DEFAULT, InstantSource.system(), TlsProvider.AUTO, HOST);
    }

    public GatewayConfig withLimits(GatewayLimits other) {
        return new GatewayConfig(kafka, instance, bind, other, clock, tls, sparkplugHost);
    }

    public GatewayConfig withTls(TlsProvider other) {
        return new GatewayConfig(kafka, instance, bind, limits, clock, other, sparkplugHost);
    }
}
