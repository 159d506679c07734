package dev.muster.telemetry.schema;

import dev.muster.telemetry.record.Metric;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How a value of any type stands in the two columns {@code num} and {@code txt}; the codes are stored. */
public enum ValueKind {
    NUMBER(1),
    INTEGER(2),
    FLAG(3),
    TEXT(4),
    BYTES(5);

    private final int code;

    ValueKind(int code) {
        this.code = code;
    }

    /** What column {@code kind} holds. */
    public int code() {
        return code;
    }

    /** Inverse of {@link #code()}. */
    public static ValueKind of(int code) {
        for (ValueKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalArgumentException("expected a kind of value from 1 to 5, found " + code);
    }

    /** A {@link Double}, {@link Long}, {@link Boolean} or {@link String} as stored in {@code num} and {@code txt}. */
    public Object fromColumns(double num, @Nullable String txt) {
        return switch (this) {
            case NUMBER -> num;
            // Beyond 2^53 a double is not exact; the sink then writes the digits too.
            case INTEGER -> txt == null ? (long) num : Long.parseLong(txt);
            case FLAG -> num != 0;
            case TEXT, BYTES -> txt == null ? "" : txt;
        };
    }

    /** The value of a metric as pages show it; empty text where it carries none. */
    public static Object plain(Metric metric) {
        return switch (metric.getValueCase()) {
            case NUMBER -> metric.getNumber();
            case INTEGER -> metric.getInteger();
            case FLAG -> metric.getFlag();
            case TEXT -> metric.getText();
            case DATA -> Base64.getEncoder().encodeToString(metric.getData().toByteArray());
            case VALUE_NOT_SET -> "";
        };
    }
}
