package dev.muster.policy.atm;

import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.token.AccessTokenId;
import dev.muster.policy.token.TokenType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tokens of other devices, mapped to local ids. In memory only; only their sync changes them. */
final class RemoteTokens {
    private final AtmConfig config;
    private final Definitions definitions;
    private final TokenStore tokens;
    private final Map<Key, AccessTokenId> mapped = new LinkedHashMap<>();

    RemoteTokens(AtmConfig config, Definitions definitions, TokenStore tokens) {
        this.config = config;
        this.definitions = definitions;
        this.tokens = tokens;
    }

    private record Key(String device, AccessTokenId remote) {}

    Optional<AccessTokenId> local(String device, AccessTokenId remote) {
        return Optional.ofNullable(mapped.get(new Key(device, remote)));
    }

    /** Takes over a remote token with its states, or replaces those it had. */
    InstallOutcome set(String device, RemoteApp app, List<AppPolicy.Request> states, Caller caller) {
        AtmCode may = caller.mayAsService();
        if (!may.isOk()) {
            return InstallOutcome.failed(may);
        }
        AccessTokenId remote = app.token();
        boolean valid = Admission.isName(device)
                && app.userId() >= 0
                && Admission.isName(app.bundleName())
                && remote.value() != 0
                && app.version() == 1
                && remote.type().equals(Optional.of(TokenType.HAP))
                && app.dlpType() >= 0
                && app.dlpType() <= 4;
        if (!valid) {
            return InstallOutcome.failed(AtmCode.ERR_IDENTITY_CHECK_FAILED);
        }
        Key key = new Key(device, remote);
        AccessTokenId present = mapped.get(key);
        Optional<AccessTokenId> local = present != null
                ? Optional.of(present)
                : tokens.draw(TokenType.HAP, remote.isClone(), remote.isSandbox(), remote.isTool());
        if (local.isEmpty()) {
            return InstallOutcome.failed(AtmCode.ERR_TOKENID_CREATE_FAILED);
        }
        AppToken token = new AppToken(
                local.get(),
                app.userId(),
                app.bundleName(),
                app.instIndex(),
                app.dlpType(),
                true,
                new AppInfo.Traits("", 0, false, false, "", "release"),
                new AppPolicy(Optional.empty(), "", List.of(), Set.of(), Map.of(), Map.of(), false));
        for (AppPolicy.Request state : states) {
            if (!config.strict().remoteAdmission()) {
                token.entries.put(state.permission(), new Entry(state.granted(), state.flags()));
            } else if (isAdmitted(app, state)) {
                token.entries.put(
                        state.permission(),
                        new Entry(state.granted(), state.flags()).without(PermissionFlags.COMPONENT_SET));
            }
        }
        tokens.add(token);
        mapped.put(key, local.get());
        return new InstallOutcome(AtmCode.OK, local.get(), 0, Optional.empty());
    }

    /** The stricter admission. No list of exceptions (ACL) comes with a remote token, so none lifts its level. */
    private boolean isAdmitted(RemoteApp app, AppPolicy.Request state) {
        return PermissionFlags.isValid(state.flags())
                && definitions
                        .find(state.permission())
                        .filter(definition -> definition.distributedSceneEnable()
                                && definition.availableType() != AvailableType.SERVICE
                                && app.apl().orElse(Apl.NORMAL).covers(definition.availableLevel()))
                        .isPresent();
    }

    /** The local id of a remote token; one that is not mapped yet is fetched. */
    Answer<AccessTokenId> alloc(String device, AccessTokenId remote, RemoteSource source, Caller caller) {
        AtmCode may = caller.mayAsService();
        if (!may.isOk()) {
            return Answer.failed(may);
        }
        if (!Admission.isName(device)) {
            return Answer.failed(AtmCode.ERR_PARAM_INVALID);
        }
        Optional<AccessTokenId> present = local(device, remote);
        if (present.isPresent()) {
            return Answer.of(present.get());
        }
        Optional<RemoteSource.RemoteCopy> fetched = source.fetch(device, remote);
        if (fetched.isEmpty()) {
            return Answer.failed(AtmCode.ERR_TOKEN_MAP_FAILED);
        }
        InstallOutcome outcome = set(device, fetched.get().app(), fetched.get().states(), caller);
        return outcome.code().isOk() ? Answer.of(outcome.token()) : Answer.failed(outcome.code());
    }

    AtmCode delete(String device, AccessTokenId remote, Caller caller) {
        AtmCode may = caller.mayAsService();
        if (!may.isOk()) {
            return may;
        }
        return Admission.isName(device) ? delete(device, remote) : AtmCode.ERR_PARAM_INVALID;
    }

    private AtmCode delete(String device, AccessTokenId remote) {
        AccessTokenId local = mapped.remove(new Key(device, remote));
        if (local == null) {
            return AtmCode.ERR_TOKEN_MAP_FAILED;
        }
        tokens.app(local).ifPresent(token -> tokens.remove(token, false));
        return AtmCode.OK;
    }

    /** The same by local id. */
    AtmCode delete(AccessTokenId local, Caller caller) {
        AtmCode may = caller.mayAsService();
        if (!may.isOk()) {
            return may;
        }
        return mapped.entrySet().stream()
                .filter(entry -> entry.getValue().equals(local))
                .map(Map.Entry::getKey)
                .findFirst()
                .map(key -> delete(key.device(), key.remote()))
                .orElse(AtmCode.ERR_TOKEN_MAP_FAILED);
    }

    AtmCode deleteDevice(String device, Caller caller) {
        AtmCode may = caller.mayAsService();
        if (!may.isOk()) {
            return may;
        }
        if (!Admission.isName(device)) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        List<Key> keys = mapped.keySet().stream()
                .filter(key -> key.device().equals(device))
                .toList();
        keys.forEach(key -> delete(key.device(), key.remote()));
        return keys.isEmpty() ? AtmCode.ERR_DEVICE_NOT_EXIST : AtmCode.OK;
    }

    /** A reboot: nothing of this is stored. */
    void clear() {
        List.copyOf(mapped.keySet()).forEach(key -> delete(key.device(), key.remote()));
    }
}
