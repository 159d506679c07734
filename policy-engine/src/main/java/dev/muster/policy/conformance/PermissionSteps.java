package dev.muster.policy.conformance;

import dev.muster.policy.atm.Answer;
import dev.muster.policy.atm.Atm;
import dev.muster.policy.token.AccessTokenId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Operations on single permissions of a token. */
final class PermissionSteps {
    private static final Map<String, Atm.Scope> SCOPES = Map.of(
            "USER_GRANTED_PERM", Atm.Scope.USER_GRANTED_PERM,
            "OPERABLE_PERM", Atm.Scope.OPERABLE_PERM);

    private final Device device;

    PermissionSteps(Device device) {
        this.device = device;
    }

    Map<String, Object> verify(Fields step) {
        AccessTokenId token = device.token(step);
        boolean granted = device.atm.verify(step.flag("render") ? token.render() : token, permission(step));
        return Map.of("result", Device.status(granted));
    }

    Map<String, Object> flags(Fields step) {
        Answer<Integer> flags = device.atm.flags(device.token(step), permission(step), Inputs.caller(step));
        Map<String, Object> out = new LinkedHashMap<>(Device.code(flags.code()));
        flags.value().ifPresent(value -> out.put("flags", (long) value));
        return out;
    }

    Map<String, Object> state(Fields step) {
        return device.atm
                .state(device.token(step), permission(step))
                .map(state -> Map.<String, Object>of(
                        "declared",
                        true,
                        "status",
                        Device.status(state.granted()),
                        "flags",
                        (long) state.flags(),
                        "restricted",
                        state.restricted()))
                .orElse(Map.of("declared", false));
    }

    Map<String, Object> list(Fields step) {
        Answer<List<String>> list =
                device.atm.requested(device.token(step), step.flag("systemGrant"), Inputs.caller(step));
        // The schema does not name the field to compare.
        Map<String, Object> out = Device.answer(list, "permissions");
        list.value().ifPresent(names -> out.put("list", names));
        return out;
    }

    Map<String, Object> value(Fields step) {
        return Device.answer(device.atm.value(device.token(step), permission(step), Inputs.caller(step)), "value");
    }

    Map<String, Object> grant(Fields step) {
        return Device.code(device.atm.grant(
                device.token(step), permission(step), Inputs.flags(step), scope(step), Inputs.caller(step)));
    }

    Map<String, Object> revoke(Fields step) {
        return Device.code(device.atm.revoke(
                device.token(step), permission(step), Inputs.flags(step), scope(step), Inputs.caller(step)));
    }

    Map<String, Object> grantTimed(Fields step) {
        return Device.code(device.atm.grantTimed(
                device.token(step),
                permission(step),
                Math.clamp(step.number("seconds"), Integer.MIN_VALUE, Integer.MAX_VALUE),
                Inputs.caller(step)));
    }

    Map<String, Object> clearUserChoices(Fields step) {
        return Device.code(device.atm.clearUserChoices(device.token(step), Inputs.caller(step)));
    }

    private static String permission(Fields step) {
        return step.text("permission");
    }

    private static Atm.Scope scope(Fields step) {
        return step.choice("scope", "USER_GRANTED_PERM", SCOPES);
    }
}
