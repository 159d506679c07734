package dev.muster.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.disk.HostileDisk;
import dev.muster.agent.transport.Wire;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.mqtt.MqttTopic;
import dev.muster.protocol.telemetry.JsonTelemetry.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
    @TempDir
    Path directory;

    private final Wire wire = new Wire();
    private final List<Runnable> rests = new ArrayList<>();
    private long nanos;

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

    @Test
    void whatWaitedFollowsAtItsPaceAndWhatIsNewIsNotHeldUpByIt() throws IOException {
        try (Outbox outbox = outbox(1)) {
            sample(outbox, 60);
            wire.up = true;
            outbox.connected();
            wire.acknowledge(8);
            wire.acknowledge(8);
            wire.acknowledge(4);
            assertThat(wire.sent).as("a second's worth").hasSize(20);
            sample(outbox, 5);
            outbox.event(new DeviceEvent("lifecycle.started", Instant.EPOCH, Map.of()));
            assertThat(wire.sent).as("an event never waits").hasSize(21);
            assertThat(rests).hasSize(1);

            nanos += 500_000_000;
            rests.removeFirst().run();
            assertThat(wire.sent).as("half a second later").hasSize(29);
            wire.acknowledge(3);
            assertThat(wire.sent).hasSize(31);
            nanos += 1_000_000;
            wire.acknowledge(1);
            assertThat(wire.sent).as("nothing is sent before its time").hasSize(31);
        }
    }

    @Test
    void aRecordThatIsNewGoesAtOnceHoweverManyThereAre() throws IOException {
        try (Outbox outbox = outbox(1)) {
            wire.up = true;
            outbox.connected();
            for (int i = 0; i < 100; i++) {
                sample(outbox, 1);
                wire.acknowledge(1);
            }

            assertThat(wire.sent).hasSize(100);
            assertThat(rests).isEmpty();
        }
    }

    @Test
    void telemetryGivesWayToAnEventOnAFullDisk() throws IOException {
        HostileDisk disk = new HostileDisk(directory);
        try (Outbox outbox = outbox(disk.root(), 1)) {
            sample(outbox, 3);
            outbox.sync();
            boolean[] full = {true};
            disk.fail(call -> {
                full[0] &= call.kind() != HostileDisk.Call.Kind.DELETE;
                return full[0] && call.kind() == HostileDisk.Call.Kind.WRITE
                        ? Optional.of("No space left on device")
                        : Optional.empty();
            });
            assertThatThrownBy(() -> sample(outbox, 1)).hasMessageContaining("No space left");
            assertThat(outbox.dropped()).as("a sample that found no room").isEqualTo(1);

            outbox.event(new DeviceEvent("drift.app", Instant.EPOCH, Map.of()));

            assertThat(outbox.waiting()).isEqualTo(1);
            assertThat(outbox.dropped()).isEqualTo(4); // three that waited gave way
            assertThat(outbox.dropped(Priority.TELEMETRY)).isEqualTo(4);
            wire.up = true;
            outbox.connected();
            assertThat(wire.sent).singleElement().asString().contains("drift.app");
        }
    }

    @Test
    void tellsItsLossesByClass() throws IOException {
        try (Outbox outbox =
                new Outbox(directory, small(64 << 10, 1 << 20), wire, 1, pace(), Runnable::run, line -> {})) {
            assertThat(outbox.losses(Instant.EPOCH)).isEmpty();

            sample(outbox, 5_000);

            long lost = outbox.dropped(Priority.TELEMETRY);
            assertThat(lost).isPositive().isLessThan(5_000);
            assertThat(outbox.losses(Instant.ofEpochMilli(7)))
                    .containsExactly(
                            new Sample("agent.queue.dropped", 7, lost),
                            new Sample("agent.queue.dropped.telemetry", 7, lost));
        }
    }

    @Test
    void aFloodOfOneClassCostsNoOtherClassARecord() throws IOException {
        try (Outbox outbox =
                new Outbox(directory, small(1 << 20, 64 << 10), wire, 1, pace(), Runnable::run, line -> {})) {
            sample(outbox, 100);
            outbox.event(new DeviceEvent("lifecycle.started", Instant.EPOCH, Map.of()));
            outbox.counts(Collections.nCopies(5_000, new DeviceEvent("permission.usage", Instant.EPOCH, Map.of())));

            long lost = outbox.dropped(Priority.COUNTS);
            assertThat(lost).isPositive();
            assertThat(outbox.losses(Instant.ofEpochMilli(7)))
                    .containsExactly(
                            new Sample("agent.queue.dropped", 7, lost),
                            new Sample("agent.queue.dropped.counts", 7, lost));
        }
    }

    @Test
    void lossesAreRememberedOverARestart() throws IOException {
        AgentConfig config = small(64 << 10, 1 << 20);
        long lost;
        try (Outbox outbox = new Outbox(directory, config, wire, 1, pace(), Runnable::run, line -> {})) {
            sample(outbox, 5_000);
            lost = outbox.dropped(Priority.TELEMETRY);
        }

        try (Outbox outbox = new Outbox(directory, config, wire, 2, pace(), Runnable::run, line -> {})) {
            assertThat(outbox.dropped(Priority.TELEMETRY)).isEqualTo(lost);
        }
    }

    private static AgentConfig small(long telemetryBytes, long countBytes) {
        AgentConfig all = AgentConfig.defaults();
        return new AgentConfig(
                all.refresh(),
                all.sample(),
                all.reconnectBase(),
                all.reconnectMax(),
                all.keepAlive(),
                all.inFlight(),
                telemetryBytes,
                all.eventBytes(),
                countBytes,
                all.usage(),
                all.watch(),
                all.fileNews(),
                all.services());
    }

    private Pace pace() {
        return new Pace(() -> 20, () -> nanos, (work, after) -> rests.add(work));
    }

    private Outbox outbox(long boot) throws IOException {
        return outbox(directory, boot);
    }

    private Outbox outbox(Path at, long boot) throws IOException {
        return new Outbox(at, AgentConfig.defaults(), wire, boot, pace(), Runnable::run, line -> {});
    }

    private static void sample(Outbox outbox, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            outbox.telemetry(List.of(new Sample("cpu.load", i, 0.5)));
        }
    }
}
