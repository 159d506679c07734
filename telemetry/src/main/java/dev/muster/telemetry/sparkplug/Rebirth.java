package dev.muster.telemetry.sparkplug;

import org.eclipse.tahu.protobuf.SparkplugBProto;

/** The one command that every edge node takes: say again what you are (specification 6.4.20). */
public final class Rebirth {
    /** By name even where a node gave it an alias: who has to ask does not trust aliases. */
    static final String METRIC = "Node Control/Rebirth";

    private Rebirth() {}

    /** Where it goes. */
    public static String topic(NodeId node) {
        return SparkplugTopic.of(node, SparkplugTopic.Type.NCMD).text();
    }

    public static byte[] payload(long nowMillis) {
        return SparkplugBProto.Payload.newBuilder()
                .setTimestamp(nowMillis)
                .addMetrics(SparkplugBProto.Payload.Metric.newBuilder()
                        .setName(METRIC)
                        .setTimestamp(nowMillis)
                        .setDatatype(SparkplugBProto.DataType.Boolean_VALUE)
                        .setBooleanValue(true))
                .build()
                .toByteArray();
    }
}
