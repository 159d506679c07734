package dev.muster.protocol.mqtt;

import dev.muster.protocol.identity.DeviceRef;
import java.util.Optional;

/**
 * The topics below {@code muster/1/<tenant>/<device>}. Tenant and device in a topic are checked against the certificate
 * and never believed; a sub-device's slash is written as {@code gateway/child} and thus one level more.
 */
public sealed interface MqttTopic {
    /** First levels of every topic; the number is the protocol version. */
    String ROOT = "muster/1/";

    /** Server to device: {@code {"generation": n}}. */
    record Desired() implements MqttTopic {}

    /** Device to server: {@link dev.muster.protocol.reported.ReportedState}. */
    record Reported() implements MqttTopic {}

    /** Server to device: {@link dev.muster.protocol.command.Command}. */
    record CommandRequest() implements MqttTopic {}

    /** Device to server: {@link dev.muster.protocol.command.CommandAnswer}. */
    record CommandAnswered(String id) implements MqttTopic {}

    /** Device to server: {@link dev.muster.protocol.event.DeviceEvent}. */
    record Event() implements MqttTopic {}

    /** Device to server, with user properties {@code boot} and {@code seq}. */
    record Telemetry(Format format) implements MqttTopic {}

    /** Encodings of telemetry. */
    enum Format {
        SPARKPLUG,
        JSON,
        SENML;

        String level() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** User property of telemetry: identifies one start of the agent, unsigned 64 bit, grows with every start. */
    String PROPERTY_BOOT = "boot";

    /** User property of telemetry: position within {@link #PROPERTY_BOOT}, unsigned 64 bit, grows by one. */
    String PROPERTY_SEQ = "seq";

    /** The prefix a device may use, with its trailing slash. */
    static String prefix(DeviceRef device) {
        return ROOT + device.key() + "/";
    }

    /** The full topic of {@code device}. */
    default String of(DeviceRef device) {
        return prefix(device) + suffix();
    }

    private String suffix() {
        return switch (this) {
            case Desired d -> "desired";
            case Reported r -> "reported";
            case CommandRequest c -> "command";
            case CommandAnswered answered -> "command/" + answered.id();
            case Event e -> "event";
            case Telemetry telemetry -> "telemetry/" + telemetry.format().level();
        };
    }

    /** The topic {@code text} if it is one of {@code device}'s own, else empty. */
    static Optional<MqttTopic> parse(DeviceRef device, String text) {
        String prefix = prefix(device);
        if (!text.startsWith(prefix)) {
            return Optional.empty();
        }
        String suffix = text.substring(prefix.length());
        return switch (suffix) {
            case "desired" -> Optional.of(new Desired());
            case "reported" -> Optional.of(new Reported());
            case "command" -> Optional.of(new CommandRequest());
            case "event" -> Optional.of(new Event());
            case "telemetry/sparkplug" -> Optional.of(new Telemetry(Format.SPARKPLUG));
            case "telemetry/json" -> Optional.of(new Telemetry(Format.JSON));
            case "telemetry/senml" -> Optional.of(new Telemetry(Format.SENML));
            default ->
                suffix.startsWith("command/") && suffix.indexOf('/', 8) < 0 && suffix.length() > 8
                        ? Optional.of(new CommandAnswered(suffix.substring(8)))
                        : Optional.empty();
        };
    }
}
