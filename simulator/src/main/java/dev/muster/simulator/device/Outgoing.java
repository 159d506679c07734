package dev.muster.simulator.device;

import dev.muster.protocol.mqtt.MqttTopic;

/** A message on its way to the gateway, at QoS 1. */
public sealed interface Outgoing {
    MqttTopic topic();

    byte[] payload();

    /** What the device says it is. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Report(byte[] payload) implements Outgoing {
        @Override
        public MqttTopic topic() {
            return new MqttTopic.Reported();
        }
    }

    /** Samples, numbered. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Samples(long boot, long seq, byte[] payload) implements Outgoing {
        @Override
        public MqttTopic topic() {
            return new MqttTopic.Telemetry(MqttTopic.Format.JSON);
        }
    }

    /** The answer to a command. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(String id, byte[] payload) implements Outgoing {
        @Override
        public MqttTopic topic() {
            return new MqttTopic.CommandAnswered(id);
        }
    }
}
