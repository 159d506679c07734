package dev.muster.telemetry.bridge;

import java.util.List;
import java.util.Optional;

/**
 * How messages of one pattern of topics are read.
 *
 * @param device the name of the device
 * @param metric the metric of a text; no other format has one
 * @param at where JSON says the time of measuring; without it the time of arrival counts
 * @param values what JSON holds; no other format has any
 */
public record Mapping(
        TopicPattern topic,
        Template device,
        Format format,
        Optional<Template> metric,
        Optional<JsonPath> at,
        Clock clock,
        List<Value> values) {
    public Mapping {
        values = List.copyOf(values);
    }

    /** How a payload is written. */
    public enum Format {
        JSON,
        /** A number, {@code true}, {@code false} or any other text. */
        TEXT,
        SENML
    }

    /** What a time is written in. */
    public enum Clock {
        /** RFC 3339. */
        ISO,
        /** Milliseconds since 1970. */
        MILLIS,
        /** Seconds since 1970, maybe with a fraction. */
        SECONDS
    }

    /**
     * One measurement.
     *
     * @param optional whether a message without it is a good one
     */
    public record Value(Template metric, JsonPath path, boolean optional) {}
}
