package dev.muster.policy.atm;

import dev.muster.policy.token.AccessTokenId;
import dev.muster.policy.token.TokenType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Tokens by id and by identity. An id is active (of an app, a process or a tool), reserved, or free. */
final class TokenStore {
    private static final int TRIES = 1000;

    private final RandomGenerator random;
    private final Map<AccessTokenId, AppToken> apps = new LinkedHashMap<>();
    private final Map<AccessTokenId, ProcessInfo> processes = new HashMap<>();
    private final Set<AccessTokenId> tools = new HashSet<>();
    private final Set<AccessTokenId> reserved = new HashSet<>();

    TokenStore(RandomGenerator random) {
        this.random = random;
    }

    Optional<AppToken> app(AccessTokenId id) {
        return Optional.ofNullable(apps.get(id));
    }

    /** A system process or shell. */
    Optional<ProcessInfo> process(AccessTokenId id) {
        return Optional.ofNullable(processes.get(id));
    }

    Collection<AppToken> apps() {
        return apps.values();
    }

    Optional<AppToken> installed(int userId, String bundleName, int instIndex) {
        return apps.values().stream()
                .filter(app -> !app.remote
                        && app.userId == userId
                        && app.instIndex == instIndex
                        && app.bundleName.equals(bundleName))
                .findFirst();
    }

    List<AppToken> relatedTo(AppToken token) {
        return new ArrayList<>(apps.values().stream().filter(token::isRelatedTo).toList());
    }

    boolean isFree(AccessTokenId id) {
        return !apps.containsKey(id) && !processes.containsKey(id) && !tools.contains(id) && !reserved.contains(id);
    }

    /** A fresh id; empty when none was found in a bounded number of tries. */
    Optional<AccessTokenId> draw(TokenType type, boolean clone, boolean sandbox, boolean tool) {
        for (int i = 0; i < TRIES; i++) {
            AccessTokenId id =
                    AccessTokenId.of(type, random.nextInt(AccessTokenId.MAX_UNIQUE + 1), clone, sandbox, tool);
            if (isFree(id)) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    void add(AppToken token) {
        apps.put(token.id, token);
    }

    void addProcess(AccessTokenId id, ProcessInfo process) {
        processes.put(id, process);
    }

    /** Takes an id for a tool, whose token lives elsewhere. */
    void occupy(AccessTokenId id) {
        tools.add(id);
    }

    void release(AccessTokenId id) {
        tools.remove(id);
    }

    void remove(AppToken token, boolean keepIdReserved) {
        apps.remove(token.id);
        if (keepIdReserved) {
            reserved.add(token.id);
        }
    }
}
