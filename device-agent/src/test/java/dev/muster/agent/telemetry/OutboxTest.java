package dev.muster.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.transport.Wire;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
    @TempDir
    Path directory;

    private final Wire wire = new Wire();

    @Test
    void keepsEverythingUntilThereIsASession() throws IOException {
        try (Outbox outbox = outbox(1)) {
            sample(outbox, 3);
            assertThat(wire.sent).isEmpty();

            wire.up = true;
            outbox.connected();

            assertThat(wire.sent).containsExactly("1/1", "1/2", "1/3");
        }
    }

    @Test
    void sendsAgainInOrderWhatASessionLeftUnacknowledged() throws IOException {
        try (Outbox outbox = outbox(1)) {
            wire.up = true;
            outbox.connected();
            sample(outbox, 3);
            wire.acknowledge(1);
            wire.sent.clear();

            outbox.connected();

            assertThat(wire.sent).containsExactly("1/2", "1/3");
        }
    }

    @Test
    void neverHasMoreInFlightThanItsHalf() throws IOException {
        try (Outbox outbox = outbox(1)) {
            wire.up = true;
            outbox.connected();

            sample(outbox, 50);
            assertThat(wire.sent).hasSize(8);
            wire.acknowledge(3);

            assertThat(wire.sent).hasSize(11);
        }
    }

    @Test
    void tellsAfterARestartWhatTheStartBeforeCouldNot() throws IOException {
        try (Outbox outbox = outbox(1)) {
            sample(outbox, 2);
        }

        try (Outbox outbox = outbox(2)) {
            sample(outbox, 1);
            wire.up = true;
            outbox.connected();

            assertThat(wire.sent).containsExactly("1/1", "1/2", "2/1");
        }
    }

    @Test
    void eventsAndAnswersHaveALaneOfTheirOwn() throws IOException {
        try (Outbox outbox = outbox(1)) {
            wire.up = true;
            outbox.connected();
            sample(outbox, 50);
            wire.sent.clear();

            outbox.event(new DeviceEvent("lifecycle.started", Instant.EPOCH, Map.of()));
            outbox.answer(new CommandAnswer("c-7", CommandAnswer.Outcome.DONE, "ok"));

            assertThat(wire.sent).hasSize(2).first().asString().contains("lifecycle.started");
            assertThat(wire.topics.getLast()).isEqualTo(new MqttTopic.CommandAnswered("c-7"));
        }
    }

    private Outbox outbox(long boot) throws IOException {
        return new Outbox(directory, AgentConfig.defaults(), wire, boot, Runnable::run, line -> {});
    }

    private static void sample(Outbox outbox, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            outbox.telemetry(List.of(new Sample("cpu.load", i, 0.5)));
        }
    }
}
