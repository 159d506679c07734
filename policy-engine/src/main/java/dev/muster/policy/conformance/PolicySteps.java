package dev.muster.policy.conformance;

import dev.muster.policy.atm.Answer;
import dev.muster.policy.atm.AtmCode;
import dev.muster.policy.atm.UserPolicy;
import dev.muster.policy.atm.UserPolicy.UserRestriction;
import dev.muster.policy.token.AccessTokenId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What administrators and controllers of user policies do. */
final class PolicySteps {
    private final Device device;

    PolicySteps(Device device) {
        this.device = device;
    }

    /** The status is a number on the wire: one that is neither is refused before anything is looked at. */
    Map<String, Object> setByAdmin(Fields step) {
        String status = step.text("status");
        boolean granted = status.equals("GRANTED");
        return Device.code(
                granted || status.equals("DENIED")
                        ? device.atm.setByAdmin(
                                device.token(step),
                                step.texts("permissions"),
                                granted,
                                Inputs.flags(step),
                                Inputs.caller(step))
                        : AtmCode.ERR_PARAM_INVALID);
    }

    Map<String, Object> set(Fields step) {
        List<UserPolicy> batch = step.list(
                "policies",
                item -> policy(item.fields()),
                i -> new UserPolicy(Fields.generatedName(i), List.of(new UserRestriction(0, true)), false));
        return Device.code(device.atm.setUserPolicy(controller(step), batch, Inputs.caller(step)));
    }

    private static UserPolicy policy(Fields policy) {
        List<UserRestriction> users = policy.list(
                "users",
                item -> new UserRestriction(
                        item.fields().number("userId", 0), item.fields().flag("restricted")),
                i -> new UserRestriction(i, true));
        return new UserPolicy(policy.text("permission"), users, policy.flag("persist"));
    }

    Map<String, Object> clear(Fields step) {
        return Device.code(
                device.atm.clearUserPolicy(controller(step), step.texts("permissions"), Inputs.caller(step)));
    }

    Map<String, Object> changeWhitelist(Fields step) {
        String type = step.text("type");
        boolean add = type.equals("ADD");
        return Device.code(
                add || type.equals("DELETE")
                        ? device.atm.changeWhitelist(
                                controller(step), device.token(step), step.text("permission"), add, Inputs.caller(step))
                        : AtmCode.ERR_PARAM_INVALID);
    }

    Map<String, Object> whitelist(Fields step) {
        Answer<Set<AccessTokenId>> tokens = device.atm.whitelist(step.text("permission"), Inputs.caller(step));
        Map<String, Object> out = new LinkedHashMap<>(Device.code(tokens.code()));
        tokens.value().ifPresent(ids -> out.put("tokens", device.names(ids)));
        return out;
    }

    private static String controller(Fields step) {
        return step.text("controller", "controller");
    }
}
