package dev.muster.telemetry.gateway;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.kafka.SessionClaim;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** What a gateway tells the world about one session: its claim, that it began, that it ended. On the event loop. */
final class SessionTale {
    private static final long NOT_BEGUN = -1;

    private final GatewayContext gateway;
    private final String claimId = UUID.randomUUID().toString();
    private long epoch = NOT_BEGUN;

    SessionTale(GatewayContext gateway) {
        this.gateway = gateway;
    }

    String claimId() {
        return claimId;
    }

    void began(long claimedEpoch) {
        epoch = claimedEpoch;
    }

    long epoch() {
        return epoch;
    }

    boolean hasBegun() {
        return epoch != NOT_BEGUN;
    }

    HandOff.Item claim(DeviceRef device, DeviceConnection connection) {
        byte[] claim =
                new SessionClaim(gateway.instance(), claimId, gateway.clock().instant()).toJson();
        return new HandOff.Item(
                new ProducerRecord<byte[], byte @Nullable []>(gateway.topics().sessions(), key(device.key()), claim)) {
            @Override
            boolean isAbandoned() {
                return false;
            }

            @Override
            void delivered() {
                // The session begins when the claim is read back, not when it was written.
            }

            @Override
            void failed(Exception cause) {
                connection.claimFailed();
            }
        };
    }

    HandOff.Item online(DeviceRef device) {
        return presence(gateway, device.key(), true, epoch, "");
    }

    /** That it ended, and that its claim needs no keeping. */
    List<HandOff.Item> ended(DeviceRef device, String reason) {
        return ended(gateway, device.key(), epoch, reason);
    }

    static List<HandOff.Item> ended(GatewayContext gateway, String key, long epoch, String reason) {
        return List.of(
                presence(gateway, key, false, epoch, reason),
                new Statement(new ProducerRecord<>(gateway.topics().sessions(), key(key), null), gateway.meters()));
    }

    /** That this gateway lives; every gateway reads it. */
    static HandOff.Item beat(GatewayContext gateway) {
        byte[] value = JsonObject.write(Map.of("beat", gateway.clock().instant().toString()));
        return new Statement(
                new ProducerRecord<>(gateway.topics().sessions(), key(gateway.instance()), value), gateway.meters());
    }

    private static HandOff.Item presence(
            GatewayContext gateway, String key, boolean online, long epoch, String reason) {
        byte[] presence = new Presence(online, epoch, gateway.clock().instant(), gateway.instance(), reason).toJson();
        return new Statement(new ProducerRecord<>(gateway.topics().presence(), key(key), presence), gateway.meters());
    }

    /** A record of a device that nobody waits for. */
    static HandOff.Item statement(GatewayContext gateway, ProducerRecord<byte[], byte @Nullable []> record) {
        return new Statement(record, gateway.meters());
    }

    private static byte[] key(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /** A record that no device waits for. */
    private static final class Statement extends HandOff.Item {
        private final GatewayMeters meters;

        Statement(ProducerRecord<byte[], byte @Nullable []> record, GatewayMeters meters) {
            super(record);
            this.meters = meters;
        }

        @Override
        boolean isAbandoned() {
            return false;
        }

        @Override
        void delivered() {}

        @Override
        void failed(Exception cause) {
            meters.kafkaFailures.increment();
        }
    }
}
