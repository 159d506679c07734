package dev.muster.control.rollouts;

import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredState;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.rollouts.DeviceStep.Outcome;
import dev.muster.protocol.desired.InstallRule;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.HoldReason;
import dev.muster.protocol.reported.TargetCondition;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What a report says about the targets that a rollout handed to a device. Pure. */
final class Outcomes {
    private Outcomes() {}

    /**
     * One broken target breaks the device; it is done when all are.
     *
     * @param names that the rollout handed out
     * @param desired state of the device, which says what each name must be
     */
    static Outcome of(Collection<TargetName> names, DesiredState desired, List<TargetCondition> conditions) {
        boolean pending = false;
        Optional<Outcome> held = Optional.empty();
        for (TargetName name : names) {
            Optional<TargetCondition> condition = conditions.stream()
                    .filter(reported -> reported.name().equals(name))
                    .findFirst();
            Outcome one =
                    desired.target(name).map(target -> one(target, condition)).orElse(new Outcome.Pending());
            switch (one) {
                case Outcome.Broken broken -> {
                    return broken;
                }
                case Outcome.Pending busy -> pending = true;
                case Outcome.Held waiting -> held = Optional.of(waiting);
                case Outcome.Done finished -> {}
            }
        }
        return pending ? new Outcome.Pending() : held.orElseGet(Outcome.Done::new);
    }

    private static Outcome one(DesiredTarget target, Optional<TargetCondition> condition) {
        return switch (target.content()) {
            case DesiredContent.Present present ->
                condition
                        .filter(reported -> speaksOf(reported, present))
                        .map(reported -> judged(reported, ConditionState.COMMITTED, target.install()))
                        .orElse(new Outcome.Pending());
            case DesiredContent.Absent absent ->
                condition
                        // One that names bytes speaks of an installation, not of the removal.
                        .filter(reported -> reported.state() == ConditionState.ABSENT
                                || reported.sha256().isEmpty())
                        .map(reported -> judged(reported, ConditionState.ABSENT, target.install()))
                        .orElse(new Outcome.Pending());
        };
    }

    /** A condition of other bytes, such as the version before, says nothing about these. */
    private static boolean speaksOf(TargetCondition reported, DesiredContent.Present present) {
        return reported.sha256().map(sha256 -> sha256.equals(present.sha256())).orElseGet(() -> reported.version()
                .equals(present.version()));
    }

    private static Outcome judged(TargetCondition reported, ConditionState good, InstallRule rule) {
        return switch (reported.state()) {
            case COMMITTED, ABSENT -> reported.state() == good ? new Outcome.Done() : new Outcome.Pending();
            case ROLLED_BACK, FAILED -> new Outcome.Broken(reason(reported), reported.message());
            case WRITTEN -> written(reported, rule);
            case OFFERED, VERIFIED, FETCHING, ARMED, TRIAL, DRIFTED -> new Outcome.Pending();
        };
    }

    /** What the device says of an older rule means nothing any more. */
    private static Outcome written(TargetCondition reported, InstallRule rule) {
        return switch (reported.reason()) {
            case HoldReason.DOWNLOAD_ONLY ->
                rule.mode() == InstallRule.Mode.DOWNLOAD_ONLY ? new Outcome.Done() : new Outcome.Pending();
            case HoldReason.WINDOW_CLOSED ->
                rule.window() ? new Outcome.Held("waits for its maintenance window") : new Outcome.Pending();
            case HoldReason.AWAITING_CONSENT ->
                rule.mode() == InstallRule.Mode.SOFT
                        ? new Outcome.Held("waits until the device is idle or somebody on it agrees")
                        : new Outcome.Pending();
            // Of no rule but the device's own, so it counts under every one.
            case HoldReason.AWAITING_POWER -> new Outcome.Held("waits for power");
            default -> new Outcome.Pending();
        };
    }

    private static String reason(TargetCondition reported) {
        return reported.reason().isEmpty() ? "Unknown" : reported.reason();
    }
}
