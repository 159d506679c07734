package dev.muster.policy.bundle;

import dev.muster.policy.decision.Reason;
import java.util.Optional;

/**
 * A decision in names.
 *
 * @param rule the binding or guard rail that decided, where one did
 */
public record Answer(boolean granted, Reason reason, Optional<Rule> rule) {
    /** One sentence for people; {@code app} and {@code permission} are what was asked. */
    public String text(String app, String permission) {
        String by = rule.map(Rule::name).orElse("");
        return switch (reason) {
            case ROLE ->
                "granted: binding `" + by + "` gives `" + app + "` the role `"
                        + rule.flatMap(Rule::role).orElse("") + "`, which holds `" + permission + "`";
            case UNKNOWN_TOKEN -> "denied: the policy in force does not know `" + app + "`";
            case UNKNOWN_PERMISSION -> "denied: no permission `" + permission + "` is defined";
            case NOT_REQUESTED -> "denied: `" + app + "` does not request `" + permission + "`";
            case APL ->
                "denied: the level of `" + app + "` is too low for `" + permission
                        + "` and its signed profile does not lift it";
            case SERVICE_ONLY -> "denied: `" + permission + "` is for system services, not for applications";
            case GUARD_RAIL -> "denied: guard rail `" + by + "` denies `" + permission + "`";
            case CEILING -> "denied: the ceiling of guard rail `" + by + "` does not include `" + permission + "`";
            case UNBOUND -> "denied: no binding is for `" + app + "` on this device";
            case NOT_IN_ROLE -> "denied: no role that `" + app + "` has on this device holds `" + permission + "`";
            case LEASE_ENDED -> "denied: the policy's lease has ended";
            case LEASE_GUARD_RAIL ->
                "denied: the policy's lease has ended, and guard rail `" + by + "` lets `" + permission
                        + "` end with it";
            case CAPABILITY ->
                "granted: capability `" + by + "` gives `" + app + "` the permission `" + permission + "`";
            case DELEGATED ->
                "granted: the chain presented hands on capability `" + by + "`, which gives `" + permission + "`";
            case CONDITION ->
                "denied: `" + by + "` would give `" + permission + "`, but its condition does not hold now";
            case BAD_CHAIN -> "denied: the capability chain presented by `" + app + "` is not good";
            case NO_POLICY -> "denied: no verified policy is in force on this device";
        };
    }
}
