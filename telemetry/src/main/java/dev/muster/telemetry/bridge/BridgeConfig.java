package dev.muster.telemetry.bridge;

import dev.muster.protocol.identity.TenantId;
import java.time.Duration;
import java.util.Optional;

/**
 * One connection to a broker.
 *
 * @param epoch of this run; a later run has a higher one
 * @param session how long the broker keeps what comes while nobody is connected
 * @param quietAfter a device that said nothing for so long counts as gone
 */
public record BridgeConfig(
        TenantId tenant,
        String name,
        long epoch,
        Broker broker,
        String clientId,
        int qos,
        Duration session,
        Duration quietAfter) {
    /** For logs and dead letters. */
    public String key() {
        return tenant + "/" + name;
    }

    /**
     * Where the broker is, and how to be let in.
     *
     * @param tls whom to believe and who to be; empty for a plain connection
     */
    public record Broker(
            String host,
            int port,
            MqttProtocol protocol,
            Optional<BridgeTls> tls,
            Optional<String> username,
            Optional<String> password) {
        // A password has no place in logs.
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }
}
