package dev.muster.policy.atm;

import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Per user and permission: whether apps may ask. */
final class RequestToggles {
    private static final String CLOSED_BY_DEFAULT = "ohos.permission.APP_TRACKING_CONSENT";

    private final Definitions definitions;
    private final Map<Key, Boolean> open = new HashMap<>();

    RequestToggles(Definitions definitions) {
        this.definitions = definitions;
    }

    private record Key(int userId, String permission) {}

    AtmCode set(int userId, String permission, boolean isOpen, Caller caller) {
        AtmCode code = check(userId, permission, caller, Caller.TOGGLE_DIALOG);
        if (code.isOk()) {
            open.put(new Key(userId, permission), isOpen);
        }
        return code;
    }

    AtmCode check(int userId, String permission, Caller caller, String needed) {
        if (userId < 0 || !Admission.isName(permission)) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        AtmCode may = caller.maySystemCall(needed);
        if (!may.isOk()) {
            return may;
        }
        Optional<PermissionDefinition> definition = definitions.find(permission);
        if (definition.isEmpty()) {
            return AtmCode.ERR_PERMISSION_NOT_EXIST;
        }
        return definition.get().grantMode() == GrantMode.USER_GRANT ? AtmCode.OK : AtmCode.ERR_PARAM_INVALID;
    }

    boolean isOpen(int userId, String permission) {
        return open.getOrDefault(new Key(userId, permission), !permission.equals(CLOSED_BY_DEFAULT));
    }
}
