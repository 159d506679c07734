package dev.muster.telemetry.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.kafka.KafkaTopics;
import dev.muster.telemetry.gateway.PublishRouter.Route;
import dev.muster.telemetry.record.TelemetryBatch;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whatever a device publishes: it goes to a topic of this device with this device's key, to the dead letters, or nowhere. */
class PublishRouterFuzzTest {
    private static final DeviceRef DEVICE = DeviceRef.of("t", "d");
    private static final String OWN = "muster/1/t/d/";

    private final KafkaTopics topics = new KafkaTopics("");
    private final PublishRouter router = new PublishRouter(topics, () -> Instant.ofEpochMilli(1_000_000));

    @FuzzTest(maxDuration = "2m")
    void routesOrRefuses(FuzzedDataProvider data) throws InvalidProtocolBufferException {
        String topic = data.pickValue(new String[] {
            OWN + "telemetry/json",
            OWN + "telemetry/senml",
            OWN + "telemetry/sparkplug",
            OWN + "telemetry",
            OWN + "reported",
            OWN + "event",
            OWN + "command/c",
            data.consumeString(60)
        });
        String boot = property(data);
        String seq = property(data);
        byte[] payload = data.consumeRemainingAsBytes();

        switch (router.route(DEVICE, topic, payload, boot, seq)) {
            case Route.Accepted accepted -> {
                assertThat(topic).startsWith(OWN);
                assertThat(accepted.record().key()).asString().isEqualTo("t/d");
                if (accepted.record().topic().equals(topics.telemetry())) {
                    TelemetryBatch batch =
                            TelemetryBatch.parseFrom(accepted.record().value());
                    assertThat(batch.getTenant() + "/" + batch.getDevice()).isEqualTo("t/d");
                }
            }
            case Route.Unreadable unreadable -> {
                assertThat(unreadable.record().topic()).isEqualTo(topics.deadLetters());
                assertThat(unreadable.reason()).isNotEmpty();
            }
            case Route.Forbidden forbidden -> assertThat(topic).isNotEqualTo(OWN + "telemetry/json");
        }
    }

    private static @Nullable String property(FuzzedDataProvider data) {
        return data.consumeBoolean() ? data.consumeAsciiString(22) : null;
    }
}
