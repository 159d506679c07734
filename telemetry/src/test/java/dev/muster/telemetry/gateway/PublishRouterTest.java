package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.telemetry.gateway.PublishRouter.Route;
import dev.muster.telemetry.record.TelemetryBatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishRouterTest {
    private static final DeviceRef DEVICE = DeviceRef.of("t", "d");
    private static final String TELEMETRY = "muster/1/t/d/telemetry/json";
    private static final Instant NOW = Instant.ofEpochMilli(1_000_000);

    private final PublishRouter router = new PublishRouter(new KafkaTopics("x."), () -> NOW);
    private final PublishRouter behind =
            new PublishRouter(new KafkaTopics("x."), () -> NOW, key -> key.equals("t/d/press-1"));

    @ParameterizedTest
    @CsvSource({
        "muster/1/t/d/reported, x.reported, {\"generation\":1}",
        "muster/1/t/d/event, x.events, {\"kind\":\"k\"}",
        "muster/1/t/d/command/c7, x.command-answers, {\"id\":\"c7\"}",
        "muster/1/t/d/telemetry/json, x.telemetry, {\"metrics\":[]}"
    })
    void sendsEachTopicOfADeviceToItsOwn(String topic, String kafka, String payload) {
        Route route = route(topic, payload);

        assertThat(route).isInstanceOfSatisfying(Route.Accepted.class, accepted -> {
            assertThat(accepted.record().topic()).isEqualTo(kafka);
            assertThat(accepted.record().key()).asString().isEqualTo("t/d");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "muster/1/t/d/press-1/reported, x.reported, {\"generation\":1}",
        "muster/1/t/d/press-1/event, x.events, {\"kind\":\"k\"}",
        "muster/1/t/d/press-1/telemetry/json, x.telemetry, {\"metrics\":[]}"
    })
    void sendsWhatASubDeviceSaysUnderItsOwnKey(String topic, String kafka, String payload) {
        Route route = behind.route(DEVICE, topic, payload.getBytes(java.nio.charset.StandardCharsets.UTF_8), "1", "1");

        assertThat(route).isInstanceOfSatisfying(Route.Accepted.class, accepted -> {
            assertThat(accepted.record().topic()).isEqualTo(kafka);
            assertThat(accepted.record().key()).asString().isEqualTo("t/d/press-1");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "muster/1/t/d/press-2/reported",
                "muster/1/t/e/press-1/reported",
                "muster/1/t/d/press-1/desired",
                "muster/1/t/d/press-1/x/reported",
                "muster/1/t/d//reported"
            })
    void forbidsTopicsOfSubDevicesThatWereNotLetInHere(String topic) {
        byte[] payload = "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8);

        assertThat(behind.route(DEVICE, topic, payload, "1", "1")).isInstanceOf(Route.Forbidden.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "muster/1/t/other/reported",
                "muster/1/other/d/reported",
                "muster/1/t/d2/reported",
                "muster/1/t/d/desired",
                "muster/1/t/d/command",
                "muster/1/t/d/command/a/b",
                "muster/1/t/d/",
                "muster/2/t/d/reported",
                "spBv1.0/g/NDATA/d",
                ""
            })
    void forbidsEveryOtherTopic(String topic) {
        assertThat(route(topic, "{\"a\":1}")).isInstanceOf(Route.Forbidden.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense                                             | JSON object",
                "[]                                                   | expected an object",
                "{\"metrics\":[{\"at\":1,\"value\":1}]}               | metrics[0].name",
                "{\"metrics\":[{\"name\":\"\",\"at\":1,\"value\":1}]} | metric name",
                "{\"metrics\":[{\"name\":\"a\",\"at\":-1,\"value\":1}]} | milliseconds since 1970",
                "{\"metrics\":[{\"name\":\"a\",\"at\":253402300800000,\"value\":1}]} | milliseconds since 1970",
                "{\"metrics\":[{\"name\":\"a\",\"at\":1,\"value\":null}]} | number, flag or text",
                "{\"metrics\":[{\"name\":\"a\",\"at\":1,\"value\":\"\\u0000\"}]} | U+0000",
                "{\"metrics\":[{\"name\":\"a\\u0001\",\"at\":1,\"value\":1}]} | control characters"
            })
    void putsUnreadableTelemetryAsideWithTheReason(String payload, String reason) {
        Route route = route(TELEMETRY, payload);

        assertThat(route).isInstanceOfSatisfying(Route.Unreadable.class, unreadable -> {
            assertThat(unreadable.reason()).contains(reason);
            assertThat(unreadable.record().topic()).isEqualTo("x.dead-letters");
            assertThat(unreadable.record().value()).asString().isEqualTo(payload);
        });
    }

    @Test
    void refusesAnAnswerToAnotherCommand() {
        assertThat(route("muster/1/t/d/command/c7", "{\"id\":\"c8\"}")).isInstanceOf(Route.Unreadable.class);
    }

    @Test
    void takesPositionsAsUnsigned64Bit() throws InvalidProtocolBufferException {
        TelemetryBatch batch = accepted("18446744073709551615", "1");

        assertThat(batch.getBoot()).isEqualTo(-1L);
        assertThat(batch.getReceivedAtMs()).isEqualTo(NOW.toEpochMilli());
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "1, 18446744073709551616", "one, 1", "1, ", ", 1"})
    void refusesHalfOrWrongPositions(@Nullable String boot, @Nullable String seq) {
        Route route = router.route(DEVICE, TELEMETRY, "{\"metrics\":[]}".getBytes(StandardCharsets.UTF_8), boot, seq);

        assertThat(route).isInstanceOf(Route.Unreadable.class);
    }

    @Test
    void keepsTheTypeOfEveryValue() throws InvalidProtocolBufferException {
        byte[] payload = """
                {"metrics":[{"name":"n","at":1,"value":1.5},{"name":"i","at":1,"value":9007199254740993},
                {"name":"f","at":1,"value":true},{"name":"t","at":1,"value":"on"}]}
                """.getBytes(StandardCharsets.UTF_8);

        Route.Accepted accepted = (Route.Accepted) router.route(DEVICE, TELEMETRY, payload, null, null);

        TelemetryBatch batch = TelemetryBatch.parseFrom(accepted.record().value());
        assertThat(batch.getMetrics(0).getNumber()).isEqualTo(1.5);
        assertThat(batch.getMetrics(1).getInteger()).isEqualTo(9_007_199_254_740_993L);
        assertThat(batch.getMetrics(2).getFlag()).isTrue();
        assertThat(batch.getMetrics(3).getText()).isEqualTo("on");
    }

    private TelemetryBatch accepted(String boot, String seq) throws InvalidProtocolBufferException {
        Route.Accepted accepted = (Route.Accepted)
                router.route(DEVICE, TELEMETRY, "{\"metrics\":[]}".getBytes(StandardCharsets.UTF_8), boot, seq);
        return TelemetryBatch.parseFrom(accepted.record().value());
    }

    private Route route(String topic, String payload) {
        return router.route(DEVICE, topic, payload.getBytes(StandardCharsets.UTF_8), null, null);
    }
}
