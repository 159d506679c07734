package dev.muster.policy.atm;

import static dev.muster.policy.atm.PermissionFlags.PRE_AUTHORIZED_CANCELABLE;

import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.token.AccessTokenId;
import dev.muster.policy.token.TokenType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The Access Token Manager of one device. Every operation answers with OpenHarmony's code and changes nothing unless that
 * is {@link AtmCode#OK}. Timers run by the injected clock and are looked at before each operation. Not thread-safe:
 * confine it to one thread.
 */
public final class Atm {
    private static final int MAX_LIST = 1024;

    private final Definitions definitions;
    private final InstantSource clock;
    private final TokenStore tokens;
    private final Admission admission;
    private final Grants grants;
    private final TemporaryGrants temporary;
    private final UserPolicies policies;
    private final Dialogs dialogs;
    private final RequestToggles toggles;
    private final RemoteTokens remotes;

    /** A device without tokens; {@code random} draws token ids and should be unpredictable outside tests. */
    public Atm(AtmConfig config, InstantSource clock, RandomGenerator random) {
        this.definitions = new Definitions(config.catalog());
        this.clock = clock;
        this.tokens = new TokenStore(random);
        this.admission = new Admission(config, definitions);
        this.grants = new Grants(config, definitions, tokens);
        this.temporary = new TemporaryGrants(config, tokens, grants);
        this.policies = new UserPolicies(definitions);
        this.dialogs = new Dialogs(definitions, grants);
        this.toggles = new RequestToggles(definitions);
        this.remotes = new RemoteTokens(config, definitions, tokens);
    }

    /** Which permissions a grant may touch. */
    public enum Scope {
        /** All but those that only the settings may grant. */
        USER_GRANTED_PERM,
        /** Those too. */
        OPERABLE_PERM
    }

    /** The raw state of a requested permission; {@code granted} is the stored status, not the effective one. */
    public record State(boolean granted, int flags, boolean restricted) {}

    /** Restriction of a permission for users. */
    public record UserPolicy(String permission, List<UserRestriction> users, boolean persist) {
        public UserPolicy {
            users = List.copyOf(users);
        }
    }

    /** Adds a user to, or takes one from, those restricted. */
    public record UserRestriction(int userId, boolean restricted) {}

    /** Identity of a token on another device. */
    public record RemoteApp(
            int version, int userId, String bundleName, int instIndex, int dlpType, AccessTokenId token) {}

    /** A value or the reason there is none. */
    public record Answer<T>(AtmCode code, Optional<T> value) {
        static <T> Answer<T> of(T value) {
            return new Answer<>(AtmCode.OK, Optional.of(value));
        }

        static <T> Answer<T> failed(AtmCode code) {
            return new Answer<>(code, Optional.empty());
        }
    }

    /** Installs an app after all checks; states in the requests are ignored. */
    public InstallOutcome install(AppInfo info, AppPolicy policy, Caller caller) {
        return install(info, policy, caller, false);
    }

    /** Installs an app with the states it comes with: the older way in, without rules. */
    public InstallOutcome installRaw(AppInfo info, AppPolicy policy, Caller caller) {
        return install(info, policy, caller, true);
    }

    private InstallOutcome install(AppInfo info, AppPolicy policy, Caller caller, boolean raw) {
        tick();
        AtmCode may = caller.may(Caller.MANAGE_TOKENS);
        if (!may.isOk()) {
            return InstallOutcome.failed(may);
        }
        if (!admission.areParametersValid(info, policy)) {
            return InstallOutcome.failed(AtmCode.ERR_PARAM_INVALID);
        }
        AtmCode restorable = info.restore().map(this::restorable).orElse(AtmCode.OK);
        if (!restorable.isOk()) {
            return InstallOutcome.failed(restorable);
        }
        boolean sandbox = info.dlpType() > 0;
        Admission.Result result;
        if (sandbox && !raw) {
            Optional<AppToken> main = tokens.installed(info.userId(), info.bundleName(), 0);
            if (main.isEmpty()) {
                return InstallOutcome.failed(AtmCode.ERR_PERM_REQUEST_CFG_FAILED);
            }
            result = new Admission.Result.Admitted(main.get().entries, main.get().values, main.get().undefined);
        } else {
            result = raw ? admission.takeRaw(policy) : admission.check(info.traits(), policy, false);
        }
        return switch (result) {
            case Admission.Result.Refused refused -> InstallOutcome.refused(refused.failure());
            case Admission.Result.Admitted admitted -> admit(info, policy, admitted);
        };
    }

    private AtmCode restorable(AccessTokenId id) {
        if (!id.isWellFormed() || !id.type().equals(Optional.of(TokenType.HAP))) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        return tokens.isFree(id) ? AtmCode.OK : AtmCode.ERR_TOKENID_HAS_EXISTED;
    }

    private InstallOutcome admit(AppInfo info, AppPolicy policy, Admission.Result.Admitted admitted) {
        boolean sandbox = info.dlpType() > 0;
        Optional<AccessTokenId> id = info.restore().isPresent()
                ? info.restore()
                : tokens.draw(TokenType.HAP, !sandbox && info.instIndex() > 0, sandbox, false);
        if (id.isEmpty()) {
            return InstallOutcome.failed(AtmCode.ERR_TOKENID_CREATE_FAILED);
        }
        tokens.installed(info.userId(), info.bundleName(), info.instIndex()).ifPresent(old -> remove(old, false));
        AppToken token = new AppToken(
                id.get(),
                info.userId(),
                info.bundleName(),
                info.instIndex(),
                info.dlpType(),
                false,
                info.traits(),
                policy);
        token.attributes = info.traits().attributes();
        admitted.entries()
                .forEach((permission, entry) -> token.entries.put(permission, inSandbox(token, permission, entry)));
        token.values.putAll(admitted.values());
        token.undefined.addAll(admitted.undefined());
        restrict(token);
        tokens.add(token);
        return new InstallOutcome(AtmCode.OK, token.id, token.attributes, Optional.empty());
    }

    private Entry inSandbox(AppToken token, String permission, Entry entry) {
        if (token.dlpType == 0) {
            return entry;
        }
        Entry own = entry.without(PermissionFlags.COMPONENT_SET);
        return grants.allowsInSandbox(token, permission) ? own : new Entry(false, own.flags());
    }

    /** Brings an app up to date under the same token. {@code refresh}: a system upgrade, which refuses nothing. */
    public InstallOutcome update(
            AccessTokenId id, AppInfo.Traits traits, AppPolicy policy, boolean refresh, Caller caller) {
        tick();
        AtmCode may = caller.may(Caller.MANAGE_TOKENS);
        if (!may.isOk()) {
            return InstallOutcome.failed(may);
        }
        if (id.value() == 0 || !admission.areParametersValid(traits, policy)) {
            return InstallOutcome.failed(AtmCode.ERR_PARAM_INVALID);
        }
        Optional<AppToken> found = tokens.app(id);
        if (found.isEmpty()) {
            return InstallOutcome.failed(AtmCode.ERR_TOKENID_NOT_EXIST);
        }
        AppToken token = found.get();
        if (token.remote) {
            return InstallOutcome.failed(AtmCode.ERR_IDENTITY_CHECK_FAILED);
        }
        return switch (admission.check(traits, policy, refresh)) {
            case Admission.Result.Refused refused -> InstallOutcome.refused(refused.failure());
            case Admission.Result.Admitted admitted -> {
                merge(token, traits, policy, admitted);
                yield new InstallOutcome(AtmCode.OK, id, token.attributes, Optional.empty());
            }
        };
    }

    private void merge(AppToken token, AppInfo.Traits traits, AppPolicy policy, Admission.Result.Admitted admitted) {
        boolean debugNow = traits.isDebugProvision();
        boolean provisionSwitch = debugNow ? policy.debugGrant() : token.traits.isDebugProvision();
        Map<String, Entry> old = Map.copyOf(token.entries);
        token.entries.clear();
        admitted.entries().forEach((permission, initial) -> {
            Entry stored = old.get(permission);
            token.entries.put(
                    permission, stored == null ? initial : Inheritance.merge(stored, initial, provisionSwitch));
        });
        token.values.clear();
        token.values.putAll(admitted.values());
        token.undefined.clear();
        token.undefined.addAll(admitted.undefined());
        token.traits = traits;
        token.attributes = traits.attributes();
        token.policy = policy;
        restrict(token);
    }

    /** Removes an app; with {@code reserve} its id is never used again. */
    public AtmCode delete(AccessTokenId id, boolean reserve, Caller caller) {
        tick();
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
        if (!reserve) {
            policies.forget(token.id);
        }
    }

    /** Registers a system process or shell: it holds exactly these permissions. */
    public Answer<AccessTokenId> addProcess(TokenType type, Set<String> permissions) {
        tick();
        if (type == TokenType.HAP) {
            return Answer.failed(AtmCode.ERR_PARAM_INVALID);
        }
        Optional<AccessTokenId> id = tokens.draw(type, false, false, false);
        id.ifPresent(drawn -> tokens.addProcess(drawn, permissions));
        return id.map(Answer::of).orElseGet(() -> Answer.failed(AtmCode.ERR_TOKENID_CREATE_FAILED));
    }

    /** Whether a token may use a permission. Never an error: what cannot be answered is denied. */
    public boolean verify(AccessTokenId id, String permission) {
        tick();
        if (id.value() == 0
                || id.isRender()
                || !Admission.isName(permission)
                || definitions.find(permission).isEmpty()) {
            return false;
        }
        Optional<Set<String>> process = tokens.process(id);
        if (process.isPresent()) {
            return process.get().contains(permission);
        }
        return tokens.app(id)
                .map(token -> {
                    Entry entry = token.entries.get(permission);
                    return entry == null ? token.componentGrants.contains(permission) : entry.effective();
                })
                .orElse(false);
    }

    /** Whether both a caller and the one it acts for may; {@code firstCaller} 0 is left out. */
    public boolean verify(AccessTokenId caller, AccessTokenId firstCaller, String permission) {
        return verify(caller, permission) && (firstCaller.value() == 0 || verify(firstCaller, permission));
    }

    /** The flags of a requested permission, the one for cancelable pre-authorisation hidden. */
    public Answer<Integer> flags(AccessTokenId id, String permission, Caller caller) {
        tick();
        if (id.value() == 0 || !Admission.isName(permission)) {
            return Answer.failed(AtmCode.ERR_PARAM_INVALID);
        }
        AtmCode may = caller.maySystemCall(Caller.GET);
        if (!may.isOk()) {
            return Answer.failed(may);
        }
        if (definitions.find(permission).isEmpty()) {
            return Answer.failed(AtmCode.ERR_PERMISSION_NOT_EXIST);
        }
        Optional<AppToken> token = tokens.app(id);
        if (token.isEmpty()) {
            return Answer.failed(AtmCode.ERR_TOKENID_NOT_EXIST);
        }
        Entry entry = token.get().entries.get(permission);
        return entry == null
                ? Answer.failed(AtmCode.ERR_PERMISSION_NOT_EXIST)
                : Answer.of(entry.flags() & ~PRE_AUTHORIZED_CANCELABLE);
    }

    /** The stored state of a permission; empty where it is not requested. */
    public Optional<State> state(AccessTokenId id, String permission) {
        tick();
        return tokens.app(id)
                .map(token -> token.entries.get(permission))
                .map(entry -> new State(entry.granted(), entry.flags(), entry.isRestricted()));
    }

    /** The requested permissions that are, or are not, granted by the system; in order of request. */
    public Answer<List<String>> requested(AccessTokenId id, boolean systemGrant) {
        tick();
        if (id.value() == 0) {
            return Answer.failed(AtmCode.ERR_PARAM_INVALID);
        }
        Optional<AppToken> token = tokens.app(id);
        if (token.isEmpty()) {
            return Answer.failed(AtmCode.ERR_TOKENID_NOT_EXIST);
        }
        List<String> names = new ArrayList<>();
        for (String permission : token.get().entries.keySet()) {
            boolean bySystem = definitions
                    .find(permission)
                    .filter(definition -> definition.grantMode() == GrantMode.SYSTEM_GRANT)
                    .isPresent();
            if (bySystem == systemGrant) {
                names.add(permission);
            }
        }
        return Answer.of(names);
    }

    /** The value a permission carries for an app. */
    public Answer<String> value(AccessTokenId id, String permission) {
        tick();
        if (id.value() == 0 || !Admission.isName(permission)) {
            return Answer.failed(AtmCode.ERR_PARAM_INVALID);
        }
        if (definitions.find(permission).isEmpty()) {
            return Answer.failed(AtmCode.ERR_PERMISSION_NOT_EXIST);
        }
        Optional<AppToken> token = tokens.app(id);
        if (token.isEmpty()) {
            return Answer.failed(AtmCode.ERR_TOKENID_NOT_EXIST);
        }
        String value = token.get().values.get(permission);
        return value == null ? Answer.failed(AtmCode.ERR_PERMISSION_WITHOUT_VALUE) : Answer.of(value);
    }

    /** Whether a token is that of an app, installed or mapped. */
    public boolean isLive(AccessTokenId id) {
        tick();
        return tokens.app(id).isPresent();
    }

    /** Grants a permission; {@code flags} say who decided, see {@link PermissionFlags}. */
    public AtmCode grant(AccessTokenId id, String permission, int flags, Scope scope, Caller caller) {
        tick();
        return grants.change(id, permission, true, flags, scope, caller);
    }

    /** Revokes a permission. */
    public AtmCode revoke(AccessTokenId id, String permission, int flags, Scope scope, Caller caller) {
        tick();
        return grants.change(id, permission, false, flags, scope, caller);
    }

    /** Sets permissions by an administrator; {@code flags} is 128 to fix them, 256 to withdraw. */
    public AtmCode setByAdmin(AccessTokenId id, List<String> permissions, boolean granted, int flags, Caller caller) {
        tick();
        return grants.changeByAdmin(id, permissions, granted, flags, caller);
    }

    /** Takes back what the user decided. */
    public AtmCode clearUserChoices(AccessTokenId id, Caller caller) {
        tick();
        return grants.clearUserChoices(id, caller);
    }

    /** The service of secure components died. */
    public void componentServiceDied() {
        tick();
        grants.dropComponentGrants();
    }

    /** Restricts permissions for users, all of the batch or none of it. */
    public AtmCode setUserPolicy(String controller, List<UserPolicy> batch, Caller caller) {
        return changePolicies(caller, () -> policies.set(controller, batch));
    }

    /** Removes restrictions, all of the list or none of it. */
    public AtmCode clearUserPolicy(String controller, List<String> permissions, Caller caller) {
        return changePolicies(caller, () -> policies.clear(controller, permissions));
    }

    /** Adds a token to, or takes it from, those a restriction spares. */
    public AtmCode changeWhitelist(String controller, AccessTokenId id, String permission, boolean add, Caller caller) {
        if (id.value() == 0 || definitions.find(permission).isEmpty()) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        return changePolicies(caller, () -> tokens.app(id)
                .map(token -> policies.changeWhitelist(controller, permission, token, add))
                .orElse(AtmCode.ERR_TOKENID_NOT_EXIST));
    }

    /** The tokens a restriction spares. */
    public Answer<Set<AccessTokenId>> whitelist(String permission) {
        tick();
        return definitions.find(permission).isEmpty()
                ? Answer.failed(AtmCode.ERR_PARAM_INVALID)
                : Answer.of(policies.whitelist(permission));
    }

    private AtmCode changePolicies(Caller caller, Supplier<AtmCode> change) {
        tick();
        AtmCode may = caller.may(Caller.MANAGE_USER_POLICY);
        AtmCode code = may.isOk() ? change.get() : may;
        if (code.isOk()) {
            tokens.apps().forEach(this::restrict);
        }
        return code;
    }

    private void restrict(AppToken token) {
        if (!token.remote) {
            token.entries.replaceAll(
                    (permission, entry) -> entry.restricted(policies.restricts(permission, token.userId, token.id)));
        }
    }

    /** What asking the user for permissions would come to; for an unknown token nothing can be asked. */
    public Answer<DialogAnswer> ask(AccessTokenId id, List<String> permissions) {
        tick();
        if (permissions.isEmpty() || permissions.size() > MAX_LIST) {
            return Answer.failed(AtmCode.ERR_PARAM_INVALID);
        }
        return tokens.app(id)
                .map(token -> Answer.of(dialogs.ask(token, permissions)))
                .orElseGet(() -> Answer.failed(AtmCode.ERR_TOKENID_NOT_EXIST));
    }

    /** Forbids or allows dialogs for a token. */
    public AtmCode forbidDialogs(AccessTokenId id, boolean forbidden, Caller caller) {
        tick();
        AtmCode may = caller.may(Caller.TOGGLE_DIALOG);
        if (!may.isOk()) {
            return may;
        }
        Optional<AppToken> token = tokens.app(id).filter(app -> !app.remote);
        token.ifPresent(app -> app.dialogForbidden = forbidden);
        return token.isPresent() ? AtmCode.OK : AtmCode.ERR_TOKENID_NOT_EXIST;
    }

    /** The app came to the foreground. */
    public void foreground(AccessTokenId id) {
        tick();
        tokens.app(id).ifPresent(temporary::foreground);
    }

    /** The app went to the background. */
    public void background(AccessTokenId id) {
        tick();
        tokens.app(id).ifPresent(token -> temporary.background(token, clock.instant()));
    }

    /** The app stopped, or its process died. */
    public void stopped(AccessTokenId id) {
        tick();
        tokens.app(id).ifPresent(temporary::stopped);
    }

    /** A widget of the app is shown or hidden. */
    public void widget(AccessTokenId id, boolean visible) {
        tick();
        tokens.app(id).ifPresent(token -> temporary.widget(token, visible, clock.instant()));
    }

    /** A long-running task of the app began; kinds such as {@code LOCATION}. */
    public void taskStarted(AccessTokenId id, int task, Set<String> kinds) {
        tick();
        tokens.app(id).ifPresent(token -> temporary.startTask(token, task, kinds, clock.instant()));
    }

    /** A long-running task of the app ended. */
    public void taskStopped(AccessTokenId id, int task) {
        tick();
        tokens.app(id).ifPresent(token -> temporary.stopTask(token, task, clock.instant()));
    }

    /** Grants a permission for 1 to 300 seconds. */
    public AtmCode grantTimed(AccessTokenId id, String permission, int seconds) {
        tick();
        return temporary.grantTimed(id, permission, seconds, clock.instant());
    }

    /** Opens or closes asking for a permission, for all apps of a user. */
    public AtmCode setToggle(int userId, String permission, boolean open, Caller caller) {
        tick();
        return toggles.set(userId, permission, open, caller);
    }

    /** Whether apps of a user may ask for a permission. */
    public Answer<Boolean> toggle(int userId, String permission, Caller caller) {
        tick();
        AtmCode code = toggles.check(userId, permission, caller, Caller.GET);
        return code.isOk() ? Answer.of(toggles.isOpen(userId, permission)) : Answer.failed(code);
    }

    /** Takes over a token of another device, or replaces the states it had. */
    public InstallOutcome setRemote(String device, RemoteApp app, List<AppPolicy.Request> states) {
        tick();
        return remotes.set(device, app, states);
    }

    /** The local id of a token of another device. */
    public Optional<AccessTokenId> localOf(String device, AccessTokenId remote) {
        return remotes.local(device, remote);
    }

    /** Drops a token of another device, named by its id there. */
    public AtmCode deleteRemote(String device, AccessTokenId remote) {
        tick();
        return remotes.delete(device, remote);
    }

    /** Drops a token of another device, named by its local id. */
    public AtmCode deleteMapped(AccessTokenId local) {
        tick();
        return remotes.delete(local);
    }

    /** Drops all tokens of another device. */
    public AtmCode deleteRemoteDevice(String device) {
        tick();
        return remotes.deleteDevice(device);
    }

    /** What an install would answer, changing nothing: for installers that ask before they write. */
    public InstallOutcome rehearse(AppInfo info, AppPolicy policy) {
        tick();
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

    /**
     * A system upgrade brought other definitions. Requests that were set aside and are now allowed get their initial
     * state; what is no longer defined is denied from now on.
     */
    public void redefine(PermissionCatalog catalog) {
        tick();
        definitions.replace(catalog);
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
                            token.entries.put(
                                    permission,
                                    inSandbox(
                                            token,
                                            permission,
                                            admission.initial(token.traits, token.policy, definition)));
                        });
            }
            restrict(token);
        }
    }

    /** The device restarts: what lives in memory only is gone. */
    public void reboot() {
        tick();
        tokens.apps().forEach(temporary::stopped);
        grants.dropComponentGrants();
        remotes.clear();
        policies.reboot();
        tokens.apps().forEach(this::restrict);
    }

    private void tick() {
        temporary.expire(clock.instant());
    }
}
