package dev.muster.telemetry.bridge;

import java.util.Arrays;
import java.util.Optional;

/** What a bridge speaks with its broker. */
public enum MqttProtocol {
    MQTT_5("5"),
    MQTT_3_1_1("3.1.1");

    private final String text;

    MqttProtocol(String text) {
        this.text = text;
    }

    /** As people write it. */
    public String text() {
        return text;
    }

    /** The version of that name. */
    public static Optional<MqttProtocol> parse(String text) {
        return Arrays.stream(values()).filter(one -> one.text.equals(text)).findFirst();
    }
}
