package dev.muster.simulator.device;

import dev.muster.protocol.mqtt.MqttTopic;

/** A message on its way to the gateway, at QoS 1. */
public sealed interface Outgoing {
    MqttTopic topic();

    byte[] payload();

    /** What the device says it is. */
    record Report(byte[] payload) implements Outgoing {
        @Override
        public MqttTopic topic() {
            return new MqttTopic.Reported();
        }
    }

    /** Samples, numbered. */
    record Samples(long boot, long seq, byte[] payload) implements Outgoing {
        @Override
        public MqttTopic topic() {
            return new MqttTopic.Telemetry(MqttTopic.Format.JSON);
        }
    }

    /** The answer to a command. */
    record Answer(String id, byte[] payload) implements Outgoing {
        @Override
        public MqttTopic topic() {
            return new MqttTopic.CommandAnswered(id);
        }
    }
}
