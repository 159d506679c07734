package dev.muster.telemetry.gateway;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.subdevice.SubDevices;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Decides where a message of a device goes. Pure but for the clock; thread-safe. */
final class PublishRouter {
    /** What becomes of a message. */
    sealed interface Route {
        /** It is what it should be; {@code record} goes to Kafka. */
        record Accepted(ProducerRecord<byte[], byte @Nullable []> record) implements Route {}

        /** Its content cannot be read; {@code record} goes to the dead letters and the device is told. */
        record Unreadable(ProducerRecord<byte[], byte @Nullable []> record, String reason) implements Route {}

        /** Not a topic this device may publish to. */
        record Forbidden() implements Route {}
    }

    private static final int MAX_REASON = 500;

    private final KafkaTopics topics;
    private final InstantSource clock;

    private final Predicate<String> admits;

    /** Without sub-devices. */
    PublishRouter(KafkaTopics topics, InstantSource clock) {
        this(topics, clock, key -> false);
    }

    /** {@code admits} says which sub-devices are let in, by their key. */
    PublishRouter(KafkaTopics topics, InstantSource clock, Predicate<String> admits) {
        this.topics = topics;
        this.clock = clock;
        this.admits = admits;
    }

    /** Whose topic it is, and which; with the key of everything that goes to Kafka for it. */
    static final class Address {
        private final DeviceRef device;
        private final MqttTopic topic;
        private final byte[] key;

        private Address(DeviceRef device, MqttTopic topic) {
            this.device = device;
            this.topic = topic;
            this.key = device.key().getBytes(StandardCharsets.UTF_8);
        }

        DeviceRef device() {
            return device;
        }

        boolean isReport() {
            return topic instanceof MqttTopic.Reported;
        }
    }

    /** What {@code topic} means in a session of {@code session}; empty if it may not publish there. */
    Optional<Address> address(DeviceRef session, String topic) {
        DeviceRef device = MqttTopic.parse(session, topic).isPresent()
                ? session
                : behind(session, topic).orElse(session);
        return MqttTopic.parse(device, topic).map(parsed -> new Address(device, parsed));
    }

    /** {@code boot} and {@code seq} are user properties as sent, {@code null} where there was none. */
    Route route(DeviceRef session, String topic, byte[] payload, @Nullable String boot, @Nullable String seq) {
        return address(session, topic)
                .map(address -> route(address, topic, payload, boot, seq))
                .orElseGet(Route.Forbidden::new);
    }

    /** As {@link #route(DeviceRef, String, byte[], String, String)}, the topic being known. */
    Route route(Address address, String topic, byte[] payload, @Nullable String boot, @Nullable String seq) {
        byte[] key = address.key;
        try {
            return switch (address.topic) {
                case MqttTopic.Desired d -> new Route.Forbidden();
                case MqttTopic.CommandRequest c -> new Route.Forbidden();
                case MqttTopic.Reported r -> asSent(topics.reported(), key, payload);
                case MqttTopic.Event e -> asSent(topics.events(), key, payload);
                case MqttTopic.CommandAnswered answered -> {
                    if (!JsonObject.parse(payload).string("id").equals(answered.id())) {
                        throw new ProtocolException(
                                "expected the id of the topic, `" + answered.id() + "`, found another at `id`");
                    }
                    yield asSent(topics.commandAnswers(), key, payload);
                }
                case MqttTopic.Telemetry telemetry -> {
                    byte[] batch = TelemetryCodec.decode(
                            telemetry.format(), address.device, payload, boot, seq, clock.millis());
                    yield new Route.Accepted(new ProducerRecord<>(topics.telemetry(), key, batch));
                }
            };
        } catch (ProtocolException e) {
            return unreadable(key, topic, payload, String.valueOf(e.getMessage()));
        }
    }

    /** The sub-device whose topic this is, if it is one of this session's that was let in. */
    private Optional<DeviceRef> behind(DeviceRef gateway, String topic) {
        String prefix = MqttTopic.prefix(gateway);
        int end = topic.startsWith(prefix) ? topic.indexOf('/', prefix.length()) : -1;
        if (end < 0 || gateway.device().value().indexOf('/') >= 0) {
            return Optional.empty();
        }
        try {
            DeviceRef child = SubDevices.of(gateway, topic.substring(prefix.length(), end));
            return Optional.of(child).filter(one -> admits.test(one.key()));
        } catch (ProtocolException e) {
            return Optional.empty();
        }
    }

    /** Only the form is checked here: what the members mean may be newer than this gateway. */
    private static Route asSent(String topic, byte[] key, byte[] payload) {
        JsonObject object = JsonObject.parse(payload);
        if (object.members().isEmpty()) {
            throw new ProtocolException("expected an object with members, found an empty one");
        }
        return new Route.Accepted(new ProducerRecord<>(topic, key, payload));
    }

    private Route unreadable(byte[] key, String topic, byte[] payload, String reason) {
        return new Route.Unreadable(deadLetter(topics, key, topic, payload, reason), cut(reason));
    }

    /** What could not be read, as it came, with its topic and the reason. */
    static ProducerRecord<byte[], byte @Nullable []> deadLetter(
            KafkaTopics topics, byte[] key, String topic, byte[] payload, String reason) {
        ProducerRecord<byte[], byte @Nullable []> letter = new ProducerRecord<>(topics.deadLetters(), key, payload);
        letter.headers().add("topic", topic.getBytes(StandardCharsets.UTF_8));
        letter.headers().add("reason", cut(reason).getBytes(StandardCharsets.UTF_8));
        return letter;
    }

    private static String cut(String reason) {
        return reason.substring(0, Math.min(MAX_REASON, reason.length()));
    }
}
