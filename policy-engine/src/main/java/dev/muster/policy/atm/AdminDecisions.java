package dev.muster.policy.atm;

import static dev.muster.policy.atm.PermissionFlags.ADMIN_POLICIES_CANCEL;
import static dev.muster.policy.atm.PermissionFlags.FIXED_BY_ADMIN_POLICY;

import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionDefinition;
import dev.muster.policy.token.AccessTokenId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an administrator decides for an app. */
final class AdminDecisions {
    private static final int MAX_LIST = 1024;

    private final AtmConfig config;
    private final Definitions definitions;
    private final TokenStore tokens;
    private final Grants grants;

    AdminDecisions(AtmConfig config, Definitions definitions, TokenStore tokens, Grants grants) {
        this.config = config;
        this.definitions = definitions;
        this.tokens = tokens;
        this.grants = grants;
    }

    /** Sets a list of permissions. Names are checked before the first is set; then one by one up to the first error. */
    AtmCode set(AccessTokenId id, List<String> permissions, boolean grant, int flags, Caller caller) {
        if (id.value() == 0
                || permissions.isEmpty()
                || permissions.size() > MAX_LIST
                || !permissions.stream().allMatch(Admission::isName)
                || (flags != FIXED_BY_ADMIN_POLICY && flags != ADMIN_POLICIES_CANCEL)) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        AtmCode may = caller.maySystemCall(Caller.MANAGE_EDM_POLICY);
        if (!may.isOk()) {
            return may;
        }
        for (String permission : permissions) {
            AtmCode code = mayBeSet(permission);
            if (!code.isOk()) {
                return code;
            }
        }
        Optional<AppToken> token = tokens.app(id);
        if (token.isEmpty()) {
            return AtmCode.ERR_TOKENID_NOT_EXIST;
        }
        if (token.get().remote
                || !permissions.stream().allMatch(permission -> grants.allowsInSandbox(token.get(), permission))) {
            return AtmCode.ERR_IDENTITY_CHECK_FAILED;
        }
        return apply(token.get(), permissions, grant, flags);
    }

    private AtmCode mayBeSet(String permission) {
        Optional<PermissionDefinition> definition = definitions.find(permission);
        if (definition.isEmpty()) {
            return AtmCode.ERR_PERMISSION_NOT_EXIST;
        }
        return definition.get().grantMode() == GrantMode.USER_GRANT ? AtmCode.OK : AtmCode.ERR_PARAM_INVALID;
    }

    private AtmCode apply(AppToken token, List<String> permissions, boolean grant, int flags) {
        if (config.strict().adminListsAtomic()) {
            Map<String, Entry> before = new LinkedHashMap<>(token.entries);
            AtmCode rehearsed = apply(token, permissions, grant, flags, false);
            token.entries.putAll(before);
            if (!rehearsed.isOk()) {
                return rehearsed;
            }
        }
        // ATM leaves what was applied before the first error.
        AtmCode code = apply(token, permissions, grant, flags, true);
        if (code.isOk() && config.strict().adminReachesSandboxes()) {
            for (AppToken related : tokens.relatedTo(token)) {
                permissions.stream()
                        .filter(permission -> grants.allowsInSandbox(related, permission))
                        .forEach(permission -> grants.apply(related, permission, grant, flags, true));
            }
        }
        return code;
    }

    private AtmCode apply(AppToken token, List<String> permissions, boolean grant, int flags, boolean kill) {
        for (String permission : permissions) {
            AtmCode code = grants.apply(token, permission, grant, flags, kill);
            if (!code.isOk()) {
                return code;
            }
        }
        return AtmCode.OK;
    }
}
