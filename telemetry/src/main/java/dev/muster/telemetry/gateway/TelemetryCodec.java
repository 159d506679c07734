package dev.muster.telemetry.gateway;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.telemetry.JsonTelemetry;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import org.jspecify.annotations.Nullable;

/** From what a device sends to the canonical record. Pure. */
final class TelemetryCodec {
    private static final int MAX_NAME = 200;
    private static final long YEAR_10000_MILLIS = 253_402_300_800_000L;

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
            case SPARKPLUG, SENML ->
                throw new ProtocolException("expected JSON telemetry; this encoding is not supported");
        }
        return batch.build().toByteArray();
    }

    private static Metric metric(JsonTelemetry.Sample sample) {
        Metric.Builder metric =
                Metric.newBuilder().setName(name(sample.name())).setAtMs(time(sample.name(), sample.atMillis()));
        switch (sample.value()) {
            case Double number -> metric.setNumber(number);
            case Long number -> metric.setInteger(number);
            case Boolean flag -> metric.setFlag(flag);
            case String text -> metric.setText(storable(sample.name(), text));
            default ->
                throw new ProtocolException("expected a number, flag or text as value of `" + sample.name() + "`");
        }
        return metric.build();
    }

    private static String name(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new ProtocolException("expected a metric name of 1 to " + MAX_NAME
                    + " characters without control characters, found one of " + name.length());
        }
        return name;
    }

    private static long time(String name, long millis) {
        if (millis < 0 || millis >= YEAR_10000_MILLIS) {
            throw new ProtocolException("expected milliseconds since 1970 as time of `" + name + "`, found " + millis);
        }
        return millis;
    }

    /** U+0000 is the one character that PostgreSQL's text cannot hold. */
    private static String storable(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new ProtocolException("expected text without U+0000 as value of `" + name + "`");
        }
        return text;
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
