package dev.muster.control.explain;

import dev.muster.control.devices.Device;
import dev.muster.policy.bundle.Answer;
import dev.muster.policy.bundle.Rule;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.permissions.PermissionReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that was found out about one question.
 *
 * @param at the moment asked about
 * @param past whether a time was named, and history answered
 * @param held what answered then; empty where the device never told
 * @param bundle the very bytes, where they are kept
 * @param snapshot the documents of the version in force, with what was enforced at once on top
 * @param profile the inventory as that policy saw it
 * @param report what the device said of its permissions around that moment
 * @param rules all that speak as the answer does, the deciding one first
 * @param condition of the deciding rule, where it has one
 * @param told what the device said holds at that moment, where that is known and the policy asks
 * @param note what a reader must know beside it
 */
record Finding(
        Device device,
        AppKey app,
        String permission,
        Instant at,
        boolean past,
        Optional<Held> held,
        Optional<Bundles.Known> bundle,
        Optional<PolicySnapshot> snapshot,
        Optional<DeviceProfile> profile,
        Optional<PermissionReport> report,
        Answer answer,
        List<Rule> rules,
        Optional<Condition> condition,
        Optional<Holding> holding,
        Levels.Level level,
        Optional<PermissionReport.Drift> drift,
        Optional<TrueThen> told,
        Optional<String> note) {
    Finding {
        rules = List.copyOf(rules);
    }

    /** The sentence of the answer, as the device gives it. */
    String detail() {
        return answer.text(app.toString(), permission);
    }

    /** How far it binds, in words that never say more than is true. */
    String levelText() {
        return level.of(answer.granted(), drift);
    }

    /** Whether the device told what answers, or history did. */
    String source() {
        return past ? "history" : "reported";
    }
}
