package dev.muster.telemetry.payload;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.protocol.ProtocolException;
import dev.muster.telemetry.record.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.tahu.protobuf.SparkplugBProto;

/**
 * Payload of Sparkplug B (specification 3.0 section 6.4) that stands for itself: every metric has its name and, where it is
 * an integer, its datatype. A metric that is null or no number has no value here and is left out. Pure.
 */
public final class SparkplugPayload {
    private static final String COMPRESSED = "SPBV1.0_COMPRESSED";

    private SparkplugPayload() {}

    /**
     * The metrics of a payload, in its order.
     *
     * @param nowMillis the time of what has none, milliseconds since 1970
     * @throws ProtocolException if it is none, or holds what cannot be kept
     */
    public static List<Metric> metrics(byte[] payload, long nowMillis) {
        SparkplugBProto.Payload read = read(payload);
        long at = read.hasTimestamp() ? read.getTimestamp() : nowMillis;
        List<Metric> metrics = new ArrayList<>(read.getMetricsCount());
        for (SparkplugBProto.Payload.Metric metric : read.getMetricsList()) {
            metric(metric, at).ifPresent(metrics::add);
        }
        return List.copyOf(metrics);
    }

    /**
     * The message itself.
     *
     * @throws ProtocolException if it is none, or is compressed
     */
    public static SparkplugBProto.Payload read(byte[] payload) {
        SparkplugBProto.Payload read;
        try {
            read = SparkplugBProto.Payload.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolException("expected a Sparkplug B payload: " + e.getMessage(), e);
        }
        if (read.getUuid().equals(COMPRESSED)) {
            throw new ProtocolException("expected a payload that is not compressed, found `" + COMPRESSED + "`");
        }
        return read;
    }

    /**
     * One metric that stands for itself; empty if it has no value.
     *
     * @param at its time where it has none of its own, milliseconds since 1970
     * @throws ProtocolException if it cannot be kept
     */
    public static Optional<Metric> metric(SparkplugBProto.Payload.Metric sent, long at) {
        if (!sent.hasName()) {
            throw new ProtocolException("expected a name in every metric, found "
                    + (sent.hasAlias() ? "alias " + sent.getAlias() + ", which only a birth explains" : "none"));
        }
        if (sent.getIsNull()) {
            return Optional.empty();
        }
        String name = sent.getName();
        Metric.Builder metric = Metrics.metric(name, sent.hasTimestamp() ? sent.getTimestamp() : at);
        return switch (sent.getValueCase()) {
            case INT_VALUE -> Optional.of(metric.setInteger(integer(sent)).build());
            case LONG_VALUE -> Optional.of(wide(metric, sent));
            case FLOAT_VALUE -> number(metric, Double.parseDouble(Float.toString(sent.getFloatValue())));
            case DOUBLE_VALUE -> number(metric, sent.getDoubleValue());
            case BOOLEAN_VALUE ->
                Optional.of(metric.setFlag(sent.getBooleanValue()).build());
            case STRING_VALUE ->
                Optional.of(metric.setText(Metrics.storable(name, sent.getStringValue()))
                        .build());
            case BYTES_VALUE -> Optional.of(bytes(metric, sent));
            case VALUE_NOT_SET -> Optional.empty();
            case DATASET_VALUE, TEMPLATE_VALUE, EXTENSION_VALUE ->
                throw new ProtocolException("expected a single value as `" + name + "`, found "
                        + sent.getValueCase().name().toLowerCase(Locale.ROOT));
        };
    }

    /** {@code int_value} holds 32 bits; only the datatype says what they mean. */
    private static long integer(SparkplugBProto.Payload.Metric sent) {
        int bits = sent.getIntValue();
        return switch (datatype(sent)) {
            case Int8 -> signed(bits, Byte.SIZE);
            case Int16 -> signed(bits, Short.SIZE);
            case Int32 -> bits;
            case UInt8, UInt16, UInt32 -> Integer.toUnsignedLong(bits);
            // Some encoders take the narrow field for a wide type as long as the value fits.
            case Int64, UInt64, DateTime -> Integer.toUnsignedLong(bits);
            default -> throw unfit(sent);
        };
    }

    private static Metric wide(Metric.Builder metric, SparkplugBProto.Payload.Metric sent) {
        long bits = sent.getLongValue();
        return switch (datatype(sent)) {
            case Int8 -> metric.setInteger(signed(bits, Byte.SIZE)).build();
            case Int16 -> metric.setInteger(signed(bits, Short.SIZE)).build();
            case Int32 -> metric.setInteger(signed(bits, Integer.SIZE)).build();
            case Int64, DateTime, UInt8, UInt16, UInt32 ->
                metric.setInteger(bits).build();
            // Beyond 2^63 there is no signed integer for it; a double holds its size.
            case UInt64 ->
                bits >= 0
                        ? metric.setInteger(bits).build()
                        : metric.setNumber(((bits >>> 1) | (bits & 1)) * 2.0).build();
            default -> throw unfit(sent);
        };
    }

    /** The low {@code width} bits as a signed number. */
    private static long signed(long bits, int width) {
        int unused = Long.SIZE - width;
        return bits << unused >> unused;
    }

    private static Optional<Metric> number(Metric.Builder metric, double value) {
        return Double.isFinite(value) ? Optional.of(metric.setNumber(value).build()) : Optional.empty();
    }

    private static Metric bytes(Metric.Builder metric, SparkplugBProto.Payload.Metric sent) {
        SparkplugBProto.DataType type = datatype(sent);
        if (type != SparkplugBProto.DataType.Bytes && type != SparkplugBProto.DataType.File) {
            // Arrays are packed into bytes by their type.
            throw new ProtocolException("expected a single value as `" + sent.getName() + "`, found " + type);
        }
        return metric.setData(sent.getBytesValue()).build();
    }

    private static SparkplugBProto.DataType datatype(SparkplugBProto.Payload.Metric sent) {
        SparkplugBProto.DataType type =
                sent.hasDatatype() ? SparkplugBProto.DataType.forNumber(sent.getDatatype()) : null;
        if (type == null) {
            throw new ProtocolException("expected a datatype of Sparkplug B with `" + sent.getName() + "`, found "
                    + (sent.hasDatatype() ? sent.getDatatype() : "none"));
        }
        return type;
    }

    private static ProtocolException unfit(SparkplugBProto.Payload.Metric sent) {
        return new ProtocolException("expected an integer datatype with the integer value of `" + sent.getName()
                + "`, found " + datatype(sent));
    }
}
