package dev.muster.protocol.telemetry;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Payload of {@code .../telemetry/json}: samples, oldest first. */
public record JsonTelemetry(List<Sample> samples) {
    public JsonTelemetry {
        samples = List.copyOf(samples);
    }

    /**
     * One value of one metric at one moment.
     *
     * @param name dotted, such as {@code cpu.load}
     * @param atMillis milliseconds since 1970, by the device's clock
     * @param value a {@link Double}, {@link Long}, {@link Boolean} or {@link String}
     */
    public record Sample(String name, long atMillis, Object value) {
        public Sample {
            if (!(value instanceof Double
                    || value instanceof Long
                    || value instanceof Boolean
                    || value instanceof String)) {
                throw new IllegalArgumentException("expected a number, flag or text as value of `" + name + "`");
            }
        }
    }

    public byte[] toJson() {
        return JsonObject.write(
                Map.of("metrics", samples.stream().map(JsonTelemetry::map).toList()));
    }

    private static Map<String, Object> map(Sample sample) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", sample.name());
        map.put("at", sample.atMillis());
        map.put("value", sample.value());
        return map;
    }

    public static JsonTelemetry fromJson(byte[] json) {
        return new JsonTelemetry(JsonObject.parse(json).objects("metrics", JsonTelemetry::sample));
    }

    private static Sample sample(JsonObject json) {
        Object value =
                switch (json.members().get("value")) {
                    case Integer number -> number.longValue();
                    case Long number -> number;
                    case Number number -> number.doubleValue();
                    case Boolean flag -> flag;
                    case String text -> text;
                    case null, default ->
                        throw new ProtocolException(
                                "expected a number, flag or text as value of `" + json.string("name") + "`");
                };
        return new Sample(json.string("name"), json.number("at"), value);
    }
}
