package dev.muster.control.roles;

import dev.muster.telemetry.gateway.TlsProvider;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The gateway's listener, and how much devices may send through it; 0 means no limit. */
@ConfigMapping(prefix = "muster.gateway")
public interface GatewayPort {
    /** TCP port; 0 picks a free one. */
    @WithDefault("7402")
    int port();

    /** Who does TLS: {@code auto} (BoringSSL where its library loads, else the JDK), {@code openssl} or {@code jdk}. */
    @WithDefault("auto")
    TlsProvider tls();

    /** Over what time a gateway that stops closes its sessions, one after the other, so that others are not asked by all at once. */
    @WithDefault("PT2S")
    Duration drain();

    /** QoS 1 and 0 together, of one device. */
    @WithDefault("1000")
    long deviceMessagesPerSecond();

    /** Of payload, of one device. */
    @WithDefault("1048576")
    long deviceBytesPerSecond();

    /** Of all devices of a tenant together, on each gateway. */
    @WithDefault("0")
    long tenantMessagesPerSecond();

    /** Of payload, of all devices of a tenant together, on each gateway. */
    @WithDefault("0")
    long tenantBytesPerSecond();
}
