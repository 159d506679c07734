package dev.muster.telemetry.sparkplug;

import dev.muster.protocol.ProtocolException;
import dev.muster.telemetry.payload.Metrics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.tahu.protobuf.SparkplugBProto;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.jspecify.annotations.Nullable;

/**
 * What one birth, of a node or of a device, says of its metrics. Looked up for messages of the same node or device alone, so that what
 * another birth says can never be taken for it. Never changed once read.
 */
final class Birth {
    /** What a node says of itself rather than of what it measures. */
    private static final String CONTROL = "Node Control/";

    private static final String DEVICE_CONTROL = "Device Control/";
    static final String BD_SEQ = "bdSeq";

    private static final Set<DataType> SINGLE = Set.of(
            DataType.Int8,
            DataType.Int16,
            DataType.Int32,
            DataType.Int64,
            DataType.UInt8,
            DataType.UInt16,
            DataType.UInt32,
            DataType.UInt64,
            DataType.Float,
            DataType.Double,
            DataType.Boolean,
            DataType.String,
            DataType.DateTime,
            DataType.Text,
            DataType.UUID,
            DataType.Bytes,
            DataType.File);

    /**
     * One metric.
     *
     * @param name under which its values are kept
     * @param unkept why they are not, empty if they are
     */
    record Known(String sent, String name, int datatype, String unkept) {
        boolean isKept() {
            return unkept.isEmpty();
        }
    }

    static final String CONTROLS = "it says how the node is controlled, not what it measures";

    private final Map<Long, Known> byAlias = new HashMap<>();
    private final Map<String, Known> byName = new HashMap<>();

    private Birth() {}

    /**
     * Reads the metrics of a birth.
     *
     * @param prefix of the names under which values are kept; empty for a node
     * @param taken the node's metrics, whose names those of a device must not be mistaken for; {@code null} for a node
     * @throws ProtocolException if two metrics share a name or an alias, or one has no name
     */
    static Birth read(SparkplugBProto.Payload payload, String prefix, @Nullable Birth taken) {
        Birth birth = new Birth();
        for (SparkplugBProto.Payload.Metric metric : payload.getMetricsList()) {
            if (!metric.hasName() || metric.getName().isEmpty()) {
                throw new ProtocolException("expected a name in every metric of a birth, found none"
                        + (metric.hasAlias() ? " with alias " + metric.getAlias() : ""));
            }
            String name = prefix + metric.getName();
            Known known = new Known(metric.getName(), name, metric.getDatatype(), unkept(metric, name, taken));
            if (birth.byName.put(known.sent(), known) != null) {
                throw new ProtocolException(
                        "expected one metric of a name in a birth, found `" + known.sent() + "` twice");
            }
            if (metric.hasAlias()) {
                Known other = birth.byAlias.put(metric.getAlias(), known);
                if (other != null) {
                    throw new ProtocolException("expected one metric of an alias in a birth, found alias "
                            + metric.getAlias() + " with `" + other.sent() + "` and `" + known.sent() + "`");
                }
            }
        }
        return birth;
    }

    private static String unkept(SparkplugBProto.Payload.Metric metric, String name, @Nullable Birth taken) {
        if (metric.getName().equals(BD_SEQ)
                || metric.getName().startsWith(CONTROL)
                || metric.getName().startsWith(DEVICE_CONTROL)) {
            return CONTROLS;
        }
        DataType type = metric.hasDatatype() ? DataType.forNumber(metric.getDatatype()) : null;
        if (type == null || !SINGLE.contains(type)) {
            return "expected a datatype of single values, found "
                    + (type != null ? type : metric.hasDatatype() ? metric.getDatatype() : "none");
        }
        if (taken != null && taken.byName.containsKey(name)) {
            return "the node has a metric of this name of its own";
        }
        try {
            Metrics.metric(name, 0);
            return "";
        } catch (ProtocolException e) {
            return String.valueOf(e.getMessage());
        }
    }

    int size() {
        return byName.size();
    }

    Optional<Known> byAlias(long alias) {
        return Optional.ofNullable(byAlias.get(alias));
    }

    Optional<Known> byName(String name) {
        return Optional.ofNullable(byName.get(name));
    }
}
