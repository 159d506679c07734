package dev.muster.policy.atm;

import dev.muster.policy.token.AccessTokenId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Compares what checks answer before and after an operation, and tells the listener. Does nothing where nobody listens. */
final class Changes {
    private final TokenStore tokens;
    private final AtmListener listener;

    Changes(TokenStore tokens, AtmListener listener) {
        this.tokens = tokens;
        this.listener = listener;
    }

    <T> T around(Supplier<T> operation) {
        if (listener.equals(AtmListener.NONE)) {
            return operation.get();
        }
        Map<AccessTokenId, Set<String>> before = granted();
        T result = operation.get();
        Map<AccessTokenId, Set<String>> after = granted();
        before.forEach((token, permissions) -> {
            Set<String> now = after.getOrDefault(token, Set.of());
            permissions.stream()
                    .filter(permission -> !now.contains(permission))
                    .forEach(permission -> listener.permissionChanged(token, permission, false));
        });
        after.forEach((token, permissions) -> {
            Set<String> then = before.getOrDefault(token, Set.of());
            permissions.stream()
                    .filter(permission -> !then.contains(permission))
                    .forEach(permission -> listener.permissionChanged(token, permission, true));
        });
        return result;
    }

    private Map<AccessTokenId, Set<String>> granted() {
        Map<AccessTokenId, Set<String>> granted = new HashMap<>();
        for (AppToken token : tokens.apps()) {
            Set<String> permissions = new HashSet<>(token.componentGrants);
            token.entries.forEach((permission, entry) -> {
                if (entry.effective()) {
                    permissions.add(permission);
                } else {
                    permissions.remove(permission);
                }
            });
            granted.put(token.id, permissions);
        }
        return granted;
    }
}
