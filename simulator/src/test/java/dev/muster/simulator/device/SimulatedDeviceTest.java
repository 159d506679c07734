package dev.muster.simulator.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.command.Command;
import dev.muster.protocol.command.CommandAnswer;
import dev.muster.protocol.command.CommandAnswer.Outcome;
import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.HoldReason;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import dev.muster.protocol.telemetry.JsonTelemetry;
import dev.muster.simulator.behaviour.Behaviour;
import dev.muster.simulator.device.Document.Target;
import dev.muster.simulator.figures.Figures;
import dev.muster.simulator.figures.Figures.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SimulatedDeviceTest {
    private static final DeviceRef REF = DeviceRef.of("default", "simulated-00001");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int RECEIVE_MAXIMUM = 256;
    private static final InstallLeases NO_WINDOWS = new InstallLeases(Map.of());

    private final HandClock io = new HandClock();
    private final Figures figures = new Figures();

    @Test
    void aSteadyOneStaysAndTellsItsFactsWithTheFirstReport() {
        SimulatedDevice device = connected(new Behaviour.Steady());

        io.pass(Duration.ofDays(1));

        assertThat(io.connects).hasSize(1);
        assertThat(io.closes).isEmpty();
        assertThat(device.isStopped()).isFalse();
        assertThat(reports().getFirst().facts())
                .containsEntry("simulator.behaviour", "steady")
                .containsEntry("hardware", "sim-board");
        assertThat(figures.connected(new Behaviour.Steady())).isEqualTo(1);
    }

    @Test
    void aFlappingOneIsLostAfterSecondsAndComesBackAfterSeconds() {
        SimulatedDevice device = connected(new Behaviour.Flapping());

        io.pass(Duration.ofSeconds(60));

        assertThat(io.closes).containsExactly("lost");
        device.closed(new Ending.Ours());
        assertThat(figures.connectedNow()).isZero();
        io.pass(Duration.ofSeconds(30));
        assertThat(io.connects).hasSize(2);
    }

    @Test
    void aSleepingOneIsConnectedAMinuteInAnHour() {
        SimulatedDevice device = device(new Behaviour.Sleeping());
        device.start();
        io.pass(Duration.ofHours(1));
        assertThat(io.connects).hasSize(1);
        device.opened(RECEIVE_MAXIMUM);

        io.pass(MINUTE);

        assertThat(io.closes).containsExactly("politely");
        device.closed(new Ending.Ours());
        io.pass(Duration.ofMinutes(58));
        assertThat(io.connects).hasSize(1);
        io.pass(MINUTE);
        assertThat(io.connects).hasSize(2);
    }

    @Test
    void comesBackWithinAMinuteHoweverOftenItIsRefused() {
        SimulatedDevice device = device(new Behaviour.Steady());
        device.start();
        io.pass(Duration.ofSeconds(1));

        for (int i = 0; i < 30; i++) {
            device.closed(new Ending.Told(0x88));
            io.pass(MINUTE);
        }

        assertThat(io.connects).hasSize(31);
        assertThat(figures.refusals()).containsEntry("0x88", 30L);
    }

    @Test
    void doesNotAskFastWhereItIsNotLetIn() {
        long fast = 0;
        for (int seed = 0; seed < 100; seed++) {
            HandClock one = new HandClock();
            SimulatedDevice device = device(new Behaviour.Steady(), one, seed);
            device.start();
            one.pass(Duration.ZERO);
            device.closed(new Ending.Told(0x87));
            one.pass(Duration.ofSeconds(1));
            fast += one.connects.size() - 1;
        }

        assertThat(fast).isLessThan(10);
    }

    @Test
    void sendsNumberedSamplesAndAgainWhatWasNotAcknowledged() {
        SimulatedDevice device = connected(new Behaviour.Steady());
        io.pass(MINUTE.multipliedBy(3));
        List<Outgoing.Samples> first = io.sent(Outgoing.Samples.class);
        assertThat(first).extracting(Outgoing.Samples::seq).containsExactly(1L, 2L, 3L);
        device.acknowledged(first.getFirst(), 0);

        device.closed(new Ending.Lost("gone"));
        io.sent.clear();
        io.pass(MINUTE);
        device.opened(RECEIVE_MAXIMUM);

        List<Outgoing.Samples> again = io.sent(Outgoing.Samples.class);
        assertThat(again).extracting(Outgoing.Samples::seq).startsWith(2L, 3L);
        assertThat(again.getFirst().payload()).isEqualTo(first.get(1).payload());
        assertThat(again).extracting(Outgoing.Samples::boot).containsOnly(77L);
    }

    @Test
    void waitsBeforeItSendsAgainWhatTheGatewayRefused() {
        SimulatedDevice device = connected(new Behaviour.Steady());
        io.pass(MINUTE);
        Outgoing.Samples refused = io.sent(Outgoing.Samples.class).getFirst();

        device.acknowledged(refused, 0x97);

        assertThat(io.sent(Outgoing.Samples.class)).hasSize(1);
        io.pass(Duration.ofSeconds(12));
        assertThat(io.sent(Outgoing.Samples.class))
                .extracting(Outgoing.Samples::seq)
                .startsWith(1L, 1L);
        assertThat(figures.refusals()).containsEntry("PUBACK 0x97", 1L);
    }

    @Test
    void oneWithAWrongClockStampsHoursOff() {
        connected(new Behaviour.ClockWrong());

        io.pass(MINUTE);

        long at = JsonTelemetry.fromJson(
                        io.sent(Outgoing.Samples.class).getFirst().payload())
                .samples()
                .getFirst()
                .atMillis();
        assertThat(Duration.between(io.instant(), Instant.ofEpochMilli(at)).abs())
                .isBetween(Duration.ofMinutes(59), Duration.ofHours(13));
    }

    @Test
    void installsStepByStepAndTellsTheEnd() {
        SimulatedDevice device = connected(new Behaviour.Steady());

        offered(device, 5, image("2.0.0", "aa", InstallRule.NOW));
        io.pass(MINUTE);

        assertThat(statesTold())
                .containsSubsequence(
                        ConditionState.VERIFIED,
                        ConditionState.FETCHING,
                        ConditionState.WRITTEN,
                        ConditionState.TRIAL,
                        ConditionState.COMMITTED);
        assertThat(reports().getLast().generation()).isEqualTo(5);
        assertThat(reports().getLast().facts()).containsEntry("os.version", "2.0.0");
        assertThat(io.manifests).singleElement().satisfies(manifest -> {
            assertThat(manifest.generation()).isEqualTo(5);
            assertThat(manifest.image().orElseThrow().sha256()).isEqualTo("aa".repeat(32));
        });
        assertThat(figures.documents(Standing.SETTLED)).isEqualTo(1);
    }

    @Test
    void aSlowOneInstallsForMinutes() {
        SimulatedDevice device = connected(new Behaviour.Slow());
        offered(device, 5, image("2.0.0", "aa", InstallRule.NOW));

        io.pass(Duration.ofSeconds(110));

        assertThat(io.manifests).isEmpty();
        io.pass(Duration.ofMinutes(5));
        assertThat(io.manifests).hasSize(1);
        assertThat(new Behaviour.Slow().readsEvery()).isPresent();
    }

    @Test
    void aFailingOneSaysWhyAndStaysWhatItWas() {
        SimulatedDevice device = connected(new Behaviour.Failing());

        offered(device, 5, image("2.0.0", "aa", InstallRule.NOW));
        io.pass(MINUTE);

        TargetCondition last = reports().getLast().targets().getFirst();
        assertThat(last.state()).isIn(ConditionState.FAILED, ConditionState.ROLLED_BACK);
        assertThat(last.reason()).isIn("DigestMismatch", "NoSpace", "HealthCheckFailed");
        assertThat(last.message()).startsWith("simulated: ");
        assertThat(io.manifests.getFirst().image()).isEmpty();
        assertThat(figures.documents(Standing.FAILED)).isEqualTo(1);
    }

    @Test
    void goesOnWhileItIsAwayAndTellsItWhenItIsBack() {
        SimulatedDevice device = connected(new Behaviour.Steady());
        offered(device, 5, image("2.0.0", "aa", InstallRule.NOW));
        device.closed(new Ending.Lost("gone"));
        io.sent.clear();

        io.pass(MINUTE);
        assertThat(io.sent).isEmpty();
        device.opened(RECEIVE_MAXIMUM);

        assertThat(reports().getLast().targets())
                .extracting(TargetCondition::state)
                .containsExactly(ConditionState.COMMITTED);
    }

    @Test
    void aNewerDocumentMakesTheOlderGiveWay() {
        SimulatedDevice device = connected(new Behaviour.Slow());
        offered(device, 5, image("2.0.0", "aa", InstallRule.NOW));
        io.pass(MINUTE);

        offered(device, 6, image("3.0.0", "bb", InstallRule.NOW));
        io.pass(Duration.ofMinutes(6));

        assertThat(io.manifests).singleElement().satisfies(manifest -> assertThat(
                        manifest.image().orElseThrow().version())
                .isEqualTo("3.0.0"));
    }

    @Test
    void waitsForItsWindow() {
        SimulatedDevice device = connected(new Behaviour.Steady());
        InstallLeases leases = new InstallLeases(
                Map.of("image", new InstallLeases.Window(Duration.ofMinutes(30), Duration.ofHours(1))));
        Target target = image("2.0.0", "aa", new InstallRule(InstallRule.Mode.FORCED, true));
        device.hint(5);
        device.fetched(new Fetched.Fresh(new Document(5, List.of(target), List.of()), leases));

        io.pass(Duration.ofMinutes(29));

        assertThat(reports().getLast().targets().getFirst().reason()).isEqualTo(HoldReason.WINDOW_CLOSED);
        io.pass(Duration.ofMinutes(3));
        assertThat(io.manifests).hasSize(1);
    }

    @Test
    void neverSwitchesToWhatItMayOnlyLoad() {
        SimulatedDevice device = connected(new Behaviour.Steady());
        offered(device, 5, image("2.0.0", "aa", new InstallRule(InstallRule.Mode.DOWNLOAD_ONLY, false)));

        io.pass(Duration.ofDays(1));

        TargetCondition last = reports().getLast().targets().getFirst();
        assertThat(last.state()).isEqualTo(ConditionState.WRITTEN);
        assertThat(last.reason()).isEqualTo(HoldReason.DOWNLOAD_ONLY);
        assertThat(figures.documents(Standing.HELD)).isEqualTo(1);
    }

    @Test
    void asksAgainWhereTheServerIsBusyNotBeforeItSaid() {
        SimulatedDevice device = connected(new Behaviour.Steady());
        device.hint(5);
        device.fetched(new Fetched.Unreachable("status 503", Duration.ofSeconds(90)));

        io.pass(Duration.ofSeconds(89));
        assertThat(io.fetches).isEqualTo(1);
        io.pass(MINUTE);

        assertThat(io.fetches).isEqualTo(2);
        assertThat(figures.refusals()).containsEntry("https: status 503", 1L);
    }

    @Test
    void followsNoHintThatIsNoNews() {
        SimulatedDevice device = connected(new Behaviour.Steady());
        offered(device, 5, image("2.0.0", "aa", InstallRule.NOW));

        device.hint(5);
        device.hint(4);

        assertThat(io.fetches).isEqualTo(1);
    }

    @Test
    void countsADocumentThatItDoesNotBelieve() {
        SimulatedDevice device = connected(new Behaviour.Steady());
        device.hint(5);

        device.fetched(new Fetched.Refused("rollback"));

        assertThat(figures.documents(Standing.REFUSED)).isEqualTo(1);
        assertThat(figures.refusals()).containsEntry("document: rollback", 1L);
    }

    @Test
    void answersCommandsThatItDoesNothing() {
        SimulatedDevice device = connected(new Behaviour.Steady());

        device.command(new Command("c1", "reboot", Map.of(), HandClock.BEGIN.plus(MINUTE)));
        device.command(new Command("c2", "reboot", Map.of(), HandClock.BEGIN.minus(MINUTE)));

        assertThat(io.sent(Outgoing.Answer.class))
                .extracting(answer -> CommandAnswer.fromJson(answer.payload()).outcome())
                .containsExactly(Outcome.REJECTED, Outcome.EXPIRED);
    }

    @Test
    void saysGoodbyeAndIsSilentOnceItIsSwitchedOff() {
        SimulatedDevice device = connected(new Behaviour.Flapping());

        device.stop();
        device.closed(new Ending.Ours());
        io.sent.clear();
        io.pass(Duration.ofHours(2));

        assertThat(io.closes.getFirst()).isEqualTo("politely");
        assertThat(io.connects).hasSize(1);
        assertThat(io.sent).isEmpty();
    }

    @Test
    void oneThatWasCutComesBackAfterAPause() {
        SimulatedDevice device = connected(new Behaviour.Steady());

        device.cut();
        device.closed(new Ending.Ours());
        io.pass(Duration.ofSeconds(2));

        assertThat(io.closes).containsExactly("lost");
        assertThat(io.connects).hasSize(2);
    }

    private SimulatedDevice device(Behaviour behaviour) {
        return device(behaviour, io, 3);
    }

    private SimulatedDevice device(Behaviour behaviour, HandClock outside, long seed) {
        SimulatedDevice device = new SimulatedDevice(
                REF,
                behaviour,
                new SimulatedDevice.Setup("sim-board", MINUTE, 77, new byte[0]),
                outside,
                outside,
                new SplittableRandom(seed),
                figures);
        outside.device = device;
        return device;
    }

    private SimulatedDevice connected(Behaviour behaviour) {
        SimulatedDevice device = device(behaviour);
        device.start();
        io.pass(Duration.ZERO);
        assertThat(io.connects).hasSize(1);
        device.opened(RECEIVE_MAXIMUM);
        return device;
    }

    private static void offered(SimulatedDevice device, long generation, Target target) {
        device.hint(generation);
        device.fetched(new Fetched.Fresh(new Document(generation, List.of(target), List.of()), NO_WINDOWS));
    }

    private static Target image(String version, String hex, InstallRule rule) {
        return new Target(new TargetName.Image(), version, hex.repeat(32), 1_000, 1, rule);
    }

    private List<ReportedState> reports() {
        return io.sent(Outgoing.Report.class).stream()
                .map(report -> ReportedState.fromJson(report.payload()))
                .toList();
    }

    private List<ConditionState> statesTold() {
        return reports().stream()
                .flatMap(report -> report.targets().stream())
                .map(TargetCondition::state)
                .toList();
    }
}
