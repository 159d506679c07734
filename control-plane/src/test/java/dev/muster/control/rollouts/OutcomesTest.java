package dev.muster.control.rollouts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.rollouts.DeviceStep.Outcome;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.HoldReason;
import dev.muster.protocol.reported.TargetCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutcomesTest {
    private static final TargetName IMAGE = new TargetName.Image();
    private static final TargetName APP = new TargetName.App("com.example.drill");
    private static final TargetName GONE = new TargetName.App("com.example.gone");
    private static final DesiredState DESIRED = new DesiredState(
            7,
            "board",
            List.of(
                    target(
                            IMAGE,
                            new DesiredContent.Present(
                                    "aa",
                                    "images/default/aa.img",
                                    1,
                                    "2.0.0",
                                    "board",
                                    2,
                                    Optional.empty(),
                                    Optional.empty())),
                    target(
                            APP,
                            new DesiredContent.Present(
                                    "bb", "apps/default/bb.hap", 1, "7", "*", 7, Optional.empty(), Optional.empty())),
                    target(GONE, new DesiredContent.Absent())));

    @Test
    void isDoneWhenEveryTargetIsInForce() {
        assertThat(outcome(
                        condition(IMAGE, ConditionState.COMMITTED, "aa"),
                        condition(APP, ConditionState.COMMITTED, "bb"),
                        condition(GONE, ConditionState.ABSENT, null)))
                .isEqualTo(new Outcome.Done());
    }

    @Test
    void isPendingWhileOneTargetIsMissing() {
        assertThat(outcome(
                        condition(IMAGE, ConditionState.COMMITTED, "aa"),
                        condition(APP, ConditionState.FETCHING, "bb")))
                .isEqualTo(new Outcome.Pending());
    }

    @Test
    void isBrokenByOneTargetWhateverTheOthersDo() {
        assertThat(outcome(
                        condition(IMAGE, ConditionState.ROLLED_BACK, "aa"),
                        condition(APP, ConditionState.COMMITTED, "bb")))
                .isEqualTo(new Outcome.Broken("Reason", "message"));
    }

    @Test
    void isHeldWhileTheDeviceWaitsForPowerUnderEveryRule() {
        TargetCondition waits = new TargetCondition(
                IMAGE,
                ConditionState.WRITTEN,
                java.time.Instant.EPOCH,
                100,
                HoldReason.AWAITING_POWER,
                "on battery; waits for mains",
                "2.0.0",
                Optional.of("aa"));

        assertThat(Outcomes.of(List.of(IMAGE), DESIRED, List.of(waits))).isEqualTo(new Outcome.Held("waits for power"));
    }

    @Test
    void learnsNothingFromConditionsOfOtherBytes() {
        assertThat(Outcomes.of(List.of(IMAGE), DESIRED, List.of(condition(IMAGE, ConditionState.COMMITTED, "old"))))
                .isEqualTo(new Outcome.Pending());
        assertThat(Outcomes.of(List.of(IMAGE), DESIRED, List.of(condition(IMAGE, ConditionState.FAILED, "old"))))
                .isEqualTo(new Outcome.Pending());
    }

    @Test
    void doesNotTakeAFailedInstallationForAFailedRemoval() {
        assertThat(Outcomes.of(List.of(GONE), DESIRED, List.of(condition(GONE, ConditionState.FAILED, "cc"))))
                .isEqualTo(new Outcome.Pending());
        assertThat(Outcomes.of(List.of(GONE), DESIRED, List.of(condition(GONE, ConditionState.FAILED, null))))
                .isEqualTo(new Outcome.Broken("Reason", "message"));
    }

    private static Outcome outcome(TargetCondition... conditions) {
        return Outcomes.of(List.of(IMAGE, APP, GONE), DESIRED, List.of(conditions));
    }

    private static DesiredTarget target(TargetName name, DesiredContent content) {
        return new DesiredTarget(name, content, "test");
    }

    private static TargetCondition condition(
            TargetName name, ConditionState state, @org.jspecify.annotations.Nullable String sha256) {
        return new TargetCondition(name, state, Instant.EPOCH, 0, "Reason", "message", "", Optional.ofNullable(sha256));
    }
}
