package dev.muster.policy.bundle;

import dev.muster.policy.decision.Reason;
import java.util.Optional;

/**
 * A decision in names.
 *
 * @param rule the binding, capability or guard rail that decided, where one did
 * @param condition in words: what the deciding rule depends on, or what the first grant waits for; of a chain presented how
 *     it came to its holder, or what is wrong with it
 */
public record Answer(boolean granted, Reason reason, Optional<Rule> rule, Optional<String> condition) {
    /** One sentence for people; {@code app} and {@code permission} are what was asked. */
    public String text(String app, String permission) {
        String by = rule.map(Rule::name).orElse("");
        String holding = condition.map(text -> "; its condition holds: " + text).orElse("");
        return switch (reason) {
            case ROLE ->
                "granted: binding `" + by + "` gives `" + app + "` the role `"
                        + rule.flatMap(Rule::role).orElse("") + "`, which holds `" + permission + "`" + holding;
            case UNKNOWN_TOKEN -> "denied: the policy in force does not know `" + app + "`";
            case UNKNOWN_PERMISSION -> "denied: no permission `" + permission + "` is defined";
            case NOT_REQUESTED -> "denied: `" + app + "` does not request `" + permission + "`";
            case APL ->
                "denied: the level of `" + app + "` is too low for `" + permission
                        + "` and its signed profile does not lift it";
            case SERVICE_ONLY -> "denied: `" + permission + "` is for system services, not for applications";
            case GUARD_RAIL -> "denied: guard rail `" + by + "` denies `" + permission + "`" + holding;
            case CEILING ->
                "denied: the ceiling of guard rail `" + by + "` does not include `" + permission + "`" + holding;
            case UNBOUND -> "denied: no binding is for `" + app + "` on this device";
            case NOT_IN_ROLE -> "denied: no role that `" + app + "` has on this device holds `" + permission + "`";
            case LEASE_ENDED -> "denied: the policy's lease has ended";
            case LEASE_GUARD_RAIL ->
                "denied: the policy's lease has ended, and guard rail `" + by + "` lets `" + permission
                        + "` end with it";
            case CAPABILITY ->
                "granted: capability `" + by + "` gives `" + app + "` the permission `" + permission + "`" + holding;
            case DELEGATED ->
                "granted: the chain presented hands on capability `" + by + "`, which gives `" + permission + "`"
                        + condition.map(how -> ", " + how).orElse("");
            case CONDITION ->
                "denied: " + rule.map(Answer::named).orElse("a rule") + " would give `" + permission
                        + "`, but its condition does not hold now"
                        + condition.map(text -> ": " + text).orElse("");
            case BAD_CHAIN ->
                "denied: the capability chain presented for `" + app + "` is not good"
                        + condition.map(cause -> ": " + cause).orElse("");
            case NO_POLICY -> "denied: no verified policy is in force on this device";
        };
    }

    private static String named(Rule rule) {
        return switch (rule.kind()) {
            case BINDING -> "binding `" + rule.name() + "`";
            case GUARD_RAIL -> "guard rail `" + rule.name() + "`";
            case CAPABILITY -> "capability `" + rule.name() + "`";
        };
    }
}
