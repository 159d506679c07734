package dev.muster.telemetry.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.protocol.alert.AlertCondition;
import dev.muster.protocol.alert.AlertLimit;
import dev.muster.protocol.alert.AlertRule;
import dev.muster.telemetry.streams.AlertReplay.Raised;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AlertReplayTest {
    private static final Instant START = Instant.parse("2026-11-27T08:00:00Z");
    private static final Duration FIVE = Duration.ofMinutes(5);
    private static final AlertCondition HOT = new AlertCondition.Threshold("temp", new AlertLimit(true, 90));

    @Test
    void firesAfterTheConditionHeldForLongEnoughAndIsOverWithTheFirstGoodValue() {
        AlertReplay replay = replay(HOT, FIVE);

        sample(replay, 60, 95);
        sample(replay, 120, 97);
        sample(replay, 600, 80);

        assertThat(replay.end(at(3_600)))
                .containsExactly(
                        new Raised(at(60), Optional.of(at(360)), Optional.of(at(600)), OptionalDouble.of(97), "temp"));
    }

    @Test
    void tellsApartWhatWasTooShortAndWhatIsNotOver() {
        AlertReplay replay = replay(HOT, FIVE);

        sample(replay, 60, 95);
        sample(replay, 120, 80);
        sample(replay, 1_000, 95);

        List<Raised> raised = replay.end(at(2_000));
        assertThat(raised).extracting(Raised::firedAt).containsExactly(Optional.empty(), Optional.of(at(1_300)));
        assertThat(raised).extracting(Raised::resolvedAt).containsExactly(Optional.of(at(120)), Optional.empty());
    }

    @Test
    void missesWhatDoesNotCome() {
        AlertReplay replay = replay(new AlertCondition.Absence("temp", FIVE), Duration.ZERO);

        sample(replay, 60, 1);
        replay.sample(at(1_000), at(1_000), OptionalDouble.empty()); // a text counts as well

        List<Raised> raised = replay.end(at(1_100));
        assertThat(raised)
                .containsExactly(new Raised(
                        at(60), Optional.of(at(360)), Optional.of(at(1_000)), OptionalDouble.empty(), "temp"));
    }

    @Test
    void tellsHowMuchAValueChanged() {
        AlertReplay replay = replay(new AlertCondition.Change("temp", new AlertLimit(false, -10), FIVE), Duration.ZERO);

        for (int minute = 0; minute < 9; minute++) {
            sample(replay, minute * 60L, 100 - minute);
        }
        sample(replay, 540, 80);

        assertThat(replay.end(at(600))).extracting(Raised::firedAt).containsExactly(Optional.of(at(540)));
    }

    @Test
    void measuresByTheDevicesOwnClockAsStreamsDo() {
        AlertReplay replay = replay(HOT, FIVE);

        // Sent after a break: six minutes apart on the device, a second apart here.
        replay.sample(Instant.EPOCH, at(10), OptionalDouble.of(95));
        replay.sample(Instant.EPOCH.plusSeconds(360), at(11), OptionalDouble.of(96));

        assertThat(replay.end(at(20))).extracting(Raised::firedAt).isNotEqualTo(List.of(Optional.empty()));
    }

    @Test
    void aDeviceThatIsGoneForLongEnoughIsOfflineSinceItsSessionEnded() {
        AlertReplay replay = replay(new AlertCondition.Offline(), FIVE);

        replay.presence(at(-900), true, "");
        replay.presence(at(60), false, "keep-alive expired");
        replay.presence(at(120), true, "");
        replay.presence(at(600), false, "connection lost");
        replay.presence(at(1_000), true, "");

        List<Raised> raised = replay.end(at(2_000));
        assertThat(raised)
                .containsExactly(
                        new Raised(
                                at(60),
                                Optional.empty(),
                                Optional.of(at(120)),
                                OptionalDouble.empty(),
                                "keep-alive expired"),
                        new Raised(
                                at(600),
                                Optional.of(at(900)),
                                Optional.of(at(1_000)),
                                OptionalDouble.empty(),
                                "connection lost"));
    }

    @Test
    void whatHeldBeforeTheReplayBeganIsKnown() {
        AlertReplay replay = replay(new AlertCondition.Offline(), FIVE);

        replay.presence(at(-10_000), false, "connection lost");

        assertThat(replay.end(at(60)))
                .extracting(Raised::since, Raised::resolvedAt)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(at(-10_000), Optional.empty()));
    }

    @Test
    void driftLastsUntilNothingIsDriftedAndMoreOfItDoesNotBeginItAnew() {
        AlertReplay replay = replay(new AlertCondition.Drift(), FIVE);

        replay.drift(at(60), new DriftRecord(List.of("app/camera"), List.of()));
        replay.drift(at(200), new DriftRecord(List.of("app/camera", "image"), List.of()));
        replay.drift(at(900), DriftRecord.NONE);

        assertThat(replay.end(at(1_000)))
                .containsExactly(new Raised(
                        at(60),
                        Optional.of(at(360)),
                        Optional.of(at(900)),
                        OptionalDouble.empty(),
                        "app/camera, image"));
    }

    @Test
    void useOfPermissionsIsNotKeptByTime() {
        AlertCondition use =
                new AlertCondition.PermissionUse("ohos.permission.CAMERA", AlertCondition.Answers.ANY, 5, FIVE);

        assertThat(AlertReplay.source(use)).isEqualTo(AlertReplay.Source.USE);
        assertThat(AlertReplay.begin(new AlertRule(1, use, FIVE), START)).isEmpty();
    }

    private static AlertReplay replay(AlertCondition condition, Duration holds) {
        return AlertReplay.begin(new AlertRule(1, condition, holds), START).orElseThrow();
    }

    private static void sample(AlertReplay replay, long second, double value) {
        replay.sample(at(second), at(second), OptionalDouble.of(value));
    }

    private static Instant at(long second) {
        return START.plusSeconds(second);
    }
}
