package dev.muster.policy.conformance;

import dev.muster.policy.atm.AtmCode;
import dev.muster.policy.atm.DialogAnswer;
import dev.muster.policy.token.AccessTokenId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What the user is asked, and what apps do in front of the user. */
final class UserSteps {
    private static final Map<String, Boolean> TOGGLE = Map.of("OPEN", true, "CLOSED", false);

    private enum Stage {
        FOREGROUND,
        BACKGROUND,
        STOPPED
    }

    private final Device device;

    UserSteps(Device device) {
        this.device = device;
    }

    Map<String, Object> ask(Fields step) {
        DialogAnswer answer = device.atm.ask(device.token(step), step.texts("permissions"));
        Map<String, Object> out = new LinkedHashMap<>(Device.code(AtmCode.OK));
        out.put("overall", answer.overall().name());
        out.put(
                "states",
                answer.answers().stream().map(one -> one.state().name()).toList());
        out.put(
                "reasons",
                answer.answers().stream()
                        .map(one -> (long) one.reason().number())
                        .toList());
        return out;
    }

    /** The schema does not name the field: it is read as a ban unless one says otherwise. */
    Map<String, Object> forbidDialogs(Fields step) {
        boolean forbidden = step.flag("forbidden", step.flag("enable", !step.flag("allowed")));
        return Device.code(device.atm.forbidDialogs(device.token(step), forbidden, Inputs.caller(step)));
    }

    Map<String, Object> setToggle(Fields step) {
        Boolean open = TOGGLE.get(step.text("status"));
        return Device.code(
                open == null
                        ? AtmCode.ERR_PARAM_INVALID
                        : device.atm.setToggle(
                                step.number("userId", 0), step.text("permission"), open, Inputs.caller(step)));
    }

    Map<String, Object> toggle(Fields step) {
        var answer = device.atm.toggle(step.number("userId", 0), step.text("permission"), Inputs.caller(step));
        Map<String, Object> out = new LinkedHashMap<>(Device.code(answer.code()));
        answer.value().ifPresent(open -> out.put("status", open ? "OPEN" : "CLOSED"));
        return out;
    }

    Map<String, Object> appState(Fields step) {
        AccessTokenId token = device.token(step);
        Stage stage = step.choice(
                "state",
                "",
                Map.of(
                        "FOREGROUND", Stage.FOREGROUND,
                        "BACKGROUND", Stage.BACKGROUND,
                        "STOPPED", Stage.STOPPED));
        switch (stage) {
            case FOREGROUND -> device.atm.foreground(token);
            case BACKGROUND -> device.atm.background(token);
            case STOPPED -> device.atm.stopped(token);
        }
        return Device.code(AtmCode.OK);
    }

    Map<String, Object> form(Fields step) {
        device.atm.widget(device.token(step), step.flag("visible", true));
        return Device.code(AtmCode.OK);
    }

    Map<String, Object> task(Fields step) {
        AccessTokenId token = device.token(step);
        int id = step.number("id", 0);
        boolean start = step.choice("action", "", Map.of("START", true, "STOP", false));
        if (start) {
            Set<String> kinds = new HashSet<>(step.texts(step.has("types") ? "types" : "kinds"));
            device.atm.taskStarted(token, id, kinds);
        } else {
            device.atm.taskStopped(token, id);
        }
        return Device.code(AtmCode.OK);
    }
}
