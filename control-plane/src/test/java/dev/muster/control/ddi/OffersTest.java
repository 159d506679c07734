package dev.muster.control.ddi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.TargetCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OffersTest {
    private static final TargetName IMAGE = new TargetName.Image();
    private static final TargetName APP = new TargetName.App("com.example.app");
    private static final InstallRule SOFT = new InstallRule(InstallRule.Mode.SOFT, false);

    @Test
    void whatOneRolloutAsksForIsOneAction() {
        DesiredState desired = state(target(IMAGE, "a", "r1"), target(APP, "b", "r2"));

        List<Offers.Change> changes = Offers.of(desired, List.of(), List.of());

        assertThat(changes)
                .extracting(change -> ((Offers.Create) change).source())
                .containsExactly("r1", "r2");
    }

    @Test
    void whatNeedsTufIsNeverOffered() {
        DesiredState desired =
                state(target(new TargetName.Policy(), "a", "r1"), target(new TargetName.Settings(), "b", "r2"));

        assertThat(Offers.of(desired, List.of(), List.of())).isEmpty();
    }

    @Test
    void whatIsInForceOrFailedIsNotOfferedAgain() {
        DesiredState desired = state(target(IMAGE, "a", "r1"), target(APP, "b", "r2"));

        assertThat(Offers.of(
                        desired,
                        List.of(said(IMAGE, "a", ConditionState.COMMITTED), said(APP, "b", ConditionState.FAILED)),
                        List.of()))
                .isEmpty();
        assertThat(Offers.of(desired, List.of(said(IMAGE, "older", ConditionState.COMMITTED)), List.of()))
                .hasSize(2);
    }

    @Test
    void otherBytesStopTheActionBeforeTheyAreOffered() {
        DdiAction open = action(1, ActionState.RUNNING, "a", InstallRule.NOW, "r1");

        List<Offers.Change> changes = Offers.of(state(target(IMAGE, "z", "r2")), List.of(), List.of(open));

        assertThat(changes).hasSize(2);
        assertThat(changes.getFirst()).isEqualTo(new Offers.Supersede(open));
        assertThat(changes.get(1)).isInstanceOf(Offers.Create.class);
    }

    @Test
    void anotherRuleForTheSameBytesChangesTheAction() {
        DdiAction open = action(1, ActionState.RUNNING, "a", SOFT, "r1");
        DdiAction stopping = action(1, ActionState.CANCELING, "a", SOFT, "r1");
        DesiredState desired = state(target(IMAGE, "a", "r2"));

        assertThat(Offers.of(desired, List.of(), List.of(open)))
                .containsExactly(new Offers.Retune(open, InstallRule.NOW, "r2"));
        assertThat(Offers.of(desired, List.of(), List.of(stopping))).isEmpty();
        assertThat(open.c(true)).isNotEqualTo(open.c(false));
        assertThat(open.c(true))
                .isNotEqualTo(action(1, ActionState.RUNNING, "a", InstallRule.NOW, "r1")
                        .c(true));
    }

    private static DesiredState state(DesiredTarget... targets) {
        return new DesiredState(7, "board", List.of(targets));
    }

    private static DesiredTarget target(TargetName name, String sha256, String source) {
        return new DesiredTarget(
                name,
                new DesiredContent.Present(sha256, "p", 1, "1", "board", 0, Optional.empty(), Optional.empty()),
                source);
    }

    private static TargetCondition said(TargetName name, String sha256, ConditionState state) {
        return new TargetCondition(name, state, Instant.EPOCH, 0, "", "", "1", Optional.of(sha256));
    }

    private static DdiAction action(int id, ActionState state, String sha256, InstallRule rule, String source) {
        return new DdiAction(
                id,
                new DeviceId("d"),
                5,
                source,
                rule.mode(),
                rule.window(),
                state,
                0,
                0,
                true,
                false,
                Instant.EPOCH,
                null,
                null,
                List.of(new DdiAction.Target(2, IMAGE, "os", "1", sha256, 1, false)));
    }
}
