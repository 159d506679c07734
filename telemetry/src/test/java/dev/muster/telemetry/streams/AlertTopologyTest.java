package dev.muster.telemetry.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.alert.AlertCondition;
import dev.muster.protocol.alert.AlertCondition.Answers;
import dev.muster.protocol.alert.AlertLimit;
import dev.muster.protocol.alert.AlertNews;
import dev.muster.protocol.alert.AlertNews.State;
import dev.muster.protocol.alert.AlertRule;
import dev.muster.protocol.alert.WatchedDevice;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.protocol.kafka.Presence;
import dev.muster.protocol.permissions.PermissionEvent;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import dev.muster.telemetry.kafka.KafkaSettings;
import dev.muster.telemetry.record.Metric;
import dev.muster.telemetry.record.TelemetryBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertTopologyTest {
    private static final Instant START = Instant.parse("2026-11-27T08:00:00Z");
    private static final Duration FIVE = Duration.ofMinutes(5);
    private static final AlertLimit ABOVE_90 = new AlertLimit(true, 90);

    @TempDir
    Path state;

    private final KafkaTopics topics = new KafkaTopics("x.");
    private final LongAdder unreadable = new LongAdder();
    private BoundedRocksDb.Memory memory;
    private TopologyTestDriver driver;
    private Instant now = START;
    private long seq;

    @BeforeEach
    void start() {
        memory = new BoundedRocksDb.Memory(8 * 1024 * 1024);
        Properties properties =
                StreamsApp.properties(StreamsConfiguration.of(KafkaSettings.plain("none:1", "x."), state));
        properties.put(BoundedRocksDb.MEMORY, memory);
        driver = new TopologyTestDriver(
                StreamsApp.topology(topics, Duration.ofSeconds(5), unreadable), properties, START);
    }

    @AfterEach
    void stop() {
        driver.close();
        memory.close();
    }

    @Test
    void firesOnlyAfterTheConditionHeldForLongEnoughAndIsOverWithTheFirstGoodValue() {
        rule("hot", 1, new AlertCondition.Threshold("temp", ABOVE_90), FIVE);
        watch("d1", 1, "hot");

        measure("d1", "temp", 90);
        assertThat(news()).isEmpty();
        measure("d1", "temp", 95);
        Instant since = now;
        AlertNews pending = only();
        assertThat(pending.state()).isEqualTo(State.PENDING);
        assertThat(pending.since()).isEqualTo(since);
        assertThat(pending.value()).hasValue(95);
        pass(FIVE.minusSeconds(2));
        assertThat(news()).isEmpty();
        pass(Duration.ofSeconds(4));
        AlertNews firing = only();
        assertThat(firing.state()).isEqualTo(State.FIRING);
        assertThat(firing.id()).isEqualTo(pending.id()).isEqualTo(AlertNews.id(DeviceRef.of("t", "d1"), "hot", since));
        measure("d1", "temp", 99);
        assertThat(news()).isEmpty();
        measure("d1", "temp", 80);
        AlertNews over = only();
        assertThat(over.state()).isEqualTo(State.RESOLVED);
        assertThat(over.id()).isEqualTo(pending.id());
    }

    @Test
    void whatIsOverBeforeItsTimeNeverFires() {
        rule("hot", 1, new AlertCondition.Threshold("temp", ABOVE_90), FIVE);
        watch("d1", 1, "hot");

        measure("d1", "temp", 95);
        pass(Duration.ofMinutes(4));
        measure("d1", "temp", 85);
        pass(Duration.ofMinutes(4));

        assertThat(news()).extracting(AlertNews::state).containsExactly(State.PENDING, State.RESOLVED);
    }

    @Test
    void judgesADeviceWhoseClockIsWrongByTheSpansBetweenItsSamples() {
        rule("hot", 1, new AlertCondition.Threshold("temp", ABOVE_90), FIVE);
        watch("d1", 1, "hot");

        measureAt("d1", "temp", 95, Instant.EPOCH);
        pass(Duration.ofSeconds(10));
        assertThat(only().state()).isEqualTo(State.PENDING);
        // Replayed from its queue: ten seconds here, six minutes there.
        measureAt("d1", "temp", 96, Instant.EPOCH.plusSeconds(360));
        pass(Duration.ofSeconds(2));

        assertThat(only().state()).isEqualTo(State.FIRING);
    }

    @Test
    void aRepetitionAndAnOlderSampleChangeNothing() {
        rule("hot", 1, new AlertCondition.Threshold("temp", ABOVE_90), Duration.ZERO);
        watch("d1", 1, "hot");

        measureAt("d1", "temp", 95, START.plusSeconds(60));
        assertThat(only().state()).isEqualTo(State.FIRING);
        measureAt("d1", "temp", 10, START);

        assertThat(news()).isEmpty();
    }

    @Test
    void onlyDevicesThatTheRuleWatchesAndOnlyThoseOfItsTenantFire() {
        rule("hot", 1, new AlertCondition.Threshold("temp", ABOVE_90), Duration.ZERO);
        watch("d1", 1, "other");
        send(topics.alertDevices(), "u/d1", new WatchedDevice(1, List.of("hot")).toJson());

        measure("d1", "temp", 95);
        measure("d2", "temp", 95);
        send(topics.telemetry(), "u/d1", batch("u", "d1", "temp", 95, now));
        send(topics.telemetry(), "t/d1", batch("u", "d1", "temp", 95, now));

        assertThat(news()).isEmpty();
    }

    @Test
    void missesWhatDoesNotComeAndWhatNeverCame() {
        rule("silent", 1, new AlertCondition.Absence("temp", FIVE), Duration.ZERO);
        watch("d1", 1, "silent");
        watch("d2", 1, "silent");

        pass(Duration.ofMinutes(4));
        measure("d1", "temp", 1);
        Instant last = now;
        pass(Duration.ofMinutes(2));
        AlertNews never = only();
        assertThat(never.since()).isEqualTo(START.plusSeconds(1));
        pass(Duration.ofMinutes(4));
        AlertNews missing = only();
        assertThat(missing.since()).isEqualTo(last);
        measure("d1", "temp", 2);

        assertThat(only().state()).isEqualTo(State.RESOLVED);
    }

    @Test
    void tellsOfADeviceThatWentAndDidNotComeBackInTime() {
        rule("offline", 1, new AlertCondition.Offline(), FIVE);
        watch("d1", 1, "offline");

        presence("d1", true, 1);
        presence("d1", false, 1);
        assertThat(only().state()).isEqualTo(State.PENDING);
        presence("d1", true, 2);
        assertThat(only().state()).isEqualTo(State.RESOLVED);
        presence("d1", false, 1);
        assertThat(news()).as("an older session says late that it ended").isEmpty();
        presence("d1", false, 2);
        pass(Duration.ofMinutes(6));

        assertThat(news()).extracting(AlertNews::state).containsExactly(State.PENDING, State.FIRING);
    }

    @Test
    void aRuleThatComesLaterKnowsWhoIsAwayAndWhatDrifted() {
        presence("d1", false, 1);
        report("d1", ConditionState.DRIFTED);
        watch("d1", 1, "offline", "drift");
        rule("offline", 1, new AlertCondition.Offline(), Duration.ZERO);
        rule("drift", 1, new AlertCondition.Drift(), Duration.ZERO);

        pass(Duration.ofSeconds(2));

        assertThat(news()).extracting(AlertNews::rule).containsExactlyInAnyOrder("offline", "drift");
    }

    @Test
    void tellsHowMuchAValueChangedWithinASpan() {
        rule("leak", 1, new AlertCondition.Change("fuel", new AlertLimit(false, -10), FIVE), Duration.ZERO);
        watch("d1", 1, "leak");

        for (int fuel = 100; fuel > 91; fuel--) {
            measure("d1", "fuel", fuel);
            pass(Duration.ofMinutes(1));
        }
        assertThat(news()).as("a litre a minute").isEmpty();
        measure("d1", "fuel", 84);

        AlertNews firing = only();
        assertThat(firing.value().orElseThrow()).isBetween(-13.0, -11.0);
    }

    @Test
    void whatIsToldOnceMoreWhileItHoldsDoesNotBeginAnew() {
        rule("drift", 1, new AlertCondition.Drift(), FIVE);
        watch("d1", 1, "drift");

        drift("d1", PermissionEvent.Drift.BACKING_OFF);
        assertThat(only().state()).isEqualTo(State.PENDING);
        pass(Duration.ofMinutes(3));
        drift("d1", PermissionEvent.Drift.BACKING_OFF);
        assertThat(news()).isEmpty();
        pass(Duration.ofMinutes(2).plusSeconds(2));

        assertThat(only().state()).isEqualTo(State.FIRING);
    }

    @Test
    void driftOfTargetsAndPermissionsIsOverOnlyWhenAllIsPutRight() {
        rule("drift", 1, new AlertCondition.Drift(), Duration.ZERO);
        watch("d1", 1, "drift");

        report("d1", ConditionState.DRIFTED);
        assertThat(only().detail()).isEqualTo("app/com.example.camera");
        drift("d1", PermissionEvent.Drift.BACKING_OFF);
        report("d1", ConditionState.COMMITTED);
        assertThat(news()).isEmpty();
        drift("d1", PermissionEvent.Drift.RESTORED);

        assertThat(only().state()).isEqualTo(State.RESOLVED);
    }

    @Test
    void countsAnswersOfOnePermissionOverASlidingSpan() {
        rule(
                "snooping",
                1,
                new AlertCondition.PermissionUse("ohos.permission.CAM*", Answers.DENIED, 100, Duration.ofHours(1)),
                Duration.ZERO);
        watch("d1", 1, "snooping");

        usage("d1", "ohos.permission.CAMERA", 500, 60);
        usage("d1", "ohos.permission.MICROPHONE", 0, 500);
        assertThat(news()).isEmpty();
        pass(Duration.ofMinutes(30));
        usage("d1", "ohos.permission.CAMERA", 0, 60);
        AlertNews firing = only();
        assertThat(firing.value()).hasValue(120);
        assertThat(firing.detail()).isEqualTo("com.example.camera ohos.permission.CAMERA");
        pass(Duration.ofMinutes(31));

        assertThat(only().state()).isEqualTo(State.RESOLVED);
    }

    @Test
    void endsWhatNobodyAsksForAnyMoreAndBeginsAnewWithAnotherRevision() {
        rule("hot", 1, new AlertCondition.Threshold("temp", ABOVE_90), Duration.ZERO);
        watch("d1", 1, "hot");
        measure("d1", "temp", 95);
        assertThat(only().state()).isEqualTo(State.FIRING);

        rule("hot", 2, new AlertCondition.Threshold("temp", new AlertLimit(true, 99)), Duration.ZERO);
        pass(Duration.ofSeconds(2));
        assertThat(only().state()).isEqualTo(State.RESOLVED);
        measure("d1", "temp", 100);
        AlertNews again = only();
        assertThat(again.ruleRevision()).isEqualTo(2);
        watch("d1", 1); // older than what is known
        assertThat(news()).isEmpty();
        watch("d1", 2);

        AlertNews over = only();
        assertThat(over.state()).isEqualTo(State.RESOLVED);
        assertThat(over.id()).isEqualTo(again.id());
    }

    /** What a preview foretells is what streams find, apart from how often they look. */
    @Test
    void aReplayOfTheSamplesRaisesTheSameAlerts() {
        AlertRule hot = new AlertRule(1, new AlertCondition.Threshold("temp", ABOVE_90), FIVE);
        rule("hot", 1, hot.condition(), hot.holds());
        watch("d1", 1, "hot");
        AlertReplay replay = AlertReplay.begin(hot, now).orElseThrow();
        java.util.Random random = new java.util.Random(7);

        for (int i = 0; i < 400; i++) {
            double value = 84 + random.nextInt(10) + (i / 20 % 2) * 8;
            measure("d1", "temp", value);
            replay.sample(now, now, OptionalDouble.of(value));
            pass(Duration.ofSeconds(random.nextInt(90)));
        }

        List<AlertNews> news = news();
        List<AlertReplay.Raised> raised = replay.end(now);
        assertThat(raised).hasSizeGreaterThan(5);
        assertThat(raised)
                .extracting(AlertReplay.Raised::since)
                .isEqualTo(news.stream()
                        .filter(one -> one.state() == State.PENDING)
                        .map(AlertNews::since)
                        .toList());
        assertThat(raised.stream().filter(one -> one.firedAt().isPresent()))
                .extracting(AlertReplay.Raised::since)
                .isNotEmpty()
                .isEqualTo(news.stream()
                        .filter(one -> one.state() == State.FIRING)
                        .map(AlertNews::since)
                        .toList());
    }

    @Test
    void recordsThatNobodyCanReadStopNothing() {
        rule("hot", 1, new AlertCondition.Threshold("temp", ABOVE_90), Duration.ZERO);
        watch("d1", 1, "hot");

        send(topics.presence(), "t/d1", "{".getBytes(StandardCharsets.UTF_8));
        send(topics.events(), "t/d1", new byte[0]);
        send(topics.reported(), "no key of ours", new byte[] {1});
        send(topics.alertDevices(), "t/d1", "[]".getBytes(StandardCharsets.UTF_8));
        send(topics.alertRules(), "t/other", "{}".getBytes(StandardCharsets.UTF_8));
        measure("d1", "temp", 95);

        assertThat(only().state()).isEqualTo(State.FIRING);
        assertThat(unreadable.sum()).isGreaterThanOrEqualTo(4);
    }

    private void rule(String name, long revision, AlertCondition condition, Duration holds) {
        send(topics.alertRules(), "t/" + name, new AlertRule(revision, condition, holds).toJson());
    }

    private void watch(String device, long revision, String... rules) {
        send(topics.alertDevices(), "t/" + device, new WatchedDevice(revision, List.of(rules)).toJson());
        pass(Duration.ofSeconds(1));
    }

    private void measure(String device, String metric, double value) {
        pass(Duration.ofMillis(1));
        measureAt(device, metric, value, now);
    }

    private void measureAt(String device, String metric, double value, Instant at) {
        send(topics.telemetry(), "t/" + device, batch("t", device, metric, value, at));
    }

    private byte[] batch(String tenant, String device, String metric, double value, Instant at) {
        return TelemetryBatch.newBuilder()
                .setTenant(tenant)
                .setDevice(device)
                .setBoot(1)
                .setSeq(++seq)
                .setReceivedAtMs(now.toEpochMilli())
                .addMetrics(Metric.newBuilder()
                        .setName(metric)
                        .setAtMs(at.toEpochMilli())
                        .setNumber(value))
                .build()
                .toByteArray();
    }

    private void presence(String device, boolean online, long epoch) {
        send(topics.presence(), "t/" + device, new Presence(online, epoch, now, "g", "").toJson());
    }

    private void report(String device, ConditionState state) {
        TargetCondition camera = new TargetCondition(
                new TargetName.App("com.example.camera"), state, now, 0, "", "", "1.0", Optional.empty());
        send(topics.reported(), "t/" + device, new ReportedState(1, Map.of(), List.of(camera)).toJson());
    }

    private void drift(String device, String action) {
        event(
                device,
                new PermissionEvent.Drift(
                        PermissionEvent.App.of("com.example.camera"),
                        "ohos.permission.CAMERA",
                        false,
                        true,
                        "enforced-by-os",
                        3,
                        action));
    }

    private void usage(String device, String permission, long granted, long denied) {
        event(
                device,
                new PermissionEvent.Usage(
                        PermissionEvent.App.of("com.example.camera"),
                        permission,
                        new PermissionEvent.Interval(now.minusSeconds(900), now),
                        granted,
                        denied));
    }

    private void event(String device, PermissionEvent event) {
        send(topics.events(), "t/" + device, event.at(now).toJson());
    }

    private void send(String topic, String key, byte @Nullable [] value) {
        driver.createInputTopic(
                        topic, Serdes.String().serializer(), Serdes.ByteArray().serializer())
                .pipeInput(new TestRecord<>(key, value, now));
    }

    private void pass(Duration time) {
        now = now.plus(time);
        driver.advanceWallClockTime(time);
    }

    private AlertNews only() {
        List<AlertNews> all = news();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private List<AlertNews> news() {
        return driver
                .createOutputTopic(
                        topics.alerts(),
                        Serdes.String().deserializer(),
                        Serdes.ByteArray().deserializer())
                .readValuesToList()
                .stream()
                .map(AlertNews::fromJson)
                .toList();
    }
}
