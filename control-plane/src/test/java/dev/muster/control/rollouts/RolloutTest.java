package dev.muster.control.rollouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.rollouts.DeviceState.Kind;
import dev.muster.control.rollouts.DeviceStep.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void opensTheNextWaveOnlyAfterTheCanarySucceeded() {
        Rollout running = apply(rollout(3, canary(), rest()), new Rollout.Event.Start());
        assertThat(states(running)).containsExactly(Wave.State.RUNNING, Wave.State.WAITING);

        Rollout started = evaluate(move(running, 0, Kind.WAITING, Kind.STARTED));
        assertThat(states(started)).containsExactly(Wave.State.RUNNING, Wave.State.WAITING);

        Rollout succeeded = evaluate(move(started, 0, Kind.STARTED, Kind.SUCCEEDED));
        assertThat(states(succeeded)).containsExactly(Wave.State.PASSED, Wave.State.RUNNING);
    }

    @Test
    void pausesWithTheReasonWhenTheCanaryFails() {
        Rollout running = apply(rollout(3, canary(), rest()), new Rollout.Event.Start());

        Rollout failed = evaluate(move(running, 0, Kind.WAITING, Kind.FAILED));

        assertThat(failed.state())
                .isEqualTo(new RolloutState.Paused("wave `canary`: 1 of 1 devices failed, more than 0 percent", true));
        assertThat(states(failed)).containsExactly(Wave.State.RUNNING, Wave.State.WAITING);
    }

    @Test
    void goesOnWithoutTheFailedDeviceWhenAPersonResumes() {
        Rollout failed = evaluate(
                move(apply(rollout(3, canary(), rest()), new Rollout.Event.Start()), 0, Kind.WAITING, Kind.FAILED));

        Rollout resumed = apply(failed, new Rollout.Event.Resume());

        assertThat(states(resumed)).containsExactly(Wave.State.PASSED, Wave.State.RUNNING);
        assertThat(evaluate(move(resumed, 1, Kind.WAITING, Kind.FAILED)).state())
                .isInstanceOf(RolloutState.Paused.class);
    }

    @Test
    void aMetricGateHoldsTheNextWaveUntilItsDevicesTellAGoodValue() {
        WavePlan measured = new WavePlan(
                "canary",
                new WavePlan.Share.Count(1),
                100,
                1,
                HOUR,
                false,
                Optional.of(MetricGate.parse("max(cpu.load) < 0.9")));
        Rollout running = apply(rollout(3, measured, rest()), new Rollout.Event.Start());

        Rollout silent = evaluate(move(running, 0, Kind.WAITING, Kind.SUCCEEDED));
        Rollout bad = evaluate(silent.with(silent.waves().getFirst().told(new MetricGate.Reading(0.95, 1))));
        Rollout good = evaluate(bad.with(bad.waves().getFirst().told(new MetricGate.Reading(0.5, 1))));

        assertThat(silent.waves().getFirst().holdReason())
                .isEqualTo("waits for max(cpu.load) < 0.9, which no device has told since it succeeded");
        assertThat(bad.waves().getFirst().holdReason())
                .isEqualTo("waits for max(cpu.load) < 0.9, 0.95 on 1 device so far");
        assertThat(states(bad)).containsExactly(Wave.State.RUNNING, Wave.State.WAITING);
        assertThat(good.waves().getFirst().holdReason())
                .as("the soak begins now")
                .startsWith("soaks until");
        assertThat(states(at(good, NOW.plus(HOUR)))).containsExactly(Wave.State.PASSED, Wave.State.RUNNING);
        Rollout worse = evaluate(good.with(good.waves().getFirst().told(new MetricGate.Reading(0.91, 1))));
        assertThat(states(at(worse, NOW.plus(HOUR)))).containsExactly(Wave.State.RUNNING, Wave.State.WAITING);
    }

    @Test
    void holdsTheCanaryWaveWhileNobodyWasReached() {
        Rollout running = apply(rollout(3, canary(), rest()), new Rollout.Event.Start());

        Rollout silent = evaluate(move(running, 0, Kind.WAITING, Kind.UNREACHED));

        assertThat(silent.state()).isEqualTo(new RolloutState.Running());
        assertThat(silent.waves().getFirst().holdReason()).isEqualTo("waits until 1 devices were reached, 0 so far");
    }

    @Test
    void completesAroundUnreachedDevicesOnceEnoughWereReached() {
        Rollout running = apply(rollout(2, rest()), new Rollout.Event.Start());

        Rollout ended = evaluate(move(move(running, 0, Kind.WAITING, Kind.SUCCEEDED), 0, Kind.WAITING, Kind.UNREACHED));

        assertThat(ended.state()).isEqualTo(new RolloutState.Completed());
    }

    @Test
    void theNextWaveOpensOnlyWhenTheGateHasHeldForTheSoak() {
        WavePlan soaking = new WavePlan("canary", new WavePlan.Share.Count(1), 100, 1, HOUR, false);
        Rollout started =
                move(apply(rollout(3, soaking, rest()), new Rollout.Event.Start()), 0, Kind.WAITING, Kind.SUCCEEDED);

        Rollout held = at(started, NOW);
        assertThat(states(held)).containsExactly(Wave.State.RUNNING, Wave.State.WAITING);
        assertThat(held.waves().getFirst().holdReason()).isEqualTo("soaks until " + NOW.plus(HOUR));
        assertThat(states(at(held, NOW.plus(HOUR).minusMillis(1))))
                .containsExactly(Wave.State.RUNNING, Wave.State.WAITING);
        assertThat(states(at(held, NOW.plus(HOUR)))).containsExactly(Wave.State.PASSED, Wave.State.RUNNING);
    }

    @Test
    void aGateThatShutsAgainStartsTheSoakAnew() {
        WavePlan soaking = new WavePlan("canary", new WavePlan.Share.Count(2), 100, 1, HOUR, false);
        Rollout started = apply(rollout(3, soaking, rest()), new Rollout.Event.Start());
        Rollout held = at(move(move(started, 0, Kind.WAITING, Kind.UNREACHED), 0, Kind.WAITING, Kind.SUCCEEDED), NOW);
        assertThat(held.waves().getFirst().heldSince()).contains(NOW);

        Rollout shut = at(move(held, 0, Kind.UNREACHED, Kind.ACCEPTED), NOW.plusSeconds(60));
        assertThat(shut.waves().getFirst().heldSince()).isEmpty();

        Rollout again = at(move(shut, 0, Kind.ACCEPTED, Kind.SUCCEEDED), NOW.plusSeconds(120));
        assertThat(states(at(again, NOW.plus(HOUR)))).containsExactly(Wave.State.RUNNING, Wave.State.WAITING);
        assertThat(states(at(again, NOW.plus(HOUR).plusSeconds(120))))
                .containsExactly(Wave.State.PASSED, Wave.State.RUNNING);
    }

    @Test
    void aFailureWhileSoakingPausesTheRollout() {
        WavePlan soaking = new WavePlan("canary", new WavePlan.Share.Count(2), 50, 1, HOUR, false);
        Rollout started = apply(rollout(3, soaking, rest()), new Rollout.Event.Start());
        Rollout held = at(move(move(started, 0, Kind.WAITING, Kind.SUCCEEDED), 0, Kind.WAITING, Kind.ACCEPTED), NOW);
        assertThat(held.state()).isEqualTo(new RolloutState.Running());

        assertThat(at(move(held, 0, Kind.ACCEPTED, Kind.FAILED), NOW.plusSeconds(60))
                        .state())
                .isInstanceOf(RolloutState.Paused.class);
    }

    @Test
    void aWaveThatNeedsApprovalOpensOnlyAfterIt() {
        WavePlan guarded = new WavePlan("rest", new WavePlan.Share.Percent(100), 100, 1, Duration.ZERO, true);
        Rollout passed = evaluate(
                move(apply(rollout(3, canary(), guarded), new Rollout.Event.Start()), 0, Kind.WAITING, Kind.SUCCEEDED));
        assertThat(states(passed)).containsExactly(Wave.State.PASSED, Wave.State.WAITING);
        assertThat(passed.waves().get(1).holdReason()).isEqualTo("waits for a second person's approval");

        assertThat(states(apply(passed, new Rollout.Event.Approve(1))))
                .containsExactly(Wave.State.PASSED, Wave.State.RUNNING);
        assertThat(passed.on(new Rollout.Event.Approve(0), NOW))
                .isEqualTo(new Rollout.Decision.Refused("wave `canary` waits for no approval"));
        assertThat(passed.on(new Rollout.Event.Approve(7), NOW))
                .isEqualTo(new Rollout.Decision.Refused("expected a wave from 0 to 1, found 7"));
    }

    @Test
    void theApprovalOfTheFirstWaveIsThatOfTheRolloutAlsoWhereNoDeviceIsLeftInIt() {
        Rollout asking = rollout(3, canary(), rest()).asking();
        Rollout started = apply(move(asking, 0, Kind.WAITING, Kind.SUPERSEDED), new Rollout.Event.Start());

        assertThat(states(started)).containsExactly(Wave.State.WAITING, Wave.State.WAITING);
        assertThat(started.awaitsApproval()).isTrue();
        assertThat(states(apply(started, new Rollout.Event.Approve(0))))
                .containsExactly(Wave.State.PASSED, Wave.State.RUNNING);
    }

    @Test
    void anApprovalGivenBeforehandCountsWhenTheWaveIsDue() {
        WavePlan guarded = new WavePlan("rest", new WavePlan.Share.Percent(100), 100, 1, Duration.ZERO, true);
        Rollout agreed =
                apply(apply(rollout(3, canary(), guarded), new Rollout.Event.Start()), new Rollout.Event.Approve(1));
        assertThat(states(agreed)).containsExactly(Wave.State.RUNNING, Wave.State.WAITING);

        assertThat(states(evaluate(move(agreed, 0, Kind.WAITING, Kind.SUCCEEDED))))
                .containsExactly(Wave.State.PASSED, Wave.State.RUNNING);
    }

    @Test
    void aNewcomerOpensTheLastWaveOfACompletedRolloutAgain() {
        Rollout completed =
                evaluate(move(apply(rollout(1, rest()), new Rollout.Event.Start()), 0, Kind.WAITING, Kind.SUCCEEDED));
        assertThat(completed.state()).isEqualTo(new RolloutState.Completed());

        Rollout joined = apply(completed, new Rollout.Event.Join());

        assertThat(joined.state()).isEqualTo(new RolloutState.Running());
        assertThat(states(joined)).containsExactly(Wave.State.RUNNING);
        assertThat(joined.waves().getFirst().size()).isEqualTo(2);
        assertThat(evaluate(move(joined, 0, Kind.WAITING, Kind.SUCCEEDED)).state())
                .isEqualTo(new RolloutState.Completed());
        assertThat(apply(rollout(1, rest()), new Rollout.Event.Abort()).on(new Rollout.Event.Join(), NOW))
                .isInstanceOf(Rollout.Decision.Refused.class);
    }

    @Test
    void aNewcomerWaitsForTheCanaryLikeAllOthers() {
        Rollout running = apply(rollout(2, canary(), rest()), new Rollout.Event.Start());

        Rollout joined = apply(running, new Rollout.Event.Join());

        assertThat(states(joined)).containsExactly(Wave.State.RUNNING, Wave.State.WAITING);
        assertThat(joined.waves().get(1).tally().waiting()).isEqualTo(2);
    }

    @Test
    void refusesWhatDoesNotFitItsState() {
        assertThat(rollout(1, rest()).on(new Rollout.Event.Resume(), NOW))
                .isEqualTo(new Rollout.Decision.Refused(
                        "cannot resume: expected a rollout that is paused, found `ready`"));
    }

    @Test
    void countsTheDeadlineFromTheFirstReport() {
        DeviceState accepted =
                DeviceStep.apply(new DeviceState.Started(4, NOW.plus(HOUR)), report(4, NOW.plusSeconds(3000)), HOUR);
        DeviceState chatty = DeviceStep.apply(accepted, report(4, NOW.plusSeconds(6000)), HOUR);

        assertThat(chatty).isEqualTo(new DeviceState.Accepted(4, NOW.plusSeconds(6600)));
        assertThat(DeviceStep.apply(chatty, new DeviceStep.Elapse(NOW.plusSeconds(6600)), HOUR))
                .extracting(DeviceState::kind)
                .isEqualTo(Kind.FAILED);
    }

    @Test
    void theDeadlineStandsStillWhileTheDeviceMayNotSwitch() {
        DeviceState held = DeviceStep.apply(
                new DeviceState.Started(4, NOW.plus(HOUR)),
                new DeviceStep.Report(4, new Outcome.Held("waits for its maintenance window"), NOW),
                HOUR);
        assertThat(held).isEqualTo(new DeviceState.Accepted(4, Instant.MAX, "waits for its maintenance window"));
        Instant weeksLater = NOW.plus(Duration.ofDays(30));
        assertThat(DeviceStep.apply(held, new DeviceStep.Elapse(weeksLater), HOUR))
                .isEqualTo(held);

        DeviceState switching = DeviceStep.apply(held, report(4, weeksLater), HOUR);

        assertThat(switching).isEqualTo(new DeviceState.Accepted(4, weeksLater.plus(HOUR)));
    }

    @Test
    void callsASilentDeviceUnreachedAndTakesItBackWhenItReports() {
        DeviceState silent =
                DeviceStep.apply(new DeviceState.Started(4, NOW), new DeviceStep.Elapse(NOW.plusSeconds(1)), HOUR);
        assertThat(silent).isEqualTo(new DeviceState.Unreached(4));

        assertThat(DeviceStep.apply(silent, report(4, NOW), HOUR).kind()).isEqualTo(Kind.ACCEPTED);
    }

    @Test
    void ignoresReportsFromBeforeTheChange() {
        DeviceState started = new DeviceState.Started(4, NOW.plus(HOUR));

        assertThat(DeviceStep.apply(started, new DeviceStep.Report(3, new Outcome.Done(), NOW), HOUR))
                .isEqualTo(started);
    }

    @Test
    void aBlockedDeviceNeitherHoldsTheWaveNorFailsIt() {
        Rollout running = apply(rollout(3, canary(), rest()), new Rollout.Event.Start());
        Rollout rest = evaluate(move(running, 0, Kind.WAITING, Kind.SUCCEEDED));

        Rollout ended = evaluate(move(move(rest, 1, Kind.WAITING, Kind.BLOCKED), 1, Kind.WAITING, Kind.SUCCEEDED));

        assertThat(ended.state()).isEqualTo(new RolloutState.Completed());
        Rollout open = apply(move(ended, 1, Kind.BLOCKED, Kind.WAITING), new Rollout.Event.Unblock());
        assertThat(open.state()).isEqualTo(new RolloutState.Running());
        assertThat(evaluate(open).state()).isEqualTo(new RolloutState.Running());
        assertThat(evaluate(move(open, 1, Kind.WAITING, Kind.SUCCEEDED)).state())
                .isEqualTo(new RolloutState.Completed());
    }

    @Test
    void aBlockedDeviceGoesOnOnlyWhenItMeetsWhatIsRequired() {
        DeviceState blocked =
                DeviceStep.apply(new DeviceState.Waiting(), new DeviceStep.Block("image older than `2`"), HOUR);

        assertThat(blocked).isEqualTo(new DeviceState.Blocked("image older than `2`"));
        assertThat(DeviceStep.apply(blocked, new DeviceStep.Start(2, NOW), HOUR))
                .isEqualTo(blocked);
        assertThat(DeviceStep.apply(blocked, report(9, NOW), HOUR)).isEqualTo(blocked);
        assertThat(DeviceStep.apply(blocked, new DeviceStep.Unblock(), HOUR)).isEqualTo(new DeviceState.Waiting());
        assertThat(DeviceStep.apply(blocked, new DeviceStep.Cancel(), HOUR)).isEqualTo(new DeviceState.Cancelled());
    }

    @Test
    void plansEveryDeviceIntoExactlyOneWave() {
        List<Wave> waves = WavePlan.waves(
                List.of(
                        canary(),
                        new WavePlan("tenth", new WavePlan.Share.Percent(10), 90, 1),
                        new WavePlan("rest", new WavePlan.Share.Percent(5), 90, 1)),
                25);

        assertThat(waves).extracting(Wave::size).containsExactly(1, 3, 21);
        assertThatThrownBy(() -> WavePlan.waves(List.of(), 3)).hasMessageContaining("at least one wave");
    }

    private static DeviceStep report(long generation, Instant at) {
        return new DeviceStep.Report(generation, new Outcome.Pending(), at);
    }

    private static WavePlan canary() {
        return new WavePlan("canary", new WavePlan.Share.Count(1), 100, 1);
    }

    private static WavePlan rest() {
        return new WavePlan("rest", new WavePlan.Share.Percent(100), 100, 1);
    }

    private static Rollout rollout(int devices, WavePlan... plans) {
        return new Rollout(new RolloutState.Ready(), WavePlan.waves(List.of(plans), devices), 0);
    }

    private static Rollout move(Rollout rollout, int wave, Kind from, Kind to) {
        Wave moved = rollout.waves().get(wave);
        return rollout.with(moved.with(moved.tally().move(from, to)));
    }

    private static Rollout evaluate(Rollout rollout) {
        return apply(rollout, new Rollout.Event.Evaluate());
    }

    private static Rollout at(Rollout rollout, Instant now) {
        return ((Rollout.Decision.Accepted) rollout.on(new Rollout.Event.Evaluate(), now)).next();
    }

    private static Rollout apply(Rollout rollout, Rollout.Event event) {
        return ((Rollout.Decision.Accepted) rollout.on(event, NOW)).next();
    }

    private static List<Wave.State> states(Rollout rollout) {
        return rollout.waves().stream().map(Wave::state).toList();
    }
}
