package dev.muster.telemetry.sparkplug;

import static dev.muster.telemetry.fixture.TahuNode.metric;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.telemetry.fixture.TahuNode;
import dev.muster.telemetry.fixture.TahuNode.Said;
import dev.muster.telemetry.record.Metric;
import java.time.Instant;
import java.util.List;
import org.eclipse.tahu.message.model.DataSet.DataSetBuilder;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.protobuf.SparkplugBProto;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.junit.jupiter.api.Test;

/** What a host makes of an edge node that speaks through Eclipse Tahu's encoder. */
class EdgeNodeTest {
    private static final NodeId NODE = new NodeId("pit", "plc-4");

    private final TahuNode tahu = new TahuNode(NODE);
    private final EdgeNode host = new EdgeNode(NODE);
    private Instant now = Instant.ofEpochMilli(1_800_000_000_000L);

    private Heard hear(Said said) {
        return host.hear(said.topic(), said.payload(), now);
    }

    private Heard hear(SparkplugTopic.Type type, Payload.Builder payload) {
        return host.hear(SparkplugTopic.of(NODE, type), payload.build().toByteArray(), now);
    }

    private static List<String> values(Heard heard) {
        return heard.metrics().stream().map(EdgeNodeTest::text).toList();
    }

    private static String text(Metric metric) {
        Object value =
                switch (metric.getValueCase()) {
                    case NUMBER -> metric.getNumber();
                    case INTEGER -> metric.getInteger();
                    case FLAG -> metric.getFlag();
                    case TEXT -> metric.getText();
                    case DATA, VALUE_NOT_SET -> metric.getValueCase();
                };
        return metric.getName() + "=" + value;
    }

    private void born() {
        hear(tahu.birth(
                metric("temperature", 1L, MetricDataType.Double, 20.5),
                metric("level", 2L, MetricDataType.Int16, (short) 7)));
    }

    @Test
    void aBirthGivesItsValuesAndExplainsAliases() {
        Heard birth = hear(tahu.birth(
                metric("temperature", 1L, MetricDataType.Double, 20.5),
                metric("level", 2L, MetricDataType.Int16, (short) -7)));
        Heard data =
                hear(tahu.data(metric(2, MetricDataType.Int16, (short) -8), metric(1, MetricDataType.Double, 21.0)));

        assertThat(values(birth)).containsExactly("temperature=20.5", "level=-7");
        assertThat(birth.effects()).containsExactly(new Effect.Online(0));
        assertThat(values(data)).containsExactly("level=-8", "temperature=21.0");
        assertThat(data.effects()).isEmpty();
        assertThat(host.figures().session()).hasValue(new NodeFigures.Session(0, now.toEpochMilli()));
    }

    @Test
    void dataByNameIsReadAsItsBirthSays() {
        born();

        Heard data = hear(tahu.data(metric("level", null, MetricDataType.Int16, (short) -9)));

        assertThat(values(data)).containsExactly("level=-9");
    }

    @Test
    void devicesBelowAreNamedByTheirDevice() {
        born();

        Heard birth = hear(tahu.birthOf("pump", metric("speed", 1L, MetricDataType.Int32, 900)));
        Heard data = hear(tahu.dataOf("pump", metric(1, MetricDataType.Int32, 950)));
        Heard death = hear(tahu.deathOf("pump"));
        Heard after = hear(tahu.dataOf("pump", metric(1, MetricDataType.Int32, 960)));

        assertThat(values(birth)).containsExactly("pump/speed=900");
        assertThat(birth.effects()).containsExactly(new Effect.DeviceOnline("pump"));
        assertThat(values(data)).containsExactly("pump/speed=950");
        assertThat(death.effects()).containsExactly(new Effect.DeviceOffline("pump"));
        assertThat(after.metrics()).isEmpty();
        assertThat(after.refusal())
                .hasValueSatisfying(reason -> assertThat(reason).contains("pump"));
        assertThat(after.asksRebirth()).isTrue();
    }

    @Test
    void aMetricOfADeviceIsNeverTakenForOneOfTheNode() {
        hear(tahu.birth(metric("pump/speed", 1L, MetricDataType.Int32, 1)));

        Heard birth = hear(tahu.birthOf("pump", metric("speed", 2L, MetricDataType.Int32, 900)));
        Heard data = hear(tahu.dataOf("pump", metric(2, MetricDataType.Int32, 901)));

        assertThat(birth.metrics()).isEmpty();
        assertThat(birth.effects())
                .contains(new Effect.LeftOut("pump/speed", "the node has a metric of this name of its own"));
        assertThat(data.metrics()).isEmpty();
        assertThat(data.refusal()).isEmpty();
    }

    @Test
    void anUnknownAliasIsRefusedAndTheNodeIsAskedForItsBirths() {
        born();

        Heard data = hear(tahu.data(metric(1, MetricDataType.Double, 1.0), metric(99, MetricDataType.Double, 2.0)));

        assertThat(data.metrics()).isEmpty();
        assertThat(data.refusal()).hasValue("expected a metric of the last birth, found alias 99");
        assertThat(data.asksRebirth()).isTrue();
        assertThat(host.figures().refused()).isEqualTo(1);
    }

    @Test
    void aMissingMessageIsCountedAndAliasesAreNotBelievedUntilTheNextBirth() {
        born();
        tahu.lose();
        tahu.lose();

        Heard data = hear(tahu.data(metric(1, MetricDataType.Double, 1.0)));
        Heard named = hear(tahu.data(metric("temperature", null, MetricDataType.Double, 2.0)));
        Heard narrow = hear(tahu.data(metric("level", null, MetricDataType.Int16, (short) 3)));
        born();
        Heard again = hear(tahu.data(metric(1, MetricDataType.Double, 4.0)));

        assertThat(data.effects()).startsWith(new Effect.Gap(2));
        assertThat(data.asksRebirth()).isTrue();
        assertThat(data.metrics()).isEmpty();
        assertThat(values(named)).containsExactly("temperature=2.0");
        assertThat(narrow.refusal())
                .as("no datatype, and the birth may be another")
                .isPresent();
        assertThat(values(again)).containsExactly("temperature=4.0");
        assertThat(host.figures())
                .extracting(NodeFigures::gaps, NodeFigures::lost, NodeFigures::rebirths)
                .containsExactly(1L, 2L, 1L);
    }

    @Test
    void aBirthOfADeviceAfterAGapHoldsForThatDevice() {
        born();
        tahu.lose();

        hear(tahu.birthOf("pump", metric("speed", 1L, MetricDataType.Int32, 900)));

        assertThat(values(hear(tahu.dataOf("pump", metric(1, MetricDataType.Int32, 950)))))
                .containsExactly("pump/speed=950");
        assertThat(hear(tahu.data(metric(1, MetricDataType.Double, 1.0))).metrics())
                .isEmpty();
    }

    @Test
    void numbersGoOnAtZeroAfter255() {
        born();

        for (int i = 0; i < 600; i++) {
            assertThat(hear(tahu.data(metric(1, MetricDataType.Double, (double) i)))
                            .effects())
                    .isEmpty();
        }

        assertThat(host.figures().gaps()).isZero();
    }

    @Test
    void whatComesLateIsRefused() {
        born();
        Said first = tahu.data(metric(1, MetricDataType.Double, 1.0));
        Said second = tahu.data(metric(1, MetricDataType.Double, 2.0));

        hear(second);
        Heard late = hear(first);

        assertThat(late.metrics()).isEmpty();
        assertThat(late.effects()).contains(new Effect.OutOfOrder(1));
        assertThat(host.figures().late()).isEqualTo(1);
    }

    @Test
    void nothingCountsBeforeABirth() {
        Heard data = hear(tahu.data(metric("temperature", null, MetricDataType.Double, 1.0)));

        assertThat(data.metrics()).isEmpty();
        assertThat(data.refusal()).hasValue("expected an NBIRTH first, found NDATA");
        assertThat(data.asksRebirth()).isTrue();
    }

    @Test
    void onlyTheDeathOfThePresentSessionEndsIt() {
        tahu.newSession();
        Said old = tahu.death();
        tahu.newSession();
        born();
        hear(tahu.birthOf("pump", metric("speed", 9L, MetricDataType.Int32, 900)));

        assertThat(hear(old).effects()).singleElement().isInstanceOf(Effect.Ignored.class);
        assertThat(host.figures().online()).isTrue();
        assertThat(hear(tahu.death()).effects())
                .containsExactly(new Effect.DeviceOffline("pump"), new Effect.Offline("it died"));
        assertThat(host.figures().online()).isFalse();
        assertThat(hear(tahu.data(metric(1, MetricDataType.Double, 1.0))).metrics())
                .isEmpty();
    }

    @Test
    void aLostConnectionIsADeath() {
        born();

        assertThat(host.connectionLost(now).effects()).containsExactly(new Effect.Offline("its connection ended"));
        assertThat(host.connectionLost(now).effects()).isEmpty();
    }

    @Test
    void aNodeIsNotAskedAgainAndAgain() {
        for (int i = 0; i < 10; i++) {
            hear(tahu.data(metric(1, MetricDataType.Double, 1.0)));
        }
        assertThat(host.figures().rebirths()).isEqualTo(1);

        now = now.plusSeconds(5);
        hear(tahu.data(metric(1, MetricDataType.Double, 1.0)));
        now = now.plusSeconds(5);
        hear(tahu.data(metric(1, MetricDataType.Double, 1.0)));

        assertThat(host.figures().rebirths())
                .as("it did not answer: twice as long")
                .isEqualTo(2);
    }

    @Test
    void nullAndHistoricalValues() {
        born();

        Heard nothing = hear(tahu.data(metric(1, MetricDataType.Double, null)));
        Heard past = hear(
                SparkplugTopic.Type.NDATA,
                Payload.newBuilder()
                        .setSeq(2)
                        .addMetrics(Payload.Metric.newBuilder()
                                .setAlias(1)
                                .setIsHistorical(true)
                                .setTimestamp(5)
                                .setDoubleValue(3)));
        tahu.lose();
        Heard timeless = hear(
                SparkplugTopic.Type.NDATA,
                Payload.newBuilder()
                        .setSeq(3)
                        .addMetrics(Payload.Metric.newBuilder()
                                .setAlias(1)
                                .setIsHistorical(true)
                                .setDoubleValue(3)));

        assertThat(nothing.metrics()).isEmpty();
        assertThat(nothing.refusal()).isEmpty();
        assertThat(past.metrics()).singleElement().satisfies(metric -> assertThat(metric.getAtMs())
                .isEqualTo(5));
        assertThat(timeless.refusal()).isPresent();
    }

    @Test
    void dataSetsAreLeftOutOfABirthAndTheRestCounts() throws Exception {
        Heard birth = hear(tahu.birth(
                metric("table", 1L, MetricDataType.DataSet, new DataSetBuilder(0).createDataSet()),
                metric("level", 2L, MetricDataType.Int16, (short) 7)));
        Heard data = hear(tahu.data(
                metric(1, MetricDataType.DataSet, new DataSetBuilder(0).createDataSet()),
                metric(2, MetricDataType.Int16, (short) 8)));

        assertThat(values(birth)).containsExactly("level=7");
        assertThat(birth.effects())
                .contains(new Effect.LeftOut("table", "expected a datatype of single values, found DataSet"));
        assertThat(values(data)).containsExactly("level=8");
    }

    @Test
    void aBirthThatIsAmbiguousIsNone() {
        born();

        Heard birth =
                hear(tahu.birth(metric("a", 1L, MetricDataType.Int32, 1), metric("b", 1L, MetricDataType.Int32, 2)));

        assertThat(birth.metrics()).isEmpty();
        assertThat(birth.refusal())
                .hasValue("expected one metric of an alias in a birth, found alias 1 with `a` and `b`");
        assertThat(host.figures().online()).isFalse();
    }

    @Test
    void aBirthWithoutItsNumbersIsNone() {
        assertThat(hear(SparkplugTopic.Type.NBIRTH, Payload.newBuilder().setSeq(0))
                        .refusal())
                .hasValue("expected metric `bdSeq` in an NBIRTH, found none");
        assertThat(hear(SparkplugTopic.Type.NBIRTH, Payload.newBuilder()).refusal())
                .hasValue("expected `seq` of 0 to 255, found none");
        assertThat(host.figures().online()).isFalse();
    }

    @Test
    void whatIsNoPayloadIsRefused() {
        assertThat(host.hear(SparkplugTopic.of(NODE, SparkplugTopic.Type.NDATA), new byte[] {1, 2, 3}, now)
                        .refusal())
                .isPresent();
    }

    @Test
    void aRebirthIsAskedForByName() throws Exception {
        Payload payload = Payload.parseFrom(Rebirth.payload(5));

        assertThat(Rebirth.topic(NODE)).isEqualTo("spBv1.0/pit/NCMD/plc-4");
        assertThat(payload.getMetrics(0).getName()).isEqualTo("Node Control/Rebirth");
        assertThat(payload.getMetrics(0).getBooleanValue()).isTrue();
        assertThat(payload.getMetrics(0).getDatatype()).isEqualTo(SparkplugBProto.DataType.Boolean_VALUE);
    }
}
