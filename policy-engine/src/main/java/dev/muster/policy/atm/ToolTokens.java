package dev.muster.policy.atm;

import dev.muster.policy.token.AccessTokenId;
import dev.muster.policy.token.TokenType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tokens of tools and agents, each made for one run of one command on behalf of an app. A tool holds what its command
 * needs, as far as the app holds it at the time of the check.
 */
final class ToolTokens {
    private static final int MAX_CHALLENGE = 40_960;

    private final AtmConfig config;
    private final TokenStore tokens;
    private final Map<AccessTokenId, Tool> tools = new HashMap<>();

    ToolTokens(AtmConfig config, TokenStore tokens) {
        this.config = config;
        this.tokens = tokens;
    }

    /**
     * One run of one command.
     *
     * @param challenge what the user agreed to
     */
    record Tool(AccessTokenId id, AccessTokenId host, int userId, String challenge, Set<String> permissions) {}

    Optional<Tool> find(AccessTokenId id) {
        return Optional.ofNullable(tools.get(id));
    }

    Answer<AccessTokenId> create(AccessTokenId host, String challenge, String command) {
        Set<String> needed = config.toolCommands().get(command);
        if (host.value() == 0 || challenge.length() > MAX_CHALLENGE || !Admission.isName(command) || needed == null) {
            return Answer.failed(AtmCode.ERR_PARAM_INVALID);
        }
        Optional<AppToken> app = tokens.app(host);
        if (app.isEmpty()) {
            return Answer.failed(AtmCode.ERR_TOKENID_NOT_EXIST);
        }
        if (app.get().remote) {
            return Answer.failed(AtmCode.ERR_IDENTITY_CHECK_FAILED);
        }
        Optional<AccessTokenId> id = tokens.draw(TokenType.SHELL, false, false, true);
        if (id.isEmpty()) {
            return Answer.failed(AtmCode.ERR_TOKENID_CREATE_FAILED);
        }
        tools.put(id.get(), new Tool(id.get(), host, app.get().userId, challenge, Set.copyOf(needed)));
        tokens.occupy(id.get());
        return Answer.of(id.get());
    }

    /** The run ended. */
    AtmCode delete(AccessTokenId id) {
        if (tools.remove(id) == null) {
            return AtmCode.ERR_TOKENID_NOT_EXIST;
        }
        tokens.release(id);
        return AtmCode.OK;
    }

    /** An app is gone, and its tools with it. */
    List<AccessTokenId> deleteOf(AccessTokenId host) {
        List<AccessTokenId> gone = tools.values().stream()
                .filter(tool -> tool.host().equals(host))
                .map(Tool::id)
                .toList();
        gone.forEach(this::delete);
        return gone;
    }

    /** A reboot: no run survives it. */
    List<AccessTokenId> clear() {
        List<AccessTokenId> gone = List.copyOf(tools.keySet());
        gone.forEach(this::delete);
        return gone;
    }
}
