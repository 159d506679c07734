package dev.muster.telemetry.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.Rollup;
import dev.muster.telemetry.record.TelemetryBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollupTopologyTest {
    private static final Duration EMIT = Duration.ofSeconds(5);
    private static final long MINUTE = 60_000;

    @TempDir
    Path state;

    private final KafkaTopics topics = new KafkaTopics("");
    private final LongAdder unreadable = new LongAdder();
    private BoundedRocksDb.Memory memory;
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> telemetry;
    private TestOutputTopic<byte[], byte[]> rollups;
    private TestOutputTopic<byte[], byte[]> hours;

    @BeforeEach
    void start() {
        memory = new BoundedRocksDb.Memory(8 * 1024 * 1024);
        Properties properties =
                StreamsApp.properties(StreamsConfiguration.of(KafkaSettings.plain("none:1", ""), state));
        properties.put(BoundedRocksDb.MEMORY, memory);
        driver = new TopologyTestDriver(RollupTopology.build(topics, EMIT, unreadable), properties);
        telemetry = driver.createInputTopic(
                topics.telemetry(),
                Serdes.ByteArray().serializer(),
                Serdes.ByteArray().serializer());
        rollups = driver.createOutputTopic(
                topics.rollups(),
                Serdes.ByteArray().deserializer(),
                Serdes.ByteArray().deserializer());
        hours = driver.createOutputTopic(
                topics.hourlyRollups(),
                Serdes.ByteArray().deserializer(),
                Serdes.ByteArray().deserializer());
    }

    @AfterEach
    void stop() {
        driver.close();
        memory.close();
    }

    @Test
    void writesWholeWindowsOncePerInterval() {
        send("d1", 1, 1, number("cpu", 0, 2));
        send("d1", 1, 2, number("cpu", 10_000, 6));
        send("d1", 1, 3, number("cpu", MINUTE, 100));

        assertThat(rollups.isEmpty()).isTrue();
        driver.advanceWallClockTime(EMIT);

        List<Rollup> written = read();
        assertThat(written).hasSize(2);
        Rollup first = written.get(0);
        assertThat(first.getTenant()).isEqualTo("t");
        assertThat(first.getDevice()).isEqualTo("d1");
        assertThat(first.getMetric()).isEqualTo("cpu");
        assertThat(first.getWindowSeconds()).isEqualTo(60);
        assertThat(List.of(first.getMin(), first.getMax(), first.getSum(), first.getLast()))
                .containsExactly(2.0, 6.0, 8.0, 6.0);
        assertThat(written.get(1).getWindowStartMs()).isEqualTo(MINUTE);
        driver.advanceWallClockTime(EMIT);
        assertThat(rollups.isEmpty()).isTrue();
    }

    @Test
    void writesTheWholeWindowAgainWhenItGrows() {
        send("d1", 1, 1, number("cpu", 0, 2));
        driver.advanceWallClockTime(EMIT);
        send("d1", 1, 2, number("cpu", 1, 4));
        driver.advanceWallClockTime(EMIT);

        assertThat(read()).extracting(Rollup::getCount).containsExactly(1L, 2L);
    }

    @Test
    void writesWindowsOfAnHourFromTheSamplesThemselves() {
        send("d1", 1, 1, number("cpu", 0, 2));
        send("d1", 1, 2, number("cpu", 59 * MINUTE, 6));
        send("d1", 1, 2, number("cpu", 59 * MINUTE, 6)); // a repetition
        send("d1", 1, 3, number("cpu", 60 * MINUTE, 100));

        driver.advanceWallClockTime(EMIT);
        assertThat(hours.isEmpty()).isTrue();
        driver.advanceWallClockTime(EMIT.multipliedBy(3));

        List<Rollup> written = read(hours);
        assertThat(written).extracting(Rollup::getWindowStartMs).containsExactly(0L, 60 * MINUTE);
        assertThat(written).extracting(Rollup::getWindowSeconds).containsOnly(3_600L);
        Rollup first = written.get(0);
        assertThat(first.getCount()).isEqualTo(2);
        assertThat(List.of(first.getMin(), first.getMax(), first.getSum(), first.getLast()))
                .containsExactly(2.0, 6.0, 8.0, 6.0);
        assertThat(read()).extracting(Rollup::getWindowSeconds).containsOnly(60L);
    }

    @Test
    void countsARepetitionOnce() {
        send("d1", 1, 1, number("cpu", 0, 2));
        send("d1", 1, 2, number("cpu", 1, 2));
        send("d1", 1, 1, number("cpu", 0, 2));
        send("d1", 1, 2, number("cpu", 1, 2));
        send("d1", 2, 1, number("cpu", 2, 2));
        driver.advanceWallClockTime(EMIT);

        assertThat(read()).extracting(Rollup::getCount).containsExactly(3L);
    }

    @Test
    void keepsDevicesApartWhateverTheirClocksSay() {
        send("d1", 1, 1, number("cpu", 4_000_000_000_000L, 1));
        send("d2", 1, 1, number("cpu", 0, 7));
        driver.advanceWallClockTime(EMIT);

        assertThat(read()).extracting(Rollup::getDevice).containsExactlyInAnyOrder("d1", "d2");
    }

    @Test
    void countsFlagsAndWholeNumbersAndLeavesTextOut() {
        send(
                "d1",
                1,
                1,
                Metric.newBuilder().setName("door").setAtMs(0).setFlag(true).build(),
                Metric.newBuilder().setName("n").setAtMs(0).setInteger(5).build(),
                Metric.newBuilder().setName("text").setAtMs(0).setText("x").build());
        driver.advanceWallClockTime(EMIT);

        assertThat(read()).extracting(Rollup::getMetric).containsExactlyInAnyOrder("door", "n");
    }

    @Test
    void goesOnAfterARecordThatCannotBeRead() {
        telemetry.pipeInput("t/d1".getBytes(StandardCharsets.UTF_8), new byte[] {1, 2, 3});
        send("d1", 1, 1, number("cpu", 0, 2));
        driver.advanceWallClockTime(EMIT);

        assertThat(unreadable.sum()).isEqualTo(1);
        assertThat(read()).hasSize(1);
    }

    @Test
    void countsNothingThatNamesAnotherTenantThanItsKey() {
        byte[] named = TelemetryBatch.newBuilder()
                .setTenant("t")
                .setDevice("d1")
                .addMetrics(number("cpu", 0, 2))
                .build()
                .toByteArray();
        telemetry.pipeInput("other/d1".getBytes(StandardCharsets.UTF_8), named);
        telemetry.pipeInput("t/d2".getBytes(StandardCharsets.UTF_8), named);
        driver.advanceWallClockTime(EMIT);

        assertThat(unreadable.sum()).isEqualTo(2);
        assertThat(read()).isEmpty();
    }

    private static Metric number(String name, long at, double value) {
        return Metric.newBuilder().setName(name).setAtMs(at).setNumber(value).build();
    }

    private void send(String device, long boot, long seq, Metric... metrics) {
        TelemetryBatch batch = TelemetryBatch.newBuilder()
                .setTenant("t")
                .setDevice(device)
                .setBoot(boot)
                .setSeq(seq)
                .addAllMetrics(List.of(metrics))
                .build();
        telemetry.pipeInput(("t/" + device).getBytes(StandardCharsets.UTF_8), batch.toByteArray());
    }

    private List<Rollup> read() {
        return read(rollups);
    }

    private static List<Rollup> read(TestOutputTopic<byte[], byte[]> from) {
        return from.readValuesToList().stream()
                .map(bytes -> {
                    try {
                        return Rollup.parseFrom(bytes);
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }
}
