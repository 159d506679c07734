package dev.muster.policy.atm;

import static dev.muster.policy.atm.PermissionFlags.ADMIN_POLICIES_CANCEL;
import static dev.muster.policy.atm.PermissionFlags.ALLOW_THIS_TIME;
import static dev.muster.policy.atm.PermissionFlags.COMPONENT_SET;
import static dev.muster.policy.atm.PermissionFlags.FIXED_BY_ADMIN_POLICY;
import static dev.muster.policy.atm.PermissionFlags.PRE_AUTHORIZED_CANCELABLE;
import static dev.muster.policy.atm.PermissionFlags.RESTRICTED_BY_ADMIN;
import static dev.muster.policy.atm.PermissionFlags.SYSTEM_FIXED;
import static dev.muster.policy.atm.PermissionFlags.USER_FIXED;
import static dev.muster.policy.atm.PermissionFlags.USER_SET;
import static dev.muster.policy.atm.PermissionFlags.has;

import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionDefinition;
import dev.muster.policy.token.AccessTokenId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes of permission states by users, administrators and secure components. */
final class Grants {
    private static final int MAX_LIST = 1024;

    private final AtmConfig config;
    private final Definitions definitions;
    private final TokenStore tokens;

    Grants(AtmConfig config, Definitions definitions, TokenStore tokens) {
        this.config = config;
        this.definitions = definitions;
        this.tokens = tokens;
    }

    /** A grant or revoke as a system service asks for it; the checks answer in OpenHarmony's order. */
    AtmCode change(AccessTokenId id, String permission, boolean grant, int flags, Atm.Scope scope, Caller caller) {
        int decision = PermissionFlags.decision(flags);
        if (id.value() == 0
                || !Admission.isName(permission)
                || !PermissionFlags.isValid(flags)
                || decision == FIXED_BY_ADMIN_POLICY
                || decision == ADMIN_POLICIES_CANCEL) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        if (id.isRender()) {
            return AtmCode.ERR_TOKENID_NOT_EXIST;
        }
        AtmCode may = caller.maySystemCall(grant ? Caller.GRANT : Caller.REVOKE);
        if (!may.isOk()) {
            return may;
        }
        Optional<PermissionDefinition> definition = definitions.find(permission);
        if (definition.isEmpty()
                || (definition.get().grantMode() == GrantMode.MANUAL_SETTINGS
                        && scope == Atm.Scope.USER_GRANTED_PERM)) {
            return AtmCode.ERR_PERMISSION_NOT_EXIST;
        }
        Optional<AppToken> token = tokens.app(id);
        AtmCode changeable = changeable(token, permission);
        if (!changeable.isOk()) {
            return changeable;
        }
        if (grant
                && flags == ALLOW_THIS_TIME
                && !TemporaryGrants.mayGrantOnce(token.orElseThrow(), permission, caller.root())) {
            return AtmCode.ERR_IDENTITY_CHECK_FAILED;
        }
        return applyAndShare(token.orElseThrow(), permission, grant, flags);
    }

    /** Sets a list of permissions by an administrator. */
    AtmCode changeByAdmin(AccessTokenId id, List<String> permissions, boolean grant, int flags, Caller caller) {
        if (id.value() == 0
                || permissions.isEmpty()
                || permissions.size() > MAX_LIST
                || (flags != FIXED_BY_ADMIN_POLICY && flags != ADMIN_POLICIES_CANCEL)) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        AtmCode may = caller.may(Caller.MANAGE_EDM_POLICY);
        if (!may.isOk()) {
            return may;
        }
        Map<AppToken, Map<String, Entry>> before = new HashMap<>();
        if (config.strict().adminListsAtomic()) {
            tokens.apps().forEach(token -> before.put(token, new HashMap<>(token.entries)));
        }
        for (String permission : permissions) {
            AtmCode code = changeByAdmin(id, permission, grant, flags);
            if (!code.isOk()) {
                // ATM leaves what was applied; the strict switch takes it back.
                before.forEach((token, entries) -> token.entries.replaceAll(entries::getOrDefault));
                return code;
            }
        }
        return AtmCode.OK;
    }

    private AtmCode changeByAdmin(AccessTokenId id, String permission, boolean grant, int flags) {
        Optional<PermissionDefinition> definition = definitions.find(permission);
        if (definition.isEmpty()) {
            return AtmCode.ERR_PERMISSION_NOT_EXIST;
        }
        if (definition.get().grantMode() != GrantMode.USER_GRANT) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        Optional<AppToken> token = tokens.app(id);
        AtmCode changeable = changeable(token, permission);
        return changeable.isOk() ? applyAndShare(token.orElseThrow(), permission, grant, flags) : changeable;
    }

    private AtmCode changeable(Optional<AppToken> token, String permission) {
        if (token.isEmpty()) {
            return AtmCode.ERR_TOKENID_NOT_EXIST;
        }
        return token.get().remote || !allowsInSandbox(token.get(), permission)
                ? AtmCode.ERR_IDENTITY_CHECK_FAILED
                : AtmCode.OK;
    }

    boolean allowsInSandbox(AppToken token, String permission) {
        return config.sandboxModes().getOrDefault(permission, SandboxMode.ALL).allows(token.dlpType);
    }

    private AtmCode applyAndShare(AppToken token, String permission, boolean grant, int flags) {
        AtmCode code = apply(token, permission, grant, flags);
        if (code.isOk()) {
            for (AppToken related : tokens.relatedTo(token)) {
                if (allowsInSandbox(related, permission)) {
                    // What a related token refuses is its own affair, as in OpenHarmony.
                    apply(related, permission, grant, flags);
                }
            }
        }
        return code;
    }

    /** Changes one token's stored state. */
    AtmCode apply(AppToken token, String permission, boolean grant, int flags) {
        if (flags == COMPONENT_SET) {
            return applyByComponent(token, permission, grant);
        }
        Entry old = token.entries.get(permission);
        if (old == null || has(old.flags(), SYSTEM_FIXED)) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        if (has(old.flags(), FIXED_BY_ADMIN_POLICY)
                && !has(flags, FIXED_BY_ADMIN_POLICY | SYSTEM_FIXED | ADMIN_POLICIES_CANCEL)) {
            return AtmCode.ERR_PERMISSION_RESTRICTED;
        }
        boolean cancels = has(flags, ADMIN_POLICIES_CANCEL);
        if (cancels && !has(old.flags(), FIXED_BY_ADMIN_POLICY)) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        int kept = old.flags() & (PRE_AUTHORIZED_CANCELABLE | RESTRICTED_BY_ADMIN);
        token.entries.put(permission, new Entry(cancels ? old.granted() : grant, flags | kept));
        return AtmCode.OK;
    }

    private static AtmCode applyByComponent(AppToken token, String permission, boolean grant) {
        Entry old = token.entries.get(permission);
        if (old == null) {
            if (grant) {
                token.componentGrants.add(permission);
            } else {
                token.componentGrants.remove(permission);
            }
            return AtmCode.OK;
        }
        if (has(old.flags(), FIXED_BY_ADMIN_POLICY)) {
            return AtmCode.ERR_PERMISSION_RESTRICTED;
        }
        if (has(old.flags(), USER_SET | USER_FIXED | SYSTEM_FIXED | PRE_AUTHORIZED_CANCELABLE)) {
            return grant && !old.effective() ? AtmCode.ERR_PERMISSION_DENIED : AtmCode.OK;
        }
        token.entries.put(permission, grant ? old.with(COMPONENT_SET) : old.without(COMPONENT_SET));
        return AtmCode.OK;
    }

    /** The service of secure components died: what it granted is gone. */
    void dropComponentGrants() {
        tokens.apps().forEach(Grants::dropComponentGrants);
    }

    private static void dropComponentGrants(AppToken token) {
        token.componentGrants.clear();
        token.entries.replaceAll((permission, entry) -> entry.without(COMPONENT_SET));
    }

    /** Takes back what the user decided, on a token and those related to it. */
    AtmCode clearUserChoices(AccessTokenId id, Caller caller) {
        if (id.value() == 0) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        AtmCode may = caller.maySystemCall(Caller.REVOKE);
        if (!may.isOk()) {
            return may;
        }
        Optional<AppToken> token = tokens.app(id);
        if (token.isEmpty()) {
            return AtmCode.ERR_TOKENID_NOT_EXIST;
        }
        if (token.get().remote) {
            return AtmCode.ERR_IDENTITY_CHECK_FAILED;
        }
        clear(token.get());
        tokens.relatedTo(token.get()).forEach(Grants::clear);
        return AtmCode.OK;
    }

    private static void clear(AppToken token) {
        dropComponentGrants(token);
        token.entries.replaceAll((permission, entry) -> cleared(entry));
        token.dialogForbidden = false;
    }

    private static Entry cleared(Entry entry) {
        int flags = entry.flags();
        if (has(flags, SYSTEM_FIXED)) {
            return entry;
        }
        int kept = flags & (FIXED_BY_ADMIN_POLICY | RESTRICTED_BY_ADMIN);
        if (has(flags, PRE_AUTHORIZED_CANCELABLE)) {
            return new Entry(true, PRE_AUTHORIZED_CANCELABLE | kept);
        }
        return kept != 0 ? entry : Entry.NEVER_DECIDED;
    }
}
