package dev.muster.control.impact;

import dev.muster.policy.compile.Impact;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds every decision about a profile that two policies make differently: other answers, and answers that hold at other
 * moments. Another reason for the same denial is no change. Thread-safe.
 */
final class DecisionChanges {
    private final Impact impact = new Impact();

    /**
     * One decision that differs.
     *
     * @param reason of the new one
     */
    record One(AppKey app, String permission, Decided before, Decided after, Reason reason) {}

    /** Those of {@code profile}; a policy of version 0 is none at all. */
    List<One> between(PolicySnapshot before, PolicySnapshot after, DeviceProfile profile) {
        List<One> ones = new ArrayList<>();
        impact.between(before, after, List.of(new Impact.Profile(profile, 1)), change -> {
            if (matters(change.before(), change.after())) {
                ones.add(new One(
                        change.app(),
                        change.permission(),
                        before.version() == 0
                                ? new Decided(false, Reason.NO_POLICY.code(), null)
                                : decided(change.before()),
                        decided(change.after()),
                        change.after().reason()));
            }
        });
        return ones;
    }

    private static boolean matters(Impact.Side before, Impact.Side after) {
        if (!before.granted() && !after.granted()) {
            return false;
        }
        return before.granted() != after.granted()
                || before.condition().isPresent()
                || after.condition().isPresent();
    }

    private static Decided decided(Impact.Side side) {
        return new Decided(
                side.granted(), side.reason().code(), side.condition().orElse(null));
    }
}
