package dev.muster.policy.atm;

import dev.muster.policy.permission.PermissionDefinition;
import dev.muster.policy.token.AccessTokenId;
import dev.muster.policy.token.TokenType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tokens of other devices, mapped to local ids. In memory only; only their sync changes them. */
final class RemoteTokens {
    private final AtmConfig config;
    private final Definitions definitions;
    private final TokenStore tokens;
    private final Map<Key, AccessTokenId> mapped = new HashMap<>();

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
    InstallOutcome set(String device, Atm.RemoteApp app, List<AppPolicy.Request> states) {
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
            if (isAdmitted(state.permission())) {
                token.entries.put(state.permission(), new Entry(state.granted(), state.flags()));
            }
        }
        tokens.add(token);
        mapped.put(key, local.get());
        return new InstallOutcome(AtmCode.OK, local.get(), 0, Optional.empty());
    }

    /** ATM copies what it is sent; undefined names never verify anyway. */
    private boolean isAdmitted(String permission) {
        return !config.strict().remoteAdmission()
                || definitions
                        .find(permission)
                        .filter(PermissionDefinition::distributedSceneEnable)
                        .isPresent();
    }

    AtmCode delete(String device, AccessTokenId remote) {
        AccessTokenId local = mapped.remove(new Key(device, remote));
        if (local == null) {
            return AtmCode.ERR_TOKEN_MAP_FAILED;
        }
        tokens.app(local).ifPresent(token -> tokens.remove(token, false));
        return AtmCode.OK;
    }

    /** The same by local id. */
    AtmCode delete(AccessTokenId local) {
        return mapped.entrySet().stream()
                .filter(entry -> entry.getValue().equals(local))
                .map(Map.Entry::getKey)
                .findFirst()
                .map(key -> delete(key.device(), key.remote()))
                .orElse(AtmCode.ERR_TOKEN_MAP_FAILED);
    }

    AtmCode deleteDevice(String device) {
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
