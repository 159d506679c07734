package dev.muster.policy.atm;

import static dev.muster.policy.atm.PermissionFlags.PRE_AUTHORIZED_CANCELABLE;
import static dev.muster.policy.atm.PermissionFlags.RESTRICTED_BY_ADMIN;
import static dev.muster.policy.atm.PermissionFlags.SYSTEM_FIXED;

import dev.muster.policy.permission.GrantMode;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import dev.muster.policy.token.AccessTokenId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that is asked and changes nothing. */
final class Questions {
    private final Definitions definitions;
    private final TokenStore tokens;
    private final ToolTokens tools;
    private final UserPolicies policies;

    Questions(Definitions definitions, TokenStore tokens, ToolTokens tools, UserPolicies policies) {
        this.definitions = definitions;
        this.tokens = tokens;
        this.tools = tools;
        this.policies = policies;
    }

    boolean verify(AccessTokenId id, String permission) {
        if (id.value() == 0
                || id.isRender()
                || !Admission.isName(permission)
                || definitions.find(permission).isEmpty()) {
            return false;
        }
        return holds(id, permission);
    }

    private boolean holds(AccessTokenId id, String permission) {
        Optional<ToolTokens.Tool> tool = tools.find(id);
        if (tool.isPresent()) {
            return tool.get().permissions().contains(permission)
                    && !policies.restricts(permission, tool.get().userId(), id)
                    && holds(tool.get().host(), permission);
        }
        return tokens.process(id)
                .map(process -> process.permissions().contains(permission))
                .orElseGet(() ->
                        tokens.app(id).map(token -> token.isGranted(permission)).orElse(false));
    }

    /** Whether an id is that of anything that is there. */
    boolean exists(AccessTokenId id) {
        return tokens.app(id).isPresent()
                || tokens.process(id).isPresent()
                || tools.find(id).isPresent();
    }

    Answer<Integer> flags(AccessTokenId id, String permission, Caller caller) {
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

    Optional<Atm.State> state(AccessTokenId id, String permission) {
        Optional<ToolTokens.Tool> tool = tools.find(id);
        if (tool.isPresent()) {
            return tool.filter(running -> running.permissions().contains(permission))
                    .map(running -> {
                        boolean restricted = policies.restricts(permission, running.userId(), id);
                        return new Atm.State(
                                holds(running.host(), permission),
                                SYSTEM_FIXED | (restricted ? RESTRICTED_BY_ADMIN : 0),
                                restricted);
                    });
        }
        if (tokens.process(id).isPresent()) {
            return tokens.process(id)
                    .filter(process -> process.permissions().contains(permission))
                    .map(process -> new Atm.State(true, SYSTEM_FIXED, false));
        }
        return tokens.app(id)
                .map(token -> token.entries.get(permission))
                .map(entry -> new Atm.State(entry.granted(), entry.flags(), entry.isRestricted()));
    }

    Answer<List<String>> requested(AccessTokenId id, boolean systemGrant, Caller caller) {
        if (id.value() == 0) {
            return Answer.failed(AtmCode.ERR_PARAM_INVALID);
        }
        AtmCode may = caller.maySystemCall(Caller.GET);
        if (!may.isOk()) {
            return Answer.failed(may);
        }
        Optional<AppToken> token = tokens.app(id);
        if (token.isEmpty()) {
            return Answer.failed(AtmCode.ERR_TOKENID_NOT_EXIST);
        }
        List<String> names = new ArrayList<>();
        for (String permission : token.get().entries.keySet()) {
            Optional<PermissionDefinition> definition = definitions.find(permission);
            if (definition.isPresent() && (definition.get().grantMode() == GrantMode.SYSTEM_GRANT) == systemGrant) {
                names.add(permission);
            }
        }
        return Answer.of(names);
    }

    /** Asks for the token before it asks for the permission, unlike the other queries. */
    Answer<String> value(AccessTokenId id, String permission, Caller caller) {
        if (!Admission.isName(permission)) {
            return Answer.failed(AtmCode.ERR_PARAM_INVALID);
        }
        AtmCode may = caller.mayAsService();
        if (!may.isOk()) {
            return Answer.failed(may);
        }
        Optional<AppToken> token = tokens.app(id);
        if (token.isEmpty()) {
            return Answer.failed(AtmCode.ERR_TOKEN_INVALID);
        }
        if (definitions.find(permission).isEmpty()) {
            return Answer.failed(AtmCode.ERR_PERMISSION_NOT_EXIST);
        }
        String value = token.get().values.get(permission);
        return value == null ? Answer.failed(AtmCode.ERR_PERMISSION_WITHOUT_VALUE) : Answer.of(value);
    }

    Answer<KernelState> kernel(AccessTokenId id) {
        if (!exists(id)) {
            return Answer.failed(AtmCode.ERR_TOKEN_INVALID);
        }
        PermissionCatalog catalog = definitions.catalog();
        BitSet granted = new BitSet(catalog.size());
        Map<String, String> effects = new HashMap<>();
        Map<String, String> values = tokens.app(id).map(token -> token.values).orElse(Map.of());
        for (int code = 0; code < catalog.size(); code++) {
            PermissionDefinition definition = catalog.at(code);
            if (!holds(id, definition.name())) {
                continue;
            }
            granted.set(code);
            if (definition.kernelEffect()) {
                String value = values.getOrDefault(definition.name(), "");
                effects.put(definition.name(), value.isEmpty() ? "true" : value);
            }
        }
        return Answer.of(new KernelState(granted, effects));
    }
}
