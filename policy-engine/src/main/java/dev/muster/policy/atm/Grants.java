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
import java.util.Optional;

/** Changes of permission states by users and secure components; the step that changes one entry serves administrators too. */
final class Grants {
    private final AtmConfig config;
    private final Definitions definitions;
    private final TokenStore tokens;
    private final AtmListener listener;

    Grants(AtmConfig config, Definitions definitions, TokenStore tokens, AtmListener listener) {
        this.config = config;
        this.definitions = definitions;
        this.tokens = tokens;
        this.listener = listener;
    }

    /** A grant or revoke as a system service asks for it; the checks answer in OpenHarmony's order. */
    AtmCode change(AccessTokenId id, String permission, boolean grant, int flags, Atm.Scope scope, Caller caller) {
        if (id.value() == 0
                || !Admission.isName(permission)
                || !PermissionFlags.isValid(flags)
                || isAdministrators(flags)) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        if (id.isRender()) {
            return AtmCode.ERR_TOKENID_NOT_EXIST;
        }
        Optional<AppToken> token = tokens.app(id);
        AtmCode may = caller.maySystemCall(grant ? Caller.GRANT : Caller.REVOKE);
        boolean developer = caller.isShell()
                && token.map(app -> app.traits.isDebugProvision()).orElse(false);
        if (!may.isOk() && !developer) {
            return may;
        }
        Optional<PermissionDefinition> definition = definitions.find(permission);
        if (definition.isEmpty()
                || (definition.get().grantMode() == GrantMode.MANUAL_SETTINGS
                        && scope == Atm.Scope.USER_GRANTED_PERM)) {
            return AtmCode.ERR_PERMISSION_NOT_EXIST;
        }
        return token.map(app -> changeAndShare(app, permission, grant, flags, caller.isRoot(), true))
                .orElse(AtmCode.ERR_TOKENID_NOT_EXIST);
    }

    private boolean isAdministrators(int flags) {
        int compared = config.strict().adminFlagsByAdminOnly() ? PermissionFlags.decision(flags) : flags;
        return compared == FIXED_BY_ADMIN_POLICY || compared == ADMIN_POLICIES_CANCEL;
    }

    /** What was granted for a time ends: no caller is asked, no process killed. */
    void end(AppToken token, String permission, int flags) {
        // An entry that an administrator or the system fixed meanwhile is no longer temporary: the refusal is right.
        changeAndShare(token, permission, false, flags, true, false);
    }

    private AtmCode changeAndShare(
            AppToken token, String permission, boolean grant, int flags, boolean root, boolean kill) {
        AtmCode code = change(token, permission, grant, flags, root, kill);
        if (code.isOk()) {
            // What a related token refuses is its own affair, as in OpenHarmony.
            tokens.relatedTo(token).forEach(related -> change(related, permission, grant, flags, root, kill));
        }
        return code;
    }

    private AtmCode change(AppToken token, String permission, boolean grant, int flags, boolean root, boolean kill) {
        if (token.remote || !allowsInSandbox(token, permission)) {
            return AtmCode.ERR_IDENTITY_CHECK_FAILED;
        }
        if (grant && flags == ALLOW_THIS_TIME && !TemporaryGrants.mayGrantOnce(token, permission, root)) {
            return AtmCode.ERR_IDENTITY_CHECK_FAILED;
        }
        return apply(token, permission, grant, flags, kill);
    }

    boolean allowsInSandbox(AppToken token, String permission) {
        return config.sandboxModes().getOrDefault(permission, SandboxMode.ALL).allows(token.dlpType);
    }

    /** Changes one token's stored state; {@code kill} ends the processes of an app that lost a permission by it. */
    AtmCode apply(AppToken token, String permission, boolean grant, int flags, boolean kill) {
        boolean before = token.isGranted(permission);
        boolean byComponent = isByComponent(token, permission);
        AtmCode code = has(flags, COMPONENT_SET)
                ? applyByComponent(token, permission, grant)
                : applyDecision(token, permission, grant, flags);
        boolean lost = before && !token.isGranted(permission);
        if (code.isOk() && kill && lost && flags != COMPONENT_SET && !byComponent) {
            listener.processesKilled(token.id);
        }
        return code;
    }

    private static boolean isByComponent(AppToken token, String permission) {
        Entry entry = token.entries.get(permission);
        return entry == null ? token.componentGrants.contains(permission) : has(entry.flags(), COMPONENT_SET);
    }

    private static AtmCode applyDecision(AppToken token, String permission, boolean grant, int flags) {
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
        boolean decided = has(old.flags(), USER_SET | USER_FIXED | SYSTEM_FIXED | PRE_AUTHORIZED_CANCELABLE);
        if (decided && grant) {
            return old.effective() ? AtmCode.OK : AtmCode.ERR_PERMISSION_DENIED;
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
        AtmCode may = caller.may(Caller.REVOKE);
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
        tokens.relatedTo(token.get()).stream()
                .filter(related -> !related.remote)
                .forEach(this::clear);
        return AtmCode.OK;
    }

    private void clear(AppToken token) {
        dropComponentGrants(token);
        token.entries.replaceAll((permission, entry) -> {
            Entry cleared = cleared(entry);
            return allowsInSandbox(token, permission) ? cleared : new Entry(false, cleared.flags());
        });
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
