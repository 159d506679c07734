package dev.muster.policy.atm;

import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.token.AccessTokenId;
import dev.muster.policy.token.TokenType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Life of an app's token: install, update, delete, and what a system upgrade does to it. */
final class Installs {
    private final AtmConfig config;
    private final Definitions definitions;
    private final TokenStore tokens;
    private final Admission admission;
    private final Grants grants;
    private final TemporaryGrants temporary;
    private final UserPolicies policies;
    private final ToolTokens tools;

    Installs(
            AtmConfig config,
            Definitions definitions,
            TokenStore tokens,
            Grants grants,
            TemporaryGrants temporary,
            UserPolicies policies,
            ToolTokens tools) {
        this.config = config;
        this.definitions = definitions;
        this.tokens = tokens;
        this.admission = new Admission(config, definitions);
        this.grants = grants;
        this.temporary = temporary;
        this.policies = policies;
        this.tools = tools;
    }

    InstallOutcome install(AppInfo info, AppPolicy policy, Caller caller, boolean raw) {
        AtmCode may = caller.may(Caller.MANAGE_TOKENS);
        if (!may.isOk()) {
            return InstallOutcome.failed(may);
        }
        if (!admission.areParametersValid(info, policy)) {
            return InstallOutcome.failed(AtmCode.ERR_PARAM_INVALID);
        }
        if (info.dlpType() > 0 && !raw) {
            return tokens.installed(info.userId(), info.bundleName(), 0)
                    .map(main -> admit(info, policy, admission.takeOver(main, policy)))
                    .orElseGet(() -> InstallOutcome.failed(AtmCode.ERR_PERM_REQUEST_CFG_FAILED));
        }
        Admission.Result result =
                raw ? admission.takeRaw(info.traits(), policy) : admission.check(info.traits(), policy, false);
        return switch (result) {
            case Admission.Result.Refused refused -> InstallOutcome.refused(refused.failure());
            case Admission.Result.Admitted admitted -> admit(info, policy, admitted);
        };
    }

    /** What a checked install would answer, changing nothing. */
    InstallOutcome rehearse(AppInfo info, AppPolicy policy) {
        if (!admission.areParametersValid(info, policy)) {
            return InstallOutcome.failed(AtmCode.ERR_PARAM_INVALID);
        }
        return switch (admission.check(info.traits(), policy, false)) {
            case Admission.Result.Refused refused -> InstallOutcome.refused(refused.failure());
            case Admission.Result.Admitted ignored ->
                new InstallOutcome(
                        AtmCode.OK, AccessTokenId.INVALID, info.traits().attributes(), Optional.empty());
        };
    }

    private InstallOutcome admit(AppInfo info, AppPolicy policy, Admission.Result.Admitted admitted) {
        Answer<AccessTokenId> id =
                info.restore().map(this::registered).orElseGet(() -> drawn(info.dlpType() > 0, info.instIndex() > 0));
        if (!id.code().isOk()) {
            return InstallOutcome.failed(id.code());
        }
        tokens.installed(info.userId(), info.bundleName(), info.instIndex()).ifPresent(old -> remove(old, false));
        AppToken token = new AppToken(
                id.value().orElseThrow(),
                info.userId(),
                info.bundleName(),
                info.instIndex(),
                info.dlpType(),
                false,
                info.traits(),
                policy);
        admitted.entries()
                .forEach((permission, entry) -> token.entries.put(permission, inSandbox(token, permission, entry)));
        token.values.putAll(admitted.values());
        token.undefined.addAll(admitted.undefined());
        policies.applyTo(token);
        tokens.add(token);
        return new InstallOutcome(AtmCode.OK, token.id, token.attributes(), Optional.empty());
    }

    private Answer<AccessTokenId> registered(AccessTokenId id) {
        if (!id.isWellFormed() || id.isTypeExtended() || !id.type().equals(Optional.of(TokenType.HAP))) {
            return Answer.failed(AtmCode.ERR_PARAM_INVALID);
        }
        return tokens.isFree(id) ? Answer.of(id) : Answer.failed(AtmCode.ERR_TOKENID_HAS_EXISTED);
    }

    private Answer<AccessTokenId> drawn(boolean sandbox, boolean further) {
        return tokens.draw(TokenType.HAP, !sandbox && further, sandbox, false)
                .map(Answer::of)
                .orElseGet(() -> Answer.failed(AtmCode.ERR_TOKENID_CREATE_FAILED));
    }

    /** Denies what the sandbox mode excludes. A component's grant belongs to the window that got it, not to a copy. */
    private Entry inSandbox(AppToken token, String permission, Entry entry) {
        if (token.dlpType == 0) {
            return entry;
        }
        Entry own = entry.without(PermissionFlags.COMPONENT_SET);
        return grants.allowsInSandbox(token, permission) ? own : new Entry(false, own.flags());
    }

    InstallOutcome update(AccessTokenId id, AppInfo.Traits traits, AppPolicy policy, boolean refresh, Caller caller) {
        AtmCode may = caller.may(Caller.MANAGE_TOKENS);
        if (!may.isOk()) {
            return InstallOutcome.failed(may);
        }
        if (id.value() == 0 || !admission.areParametersValid(traits, policy)) {
            return InstallOutcome.failed(AtmCode.ERR_PARAM_INVALID);
        }
        // OpenHarmony checks the requests before it looks for the token.
        return switch (admission.check(traits, policy, refresh)) {
            case Admission.Result.Refused refused -> InstallOutcome.refused(refused.failure());
            case Admission.Result.Admitted admitted -> update(id, traits, policy, admitted);
        };
    }

    private InstallOutcome update(
            AccessTokenId id, AppInfo.Traits traits, AppPolicy policy, Admission.Result.Admitted admitted) {
        Optional<AppToken> found = tokens.app(id);
        if (found.isEmpty()) {
            return InstallOutcome.failed(AtmCode.ERR_TOKENID_NOT_EXIST);
        }
        AppToken token = found.get();
        if (token.remote) {
            return InstallOutcome.failed(AtmCode.ERR_IDENTITY_CHECK_FAILED);
        }
        merge(token, traits, policy, admitted);
        return new InstallOutcome(AtmCode.OK, id, token.attributes(), Optional.empty());
    }

    private void merge(AppToken token, AppInfo.Traits traits, AppPolicy policy, Admission.Result.Admitted admitted) {
        boolean provisionSwitch = traits.isDebugProvision() ? policy.debugGrant() : token.traits.isDebugProvision();
        Map<String, Entry> old = Map.copyOf(token.entries);
        token.entries.clear();
        admitted.entries().forEach((permission, initial) -> {
            Entry stored = old.get(permission);
            Entry merged = stored == null ? initial : Inheritance.merge(stored, initial, provisionSwitch);
            token.entries.put(
                    permission,
                    config.strict().sandboxUpdatesFiltered() && !grants.allowsInSandbox(token, permission)
                            ? new Entry(false, merged.flags())
                            : merged);
        });
        token.values.clear();
        token.values.putAll(admitted.values());
        token.undefined.clear();
        token.undefined.addAll(admitted.undefined());
        token.traits = traits;
        token.policy = policy;
        policies.applyTo(token);
    }

    AtmCode delete(AccessTokenId id, boolean reserve, Caller caller) {
        AtmCode may = caller.may(Caller.MANAGE_TOKENS);
        if (!may.isOk()) {
            return may;
        }
        Optional<AppToken> token = tokens.app(id);
        if (token.isEmpty()) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        if (token.get().remote) {
            return AtmCode.ERR_IDENTITY_CHECK_FAILED;
        }
        remove(token.get(), reserve);
        return AtmCode.OK;
    }

    private void remove(AppToken token, boolean reserve) {
        tokens.remove(token, reserve);
        temporary.forget(token.id);
        tools.deleteOf(token.id).forEach(policies::forget);
        if (!reserve) {
            policies.forget(token.id);
        }
    }

    /** Other definitions are in force: requests that were set aside and are now allowed get their initial state. */
    void reevaluate() {
        for (AppToken token : tokens.apps()) {
            for (String permission : List.copyOf(token.undefined)) {
                definitions
                        .find(permission)
                        .filter(definition -> admission
                                        .brokenRule(token.traits, token.policy, definition)
                                        .isEmpty()
                                && definition.availableType() != AvailableType.SERVICE)
                        .ifPresent(definition -> {
                            token.undefined.remove(permission);
                            Entry initial = admission.initial(token.traits, token.policy, definition);
                            token.entries.put(permission, inSandbox(token, permission, initial));
                            Admission.keepValue(token.policy, definition, token.values);
                        });
            }
            policies.applyTo(token);
        }
    }
}
