package dev.muster.policy.atm;

import dev.muster.policy.atm.RemoteSource.RemoteChange;
import dev.muster.policy.atm.RemoteSource.RemoteCopy;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.token.AccessTokenId;
import dev.muster.policy.token.FullTokenId;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The Access Token Manager of one device. Every operation answers with OpenHarmony's code and changes nothing unless that
 * is {@link AtmCode#OK}, but for an administrator's list, which stops in its middle. Timers run by the injected clock and
 * are looked at before each operation. Not thread-safe: confine it to one thread.
 */
public final class Atm {
    private static final int MAX_LIST = 1024;

    private final AtmConfig config;
    private final Definitions definitions;
    private final InstantSource clock;
    private final TokenStore tokens;
    private final Changes changes;
    private final Grants grants;
    private final AdminDecisions admins;
    private final TemporaryGrants temporary;
    private final UserPolicies policies;
    private final ToolTokens tools;
    private final Installs installs;
    private final Questions questions;
    private final ProbeMonitor probes;
    private final Dialogs dialogs;
    private final RequestToggles toggles;
    private final RemoteTokens remotes;
    private final SyncObserver syncs;

    /** A device without tokens that nobody listens to. */
    public Atm(AtmConfig config, InstantSource clock, RandomGenerator random) {
        this(config, clock, random, AtmListener.NONE);
    }

    /** A device without tokens; {@code random} draws token ids and should be unpredictable outside tests. */
    public Atm(AtmConfig config, InstantSource clock, RandomGenerator random, AtmListener listener) {
        this.config = config;
        this.definitions = new Definitions(config.catalog());
        this.clock = clock;
        this.tokens = new TokenStore(random);
        this.changes = new Changes(tokens, listener);
        this.grants = new Grants(config, definitions, tokens, listener);
        this.admins = new AdminDecisions(config, definitions, tokens, grants);
        this.temporary = new TemporaryGrants(config, tokens, grants);
        this.policies = new UserPolicies(definitions);
        this.tools = new ToolTokens(config, tokens);
        this.installs = new Installs(config, definitions, tokens, grants, temporary, policies, tools);
        this.questions = new Questions(definitions, tokens, tools, policies);
        this.probes = new ProbeMonitor(clock);
        this.dialogs = new Dialogs(definitions, grants);
        this.toggles = new RequestToggles(definitions);
        this.remotes = new RemoteTokens(config, definitions, tokens);
        this.syncs = new SyncObserver(tokens);
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

    /** Installs an app after all checks; states in the requests are ignored. */
    public InstallOutcome install(AppInfo info, AppPolicy policy, Caller caller) {
        return change(() -> installs.install(info, policy, caller, false));
    }

    /** Installs an app with the states it comes with: the older way in, without rules. */
    public InstallOutcome installRaw(AppInfo info, AppPolicy policy, Caller caller) {
        return change(() -> installs.install(info, policy, caller, true));
    }

    /** What an install would answer, changing nothing: for installers that ask before they write. */
    public InstallOutcome rehearse(AppInfo info, AppPolicy policy) {
        return change(() -> installs.rehearse(info, policy));
    }

    /** Brings an app up to date under the same token. {@code refresh}: a system upgrade, which refuses nothing. */
    public InstallOutcome update(
            AccessTokenId id, AppInfo.Traits traits, AppPolicy policy, boolean refresh, Caller caller) {
        return change(() -> installs.update(id, traits, policy, refresh, caller));
    }

    /** Removes an app; with {@code reserve} its id is never used again. */
    public AtmCode delete(AccessTokenId id, boolean reserve, Caller caller) {
        return change(() -> {
            AtmCode code = installs.delete(id, reserve, caller);
            if (code.isOk()) {
                probes.forget(id);
            }
            return code;
        });
    }

    /** The token of an installed app with its attribute bits; empty where there is none. */
    public Optional<FullTokenId> installed(int userId, String bundleName, int instIndex) {
        return change(() -> tokens.installed(userId, bundleName, instIndex)
                .map(token -> FullTokenId.of(token.id, token.attributes())));
    }

    /** Whether a token is that of an app, installed or mapped. */
    public boolean isLive(AccessTokenId id) {
        return change(() -> tokens.app(id).isPresent());
    }

    /** Registers a system process or shell: it holds exactly its permissions. */
    public Answer<AccessTokenId> addProcess(ProcessInfo process) {
        return change(() -> {
            if (!process.isValid()) {
                return Answer.failed(AtmCode.ERR_PARAM_INVALID);
            }
            Optional<AccessTokenId> id = tokens.draw(process.type(), false, false, false);
            id.ifPresent(drawn -> tokens.addProcess(drawn, process));
            return id.map(Answer::of).orElseGet(() -> Answer.failed(AtmCode.ERR_TOKENID_CREATE_FAILED));
        });
    }

    /**
     * Makes the token of a tool for one run of one command. The tool holds what the command needs (see {@link
     * AtmConfig#toolCommands}), as far as its host holds it when asked.
     *
     * @param challenge what the user agreed to; at most 40,960 characters
     */
    public Answer<AccessTokenId> createTool(AccessTokenId host, String challenge, String command, Caller caller) {
        return change(() -> {
            AtmCode may = caller.may(Caller.MANAGE_TOOLS);
            return may.isOk() ? tools.create(host, challenge, command) : Answer.failed(may);
        });
    }

    /** The tool's run ended. */
    public AtmCode deleteTool(AccessTokenId id, Caller caller) {
        return change(() -> {
            AtmCode may = caller.may(Caller.MANAGE_TOOLS);
            AtmCode code = may.isOk() ? tools.delete(id) : may;
            if (code.isOk()) {
                policies.forget(id);
            }
            return code;
        });
    }

    /** Whether a token may use a permission. Never an error: what cannot be answered is denied. */
    public boolean verify(AccessTokenId id, String permission) {
        return change(() -> questions.verify(id, permission));
    }

    /** Whether both a caller and the one it acts for may; {@code firstCaller} 0 is left out. */
    public boolean verify(AccessTokenId caller, AccessTokenId firstCaller, String permission) {
        return verify(caller, permission) && (firstCaller.value() == 0 || verify(firstCaller, permission));
    }

    /** The same for a list: one answer per name, in their order. */
    public List<Boolean> verify(AccessTokenId id, List<String> permissions) {
        return permissions.stream().map(permission -> verify(id, permission)).toList();
    }

    /**
     * The same, asked by an app. An app without the system attribute that asks about other tokens is watched: after 50
     * checks of tokens that are not there within 60 seconds it is denied every check of others for 30 minutes.
     */
    public boolean verifyFor(AccessTokenId asking, AccessTokenId id, String permission) {
        return change(() -> {
            boolean watched = !asking.equals(id)
                    && tokens.app(asking).map(app -> !app.traits.systemApp()).orElse(false);
            if (watched && id.value() != 0 && Admission.isName(permission)) {
                if (!questions.exists(id)) {
                    probes.probed(asking);
                    return false;
                }
                if (probes.isDenied(asking)) {
                    return false;
                }
            }
            return questions.verify(id, permission);
        });
    }

    /** The flags of a requested permission, the one for cancelable pre-authorisation hidden. */
    public Answer<Integer> flags(AccessTokenId id, String permission, Caller caller) {
        return change(() -> questions.flags(id, permission, caller));
    }

    /** The stored state of a permission; empty where it is not requested. */
    public Optional<State> state(AccessTokenId id, String permission) {
        return change(() -> questions.state(id, permission));
    }

    /** The requested permissions that are, or are not, granted by the system; in order of request. */
    public Answer<List<String>> requested(AccessTokenId id, boolean systemGrant, Caller caller) {
        return change(() -> questions.requested(id, systemGrant, caller));
    }

    /** The value a permission carries for an app. */
    public Answer<String> value(AccessTokenId id, String permission, Caller caller) {
        return change(() -> questions.value(id, permission, caller));
    }

    /** What the kernel knows of a token. Its bits and {@link #verify} always agree. */
    public Answer<KernelState> kernel(AccessTokenId id) {
        return change(() -> questions.kernel(id));
    }

    /** Grants a permission; {@code flags} say who decided, see {@link PermissionFlags}. */
    public AtmCode grant(AccessTokenId id, String permission, int flags, Scope scope, Caller caller) {
        return change(() -> grants.change(id, permission, true, flags, scope, caller));
    }

    /** Revokes a permission. */
    public AtmCode revoke(AccessTokenId id, String permission, int flags, Scope scope, Caller caller) {
        return change(() -> grants.change(id, permission, false, flags, scope, caller));
    }

    /** Grants a permission for 1 to 300 seconds. */
    public AtmCode grantTimed(AccessTokenId id, String permission, int seconds, Caller caller) {
        return change(() -> temporary.grantTimed(id, permission, seconds, caller, clock.instant()));
    }

    /** Sets permissions by an administrator; {@code flags} is 128 to fix them, 256 to withdraw. */
    public AtmCode setByAdmin(AccessTokenId id, List<String> permissions, boolean granted, int flags, Caller caller) {
        return change(() -> admins.set(id, permissions, granted, flags, caller));
    }

    /** Takes back what the user decided. */
    public AtmCode clearUserChoices(AccessTokenId id, Caller caller) {
        return change(() -> grants.clearUserChoices(id, caller));
    }

    /** The service of secure components died. */
    public void componentServiceDied() {
        run(grants::dropComponentGrants);
    }

    /** Restricts permissions for users, all of the batch or none of it. */
    public AtmCode setUserPolicy(String controller, List<UserPolicy> batch, Caller caller) {
        return changePolicies(() -> policies.set(controller, batch, caller));
    }

    /** Removes restrictions, all of the list or none of it. */
    public AtmCode clearUserPolicy(String controller, List<String> permissions, Caller caller) {
        return changePolicies(() -> policies.clear(controller, permissions, caller));
    }

    /** Adds a token of an app or tool to, or takes it from, those a restriction spares. */
    public AtmCode changeWhitelist(String controller, AccessTokenId id, String permission, boolean add, Caller caller) {
        return changePolicies(() -> {
            Optional<Integer> user = tokens.app(id).map(token -> token.userId).or(() -> tools.find(id)
                    .map(ToolTokens.Tool::userId));
            if (user.isEmpty() || definitions.find(permission).isEmpty()) {
                return AtmCode.ERR_PARAM_INVALID;
            }
            AtmCode may = caller.may(Caller.MANAGE_USER_POLICY);
            return may.isOk() ? policies.changeWhitelist(controller, permission, id, user.get(), add) : may;
        });
    }

    /** The tokens a restriction spares. */
    public Answer<Set<AccessTokenId>> whitelist(String permission, Caller caller) {
        return change(() -> {
            if (!config.userPolicies()) {
                return Answer.failed(AtmCode.ERR_CAPABILITY_NOT_SUPPORT);
            }
            if (definitions.find(permission).isEmpty()) {
                return Answer.failed(AtmCode.ERR_PARAM_INVALID);
            }
            AtmCode may = caller.may(Caller.MANAGE_USER_POLICY);
            return may.isOk() ? Answer.of(policies.whitelist(permission)) : Answer.failed(may);
        });
    }

    private AtmCode changePolicies(Supplier<AtmCode> operation) {
        return change(() -> {
            AtmCode code = config.userPolicies() ? operation.get() : AtmCode.ERR_CAPABILITY_NOT_SUPPORT;
            if (code.isOk()) {
                tokens.apps().forEach(policies::applyTo);
            }
            return code;
        });
    }

    /** What asking the user would come to; for an unknown token or more than 1,024 permissions nothing can be asked. */
    public DialogAnswer ask(AccessTokenId id, List<String> permissions) {
        return change(() -> permissions.size() > MAX_LIST
                ? DialogAnswer.invalid(permissions.size(), DialogAnswer.Reason.INVALID_PERMISSION)
                : tokens.app(id)
                        .map(token -> dialogs.ask(token, permissions))
                        .orElseGet(() -> DialogAnswer.invalid(permissions.size(), DialogAnswer.Reason.SERVICE)));
    }

    /** Forbids or allows dialogs for a token. */
    public AtmCode forbidDialogs(AccessTokenId id, boolean forbidden, Caller caller) {
        return change(() -> {
            AtmCode may = caller.may(Caller.TOGGLE_DIALOG);
            if (!may.isOk()) {
                return may;
            }
            Optional<AppToken> token = tokens.app(id).filter(app -> !app.remote);
            token.ifPresent(app -> app.dialogForbidden = forbidden);
            return token.isPresent() ? AtmCode.OK : AtmCode.ERR_TOKENID_NOT_EXIST;
        });
    }

    /** Opens or closes asking for a permission, for all apps of a user. */
    public AtmCode setToggle(int userId, String permission, boolean open, Caller caller) {
        return change(() -> toggles.set(userId, permission, open, caller));
    }

    /** Whether apps of a user may ask for a permission. */
    public Answer<Boolean> toggle(int userId, String permission, Caller caller) {
        return change(() -> {
            AtmCode code = toggles.check(userId, permission, caller, Caller.GET);
            return code.isOk() ? Answer.of(toggles.isOpen(userId, permission)) : Answer.failed(code);
        });
    }

    /** The app came to the foreground. */
    public void foreground(AccessTokenId id) {
        run(id, temporary::foreground);
    }

    /** The app went to the background. */
    public void background(AccessTokenId id) {
        run(id, token -> temporary.background(token, clock.instant()));
    }

    /** The app stopped, or its process died. */
    public void stopped(AccessTokenId id) {
        run(id, temporary::stopped);
    }

    /** The manager of applications died: what every app does is unknown. */
    public void appManagerDied() {
        run(() -> tokens.apps().forEach(temporary::stopped));
    }

    /** A widget of the app is shown or hidden. */
    public void widget(AccessTokenId id, boolean visible) {
        run(id, token -> temporary.widget(token, visible, clock.instant()));
    }

    /** A long-running task of the app began, or its kinds changed; kinds such as {@code LOCATION}. */
    public void taskStarted(AccessTokenId id, int task, Set<String> kinds) {
        run(id, token -> temporary.startTask(token, task, kinds, clock.instant()));
    }

    /** A long-running task of the app ended. */
    public void taskStopped(AccessTokenId id, int task) {
        run(id, token -> temporary.stopTask(token, task, clock.instant()));
    }

    /** Takes over a token of another device, or replaces the states it had. */
    public InstallOutcome setRemote(String device, RemoteApp app, List<AppPolicy.Request> states, Caller caller) {
        return change(() -> remotes.set(device, app, states, caller));
    }

    /** The local id of a token of another device, fetched where it is not mapped yet. */
    public Answer<AccessTokenId> allocLocal(String device, AccessTokenId remote, RemoteSource source, Caller caller) {
        return change(() -> remotes.alloc(device, remote, source, caller));
    }

    /** The local id of a token of another device; empty where it is not mapped. */
    public Optional<AccessTokenId> localOf(String device, AccessTokenId remote) {
        return remotes.local(device, remote);
    }

    /** Drops a token of another device, named by its id there. */
    public AtmCode deleteRemote(String device, AccessTokenId remote, Caller caller) {
        return change(() -> remotes.delete(device, remote, caller));
    }

    /** Drops a token of another device, named by its local id. */
    public AtmCode deleteMapped(AccessTokenId local, Caller caller) {
        return change(() -> remotes.delete(local, caller));
    }

    /** Drops all tokens of another device. */
    public AtmCode deleteRemoteDevice(String device, Caller caller) {
        return change(() -> remotes.deleteDevice(device, caller));
    }

    /** A local token as another device gets it; it is observed from now on. */
    public Answer<RemoteCopy> export(AccessTokenId id) {
        return change(() -> syncs.export(id));
    }

    /** Changes of exported tokens that are due: three seconds after the first, all in one. Each is handed out once. */
    public List<RemoteChange> takeRemoteChanges() {
        return change(() -> syncs.take(clock.instant()));
    }

    /**
     * A system upgrade brought other definitions. Requests that were set aside and are now allowed get their initial
     * state; what is no longer defined is denied from now on.
     */
    public void redefine(PermissionCatalog catalog) {
        run(() -> {
            definitions.replace(catalog);
            installs.reevaluate();
        });
    }

    /** The device restarts: what lives in memory only is gone. */
    public void reboot() {
        run(() -> {
            tokens.apps().forEach(temporary::stopped);
            grants.dropComponentGrants();
            tools.clear().forEach(policies::forget);
            remotes.clear();
            policies.reboot();
            tokens.apps().forEach(policies::applyTo);
        });
    }

    private void run(AccessTokenId id, Consumer<AppToken> operation) {
        run(() -> tokens.app(id).ifPresent(operation));
    }

    private void run(Runnable operation) {
        change(() -> {
            operation.run();
            return true;
        });
    }

    /** Every operation: first what time brought, then itself, then who has to hear of both. */
    private <T> T change(Supplier<T> operation) {
        return changes.around(() -> {
            temporary.expire(clock.instant());
            T result = operation.get();
            syncs.look(clock.instant());
            return result;
        });
    }
}
