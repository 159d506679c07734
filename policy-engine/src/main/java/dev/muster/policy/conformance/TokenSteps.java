package dev.muster.policy.conformance;

import dev.muster.policy.atm.AppInfo;
import dev.muster.policy.atm.AppPolicy;
import dev.muster.policy.atm.AtmCode;
import dev.muster.policy.atm.RemoteApp;
import dev.muster.policy.token.AccessTokenId;
import java.util.Map;
import java.util.Optional;

/** Operations on tokens as a whole, of this device and of others. */
final class TokenSteps {
    private final Device device;

    TokenSteps(Device device) {
        this.device = device;
    }

    Map<String, Object> install(Fields step) {
        Fields info = step.object("info");
        Optional<AccessTokenId> restore = Optional.empty();
        if (info.has("restoreToken")) {
            restore = Optional.of(
                    info.isNull("restoreToken") ? AccessTokenId.INVALID : device.alias(info, "restoreToken"));
        }
        AppInfo app = new AppInfo(
                info.number("userId", 0),
                info.text("bundleName", "bundle"),
                info.number("instIndex", 0),
                info.number("dlpType", 0),
                Inputs.traits(info),
                restore);
        AppPolicy policy = Inputs.policy(step.object("policy"));
        boolean raw = step.choice("mode", "checked", Map.of("checked", false, "raw", true));
        return device.bind(
                step,
                raw
                        ? device.atm.installRaw(app, policy, Inputs.caller(step))
                        : device.atm.install(app, policy, Inputs.caller(step)));
    }

    Map<String, Object> update(Fields step) {
        Fields info = step.object("info");
        return Device.outcome(device.atm.update(
                device.token(step),
                Inputs.traits(info),
                Inputs.policy(step.object("policy")),
                info.flag("dataRefresh"),
                Inputs.caller(step)));
    }

    Map<String, Object> delete(Fields step) {
        return Device.code(device.atm.delete(device.token(step), step.flag("reserve"), Inputs.caller(step)));
    }

    Map<String, Object> isLive(Fields step) {
        return Map.of("live", device.atm.isLive(device.token(step)));
    }

    Map<String, Object> setRemote(Fields step) {
        Fields info = step.object("info");
        RemoteApp app = new RemoteApp(
                info.number("version", 1),
                info.number("userId", 0),
                info.text("bundleName", "bundle"),
                info.number("instIndex", 0),
                info.number("dlpType", 0),
                remoteId(info),
                Optional.empty());
        return device.bind(
                step,
                device.atm.setRemote(step.text("device"), app, Inputs.requests(step, "states"), Inputs.caller(step)));
    }

    /** By alias, or by the token's device and its id there. */
    Map<String, Object> deleteRemote(Fields step) {
        AtmCode code = step.has("token")
                ? device.atm.deleteMapped(device.token(step), Inputs.caller(step))
                : device.atm.deleteRemote(
                        step.text("device"),
                        remoteId(step.has("remoteTokenId") ? step : step.object("info")),
                        Inputs.caller(step));
        return Device.code(code);
    }

    private static AccessTokenId remoteId(Fields fields) {
        long id = fields.number("remoteTokenId");
        if (id < 0 || id >= 1L << Integer.SIZE) {
            throw fields.wrong("remoteTokenId", "a number of 32 bits without a sign");
        }
        return new AccessTokenId((int) id);
    }
}
