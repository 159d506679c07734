package dev.muster.telemetry.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.Rollup;
import dev.muster.telemetry.record.TelemetryBatch;
import dev.muster.telemetry.schema.Retention;
import dev.muster.telemetry.sink.PollBatch.DeviceKey;
import dev.muster.telemetry.sink.PollBatch.Mark;
import dev.muster.telemetry.sink.PollBatch.Row;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PollBatchTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final DeviceKey D1 = new DeviceKey("t", "d1");

    private static final byte[] D1_KEY = "t/d1".getBytes(StandardCharsets.UTF_8);

    private final PollBatch batch = new PollBatch(NOW, Retention.DEFAULT);

    @Test
    void dropsWhatTheMarkCoversAndMovesIt() {
        add("d1", 4, 10, 0, 1);
        add("d1", 4, 11, 0, 2);
        add("d1", 4, 11, 0, 2);
        add("d1", 5, 1, 0, 3);
        add("d1", 4, 12, 0, 4);

        batch.resolve(Map.of(D1, new Mark(4, 10)));

        assertThat(batch.rows()).extracting(Row::num).containsExactly(2.0, 3.0);
        assertThat(batch.duplicates()).isEqualTo(3);
        assertThat(batch.marks()).containsExactly(Map.entry(D1, new Mark(5, 1)));
    }

    @Test
    void comparesPositionsAsUnsigned() {
        add("d1", 1, -1, 0, 1);

        batch.resolve(Map.of(D1, new Mark(1, Long.MAX_VALUE)));

        assertThat(batch.rows()).hasSize(1);
    }

    @Test
    void takesADeviceWithoutPositionsAtItsWord() {
        add("d1", 0, 0, 0, 1);
        add("d1", 0, 0, 0, 1);

        assertThat(batch.markedDevices()).isEmpty();
        batch.resolve(Map.of());

        assertThat(batch.rows()).hasSize(2);
        assertThat(batch.marks()).isEmpty();
    }

    @Test
    void keepsTheNewestValueByTheDevicesClockButNotBeyondOurs() {
        long received = NOW.toEpochMilli();
        add("d1", 1, 1, received + 100_000_000, 1); // a clock that runs ahead
        add("d1", 1, 2, received - 5_000, 2); // late
        add("d1", 1, 3, received, 3); // the clock was put right

        batch.resolve(Map.of());

        assertThat(batch.latest()).extracting(Row::num).containsExactly(3.0);
    }

    @Test
    void writesTheDigitsOfANumberThatADoubleCannotHold() {
        long value = (1L << 53) + 1;
        batch.addTelemetry(
                D1_KEY,
                batch("d1", 1, 1)
                        .addMetrics(Metric.newBuilder().setName("n").setInteger(value))
                        .addMetrics(Metric.newBuilder().setName("n").setInteger(Long.MIN_VALUE))
                        .addMetrics(Metric.newBuilder().setName("n").setInteger(7))
                        .build()
                        .toByteArray());

        batch.resolve(Map.of());

        assertThat(batch.rows()).extracting(Row::txt).containsExactly("9007199254740993", "-9223372036854775808", null);
    }

    @Test
    void leavesOutWhatIsPastItsTimeOrCannotBeStored() {
        batch.addTelemetry(D1_KEY, new byte[] {1, 2, 3});
        batch.addTelemetry(
                D1_KEY,
                batch("d1", 1, 1)
                        .setReceivedAtMs(NOW.minus(Duration.ofDays(8)).toEpochMilli())
                        .addMetrics(Metric.newBuilder().setName("m").setNumber(1))
                        .build()
                        .toByteArray());
        batch.addTelemetry(
                D1_KEY,
                batch("d1", 1, 2)
                        .addMetrics(Metric.newBuilder()
                                .setName("m")
                                .setAtMs(Long.MAX_VALUE)
                                .setNumber(1))
                        .addMetrics(Metric.newBuilder().setName("a\0b").setText("c\0d"))
                        .build()
                        .toByteArray());
        batch.addRollup(D1_KEY, rollup(NOW.minus(Duration.ofDays(91)), 1));
        batch.addRollup(D1_KEY, rollup(NOW.plus(Duration.ofDays(2)), 1));

        batch.resolve(Map.of());

        assertThat(batch.unreadable()).isEqualTo(2);
        assertThat(batch.expired()).isEqualTo(3);
        assertThat(batch.rollups()).isEmpty();
        assertThat(batch.rows()).singleElement().satisfies(row -> {
            assertThat(row.metric()).isEqualTo("a\uFFFDb");
            assertThat(row.txt()).isEqualTo("c\uFFFDd");
        });
    }

    @Test
    void keepsTheFullestStateOfAWindow() {
        batch.addRollup(D1_KEY, rollup(NOW, 3));
        batch.addRollup(D1_KEY, rollup(NOW, 5));
        batch.addRollup(D1_KEY, rollup(NOW, 1));

        assertThat(Objects.requireNonNull(batch.rollups().get(WindowTable.MINUTES))
                        .values())
                .extracting(Rollup::getCount)
                .containsExactly(5L);
    }

    @Test
    void keepsEachWidthOfWindowForItsOwnTime() {
        batch.addRollup(D1_KEY, window(NOW.minus(Duration.ofDays(91)), 3_600, 7));
        batch.addRollup(D1_KEY, window(NOW.minus(Duration.ofDays(731)), 3_600, 7));
        batch.addRollup(D1_KEY, window(NOW, 86_400, 7));

        assertThat(batch.rollups()).containsOnlyKeys(WindowTable.HOURS);
        assertThat(batch.rollups().get(WindowTable.HOURS)).hasSize(1);
        assertThat(batch.expired()).isEqualTo(1);
        assertThat(batch.unreadable()).isEqualTo(1);
    }

    @Test
    void keepsNothingThatNamesAnotherDeviceOrTenantThanItsKey() {
        for (String key : List.of("t/d2", "other/d1", "t", "")) {
            batch.addTelemetry(
                    key.getBytes(StandardCharsets.UTF_8),
                    batch("d1", 1, 1)
                            .addMetrics(Metric.newBuilder().setName("m").setNumber(1))
                            .build()
                            .toByteArray());
            batch.addRollup(key.getBytes(StandardCharsets.UTF_8), rollup(NOW, 3));
        }
        batch.addTelemetry(null, batch("d1", 1, 1).build().toByteArray());

        batch.resolve(Map.of());

        assertThat(batch.unreadable()).isEqualTo(9);
        assertThat(batch.rows()).isEmpty();
        assertThat(batch.rollups()).isEmpty();
        assertThat(batch.marks()).isEmpty();
    }

    private void add(String device, long boot, long seq, long at, double value) {
        batch.addTelemetry(
                D1_KEY,
                batch(device, boot, seq)
                        .addMetrics(Metric.newBuilder().setName("m").setAtMs(at).setNumber(value))
                        .build()
                        .toByteArray());
    }

    private static TelemetryBatch.Builder batch(String device, long boot, long seq) {
        return TelemetryBatch.newBuilder()
                .setTenant("t")
                .setDevice(device)
                .setBoot(boot)
                .setSeq(seq)
                .setReceivedAtMs(NOW.toEpochMilli());
    }

    private static byte[] rollup(Instant start, long count) {
        return window(start, 60, count);
    }

    private static byte[] window(Instant start, long seconds, long count) {
        return Rollup.newBuilder()
                .setTenant("t")
                .setDevice("d1")
                .setMetric("m")
                .setWindowStartMs(start.toEpochMilli())
                .setWindowSeconds(seconds)
                .setCount(count)
                .build()
                .toByteArray();
    }
}
