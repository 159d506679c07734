package dev.muster.telemetry.gateway;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.telemetry.JsonTelemetry;
import dev.muster.telemetry.payload.Metrics;
import dev.muster.telemetry.payload.SenmlPayload;
import dev.muster.telemetry.payload.SparkplugPayload;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import org.jspecify.annotations.Nullable;

/** From what a device sends to the canonical record. Pure. */
final class TelemetryCodec {
    private TelemetryCodec() {}

    /**
     * The record's bytes.
     *
     * @throws ProtocolException if the payload or the position cannot be read
     */
    static byte[] decode(
            MqttTopic.Format format,
            DeviceRef device,
            byte[] payload,
            @Nullable String boot,
            @Nullable String seq,
            long receivedAtMillis) {
        if (format == MqttTopic.Format.JSON && (boot == null) == (seq == null)) {
            byte[] plain = PlainJson.read(payload, head(device, boot, seq, receivedAtMillis));
            if (plain.length > 0) {
                return plain;
            }
        }
        return decodeAny(format, device, payload, boot, seq, receivedAtMillis);
    }

    /** Whatever form the payload has. */
    static byte[] decodeAny(
            MqttTopic.Format format,
            DeviceRef device,
            byte[] payload,
            @Nullable String boot,
            @Nullable String seq,
            long receivedAtMillis) {
        TelemetryBatch.Builder batch = TelemetryBatch.newBuilder()
                .setTenant(device.tenant().value())
                .setDevice(device.device().value())
                .setBoot(position(MqttTopic.PROPERTY_BOOT, boot))
                .setSeq(position(MqttTopic.PROPERTY_SEQ, seq))
                .setReceivedAtMs(receivedAtMillis);
        if ((boot == null) != (seq == null)) {
            throw new ProtocolException("expected both user properties `boot` and `seq` or none, found one");
        }
        switch (format) {
            case JSON -> JsonTelemetry.fromJson(payload).samples().forEach(sample -> batch.addMetrics(metric(sample)));
            case SENML -> batch.addAllMetrics(SenmlPayload.metrics(payload, receivedAtMillis));
            case SPARKPLUG -> batch.addAllMetrics(SparkplugPayload.metrics(payload, receivedAtMillis));
        }
        return batch.build().toByteArray();
    }

    /** A record without metrics. */
    private static byte[] head(DeviceRef device, @Nullable String boot, @Nullable String seq, long receivedAtMillis) {
        return TelemetryBatch.newBuilder()
                .setTenant(device.tenant().value())
                .setDevice(device.device().value())
                .setBoot(position(MqttTopic.PROPERTY_BOOT, boot))
                .setSeq(position(MqttTopic.PROPERTY_SEQ, seq))
                .setReceivedAtMs(receivedAtMillis)
                .build()
                .toByteArray();
    }

    private static Metric metric(JsonTelemetry.Sample sample) {
        Metric.Builder metric = Metrics.metric(sample.name(), sample.atMillis());
        switch (sample.value()) {
            case Double number -> metric.setNumber(number);
            case Long number -> metric.setInteger(number);
            case Boolean flag -> metric.setFlag(flag);
            case String text -> metric.setText(Metrics.storable(sample.name(), text));
            default ->
                throw new ProtocolException("expected a number, flag or text as value of `" + sample.name() + "`");
        }
        return metric.build();
    }

    /** Unsigned 64 bit, decimal; 0 where absent. */
    private static long position(String property, @Nullable String text) {
        if (text == null) {
            return 0;
        }
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new ProtocolException(
                    "expected an unsigned 64 bit number as user property `" + property + "`, found `" + text + "`", e);
        }
    }
}
