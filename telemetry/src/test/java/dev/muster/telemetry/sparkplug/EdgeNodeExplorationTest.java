package dev.muster.telemetry.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.telemetry.fixture.TahuNode;
import dev.muster.telemetry.fixture.TahuNode.Said;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.eclipse.tahu.message.model.Metric;
import org.eclipse.tahu.message.model.MetricDataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random edge nodes over links that lose messages. Every birth deals the aliases anew, so that a host which believes an old one is found
 * out: each value says of which metric it is.
 */
class EdgeNodeExplorationTest {
    private static final NodeId NODE = new NodeId("pit", "plc-4");
    private static final int STEPS = 4_000;
    private static final int PER_METRIC = 1_000_000;
    private static final List<String> SOURCES = List.of("", "pump", "fan");
    private static final List<String> METRICS = List.of("a", "b", "c", "d", "e");
    private static final List<MetricDataType> TYPES =
            List.of(MetricDataType.Int32, MetricDataType.Int64, MetricDataType.Double);

    /** A metric as its last birth has it. */
    private record Dealt(String name, long alias, MetricDataType type) {}

    private static final class World {
        final Random random;
        final TahuNode tahu = new TahuNode(NODE);
        final EdgeNode host = new EdgeNode(NODE);
        final Map<String, List<Dealt>> dealt = new HashMap<>();
        final Map<Integer, String> names = new HashMap<>();
        Instant now = Instant.ofEpochMilli(1_800_000_000_000L);
        int lostInARow;
        int due;
        boolean lostBirth;
        int attributed;
        int count;

        World(long seed) {
            random = new Random(seed);
        }

        void step() {
            now = now.plusMillis(random.nextInt(2_000));
            int dice = random.nextInt(100);
            String source = SOURCES.get(random.nextInt(SOURCES.size()));
            if (dice < 2 || dealt.isEmpty()) {
                dealt.clear();
                deliver(tahu.birth(deal("")));
            } else if (dice < 3) {
                // Another session; the broker or the connection tells its end, which is not lost.
                host.connectionLost(now);
                tahu.newSession();
                dealt.clear();
                lostInARow = 0;
                lostBirth = false;
                deliver(tahu.birth(deal("")));
            } else if (dice < 8 && !source.isEmpty()) {
                deliver(tahu.birthOf(source, deal(source)));
            } else if (dice < 10 && dealt.containsKey(source) && !source.isEmpty()) {
                dealt.remove(source);
                deliver(tahu.deathOf(source));
            } else if (dealt.containsKey(source)) {
                Metric[] values = some(dealt.getOrDefault(source, List.of()));
                deliver(source.isEmpty() ? tahu.data(values) : tahu.dataOf(source, values));
            }
        }

        private Metric[] deal(String source) {
            List<Long> aliases = new ArrayList<>(List.of(1L, 2L, 3L, 4L, 5L));
            Collections.shuffle(aliases, random);
            List<Dealt> all = new ArrayList<>();
            List<Metric> metrics = new ArrayList<>();
            for (int i = 0; i < METRICS.size(); i++) {
                Dealt one = new Dealt(METRICS.get(i), aliases.get(i), TYPES.get(random.nextInt(TYPES.size())));
                all.add(one);
                metrics.add(TahuNode.metric(one.name(), one.alias(), one.type(), value(source, one)));
            }
            dealt.put(source, all);
            return metrics.toArray(Metric[]::new);
        }

        private Metric[] some(List<Dealt> all) {
            String source = dealt.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(all))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
            return all.stream()
                    .filter(one -> random.nextBoolean())
                    .map(one -> random.nextInt(4) == 0
                            ? TahuNode.metric(one.name(), null, one.type(), value(source, one))
                            : TahuNode.metric(one.alias(), one.type(), value(source, one)))
                    .toArray(Metric[]::new);
        }

        /** Its millions say which metric it is of. */
        private Object value(String source, Dealt one) {
            int index = SOURCES.indexOf(source) * METRICS.size() + METRICS.indexOf(one.name()) + 1;
            names.put(index, source.isEmpty() ? one.name() : source + "/" + one.name());
            int value = index * PER_METRIC + count++ % PER_METRIC;
            if (one.type().equals(MetricDataType.Int32)) {
                return value;
            }
            return one.type().equals(MetricDataType.Int64) ? (Object) (long) value : (Object) (double) value;
        }

        private void deliver(Said said) {
            boolean birth = said.topic().type() == SparkplugTopic.Type.NBIRTH;
            // What the class says it cannot see: a number that is due by chance after an NBIRTH that was lost.
            boolean chance = lostBirth && !birth && said.seq() == due;
            if (chance || (random.nextInt(100) < 6 + (lostInARow > 0 ? 70 : 0) && lostInARow < 200)) {
                lostInARow++;
                lostBirth |= birth;
                return;
            }
            lostInARow = 0;
            lostBirth = birth ? false : lostBirth;
            Heard heard = host.hear(said.topic(), said.payload(), now);
            if (host.figures().online()
                    && (birth || heard.effects().stream().noneMatch(Effect.OutOfOrder.class::isInstance))) {
                due = (said.seq() + 1) % 256;
            }
            for (dev.muster.telemetry.record.Metric metric : heard.metrics()) {
                double number =
                        switch (metric.getValueCase()) {
                            case INTEGER -> metric.getInteger();
                            default -> metric.getNumber();
                        };
                assertThat(metric.getName()).isEqualTo(names.get((int) (number / PER_METRIC)));
                attributed++;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aValueIsThatOfItsMetricOrOfNone(long seed) {
        World world = new World(seed);

        for (int i = 0; i < STEPS; i++) {
            world.step();
        }

        assertThat(world.attributed).as("and most are of one").isGreaterThan(STEPS / 4);
        assertThat(world.host.figures().gaps()).isPositive();
    }

    /** Births and data with bytes changed, cut and doubled: refused or read, and what is read is named by a birth. */
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void nothingThatANodeCanSendIsThrownBack(long seed) {
        Random random = new Random(seed);
        TahuNode tahu = new TahuNode(NODE);
        EdgeNode host = new EdgeNode(NODE);
        Instant now = Instant.ofEpochMilli(1_800_000_000_000L);
        int refused = 0;

        for (int i = 0; i < STEPS; i++) {
            Metric metric = TahuNode.metric("a", 1L, TYPES.get(random.nextInt(TYPES.size())), null);
            Said said =
                    switch (random.nextInt(4)) {
                        case 0 -> tahu.birth(metric);
                        case 1 -> tahu.birthOf("pump", metric);
                        case 2 -> tahu.data(TahuNode.metric(1, MetricDataType.Double, 1.5));
                        default -> tahu.dataOf("pump", TahuNode.metric(1, MetricDataType.Double, 2.5));
                    };
            byte[] payload = said.payload();
            for (int n = random.nextInt(4); n > 0; n--) {
                payload[random.nextInt(payload.length)] = (byte) random.nextInt(256);
            }
            Heard heard = host.hear(
                    said.topic(), Arrays.copyOf(payload, payload.length - random.nextInt(3)), now.plusMillis(i));

            refused += heard.refusal().isPresent() ? 1 : 0;
            assertThat(heard.refusal().isPresent() && !heard.metrics().isEmpty())
                    .isFalse();
        }

        assertThat(refused).isPositive().isLessThan(STEPS);
    }
}
