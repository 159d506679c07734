package dev.muster.telemetry.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.muster.protocol.ProtocolException;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.schema.ValueKind;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import org.eclipse.tahu.message.SparkplugBPayloadEncoder;
import org.eclipse.tahu.message.model.Metric.MetricBuilder;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.message.model.SparkplugBPayload;
import org.eclipse.tahu.protobuf.SparkplugBProto;
import org.junit.jupiter.api.Test;

/** What Eclipse Tahu's own encoder writes is read; so is what other encoders may write. */
@SuppressWarnings("JavaUtilDate") // Tahu's interface.
class SparkplugPayloadTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final long SENT = 1_700_000_000_000L;

    @Test
    void everySimpleTypeComesOutAsTheValueThatWentIn() throws Exception {
        byte[] payload = encode(
                metric("i8", MetricDataType.Int8, (byte) -5),
                metric("i16", MetricDataType.Int16, (short) -500),
                metric("i32", MetricDataType.Int32, -70_000),
                metric("i64", MetricDataType.Int64, -7_000_000_000L),
                metric("u8", MetricDataType.UInt8, (short) 250),
                metric("u16", MetricDataType.UInt16, 65_000),
                metric("u32", MetricDataType.UInt32, 4_000_000_000L),
                metric("u64", MetricDataType.UInt64, BigInteger.valueOf(7_000_000_000L)),
                metric("float", MetricDataType.Float, 0.1f),
                metric("double", MetricDataType.Double, 0.1),
                metric("flag", MetricDataType.Boolean, true),
                metric("text", MetricDataType.String, "north"),
                metric("uuid", MetricDataType.UUID, "0b1e6d2e-0d1c-4b7a-9d64-0e7a4f0f2a11"),
                metric("at", MetricDataType.DateTime, new Date(SENT)),
                metric("raw", MetricDataType.Bytes, new byte[] {1, 2}));

        assertThat(read(payload))
                .containsExactly(
                        "i8=-5",
                        "i16=-500",
                        "i32=-70000",
                        "i64=-7000000000",
                        "u8=250",
                        "u16=65000",
                        "u32=4000000000",
                        "u64=7000000000",
                        "float=0.1",
                        "double=0.1",
                        "flag=true",
                        "text=north",
                        "uuid=0b1e6d2e-0d1c-4b7a-9d64-0e7a4f0f2a11",
                        "at=" + SENT,
                        "raw=AQI=");
    }

    @Test
    void aMetricHasItsOwnTimeElseThatOfThePayloadElseThatOfItsArrival() {
        SparkplugBProto.Payload.Metric plain = SparkplugBProto.Payload.Metric.newBuilder()
                .setName("a")
                .setBooleanValue(true)
                .build();
        SparkplugBProto.Payload.Metric timed =
                plain.toBuilder().setTimestamp(SENT).build();

        assertThat(times(SparkplugBProto.Payload.newBuilder().addMetrics(plain)))
                .containsExactly(NOW);
        assertThat(times(SparkplugBProto.Payload.newBuilder()
                        .setTimestamp(SENT + 1)
                        .addMetrics(plain)
                        .addMetrics(timed)))
                .containsExactly(SENT + 1, SENT);
    }

    @Test
    void whatHasNoValueIsLeftOut() {
        SparkplugBProto.Payload.Metric.Builder metric =
                SparkplugBProto.Payload.Metric.newBuilder().setName("a");

        assertThat(times(SparkplugBProto.Payload.newBuilder()
                        .addMetrics(metric.clone().setIsNull(true))
                        .addMetrics(metric.clone().setDoubleValue(Double.NaN))
                        .addMetrics(metric.clone().setFloatValue(Float.POSITIVE_INFINITY))
                        .addMetrics(metric.clone())))
                .isEmpty();
    }

    @Test
    void anUnsignedNumberBeyondTheSignedOnesKeepsItsSize() throws Exception {
        byte[] payload = encode(metric("u64", MetricDataType.UInt64, new BigInteger("18446744073709551615")));

        assertThat(SparkplugPayload.metrics(payload, NOW).getFirst().getNumber())
                .isEqualTo(0x1p64);
    }

    @Test
    void whatNeedsABirthOrIsMoreThanOneValueIsRefusedWithItsName() {
        SparkplugBProto.Payload.Metric.Builder named =
                SparkplugBProto.Payload.Metric.newBuilder().setName("pump");

        refused(SparkplugBProto.Payload.Metric.newBuilder().setAlias(7).setBooleanValue(true), "alias 7");
        refused(named.clone().setIntValue(7), "expected a datatype of Sparkplug B with `pump`, found none");
        refused(named.clone().setIntValue(7).setDatatype(99), "found 99");
        refused(named.clone().setIntValue(7).setDatatype(12), "found String");
        refused(
                named.clone()
                        .setDatasetValue(
                                SparkplugBProto.Payload.DataSet.newBuilder().setNumOfColumns(1)),
                "expected a single value as `pump`, found dataset_value");
        refused(
                named.clone().setBytesValue(ByteString.copyFromUtf8("xx")).setDatatype(22),
                "expected a single value as `pump`, found Int8Array");
        refused(named.clone().setStringValue("\0").setDatatype(12), "U+0000");
        assertThatThrownBy(() -> SparkplugPayload.metrics("nonsense".getBytes(StandardCharsets.UTF_8), NOW))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("Sparkplug B payload");
        assertThatThrownBy(() -> SparkplugPayload.metrics(
                        SparkplugBProto.Payload.newBuilder()
                                .setUuid("SPBV1.0_COMPRESSED")
                                .build()
                                .toByteArray(),
                        NOW))
                .hasMessageContaining("not compressed");
    }

    private static void refused(SparkplugBProto.Payload.Metric.Builder metric, String reason) {
        byte[] payload =
                SparkplugBProto.Payload.newBuilder().addMetrics(metric).build().toByteArray();
        assertThatThrownBy(() -> SparkplugPayload.metrics(payload, NOW))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(reason);
    }

    private static org.eclipse.tahu.message.model.Metric metric(String name, MetricDataType type, Object value)
            throws Exception {
        return new MetricBuilder(name, type, value).timestamp(new Date(SENT)).createMetric();
    }

    private static byte[] encode(org.eclipse.tahu.message.model.Metric... metrics) throws Exception {
        SparkplugBPayload payload = new SparkplugBPayload.SparkplugBPayloadBuilder()
                .addMetrics(List.of(metrics))
                .createPayload();
        return new SparkplugBPayloadEncoder().getBytes(payload, false);
    }

    private static List<String> read(byte[] payload) {
        return SparkplugPayload.metrics(payload, NOW).stream()
                .map(metric -> metric.getName() + "=" + ValueKind.plain(metric))
                .toList();
    }

    private static List<Long> times(SparkplugBProto.Payload.Builder payload) {
        return SparkplugPayload.metrics(payload.build().toByteArray(), NOW).stream()
                .map(Metric::getAtMs)
                .toList();
    }
}
