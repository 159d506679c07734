package dev.muster.policy.atm;

import dev.muster.policy.permission.Apl;
import dev.muster.policy.permission.PermissionDefinition;
import dev.muster.policy.token.AccessTokenId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which users may not use which permission. One controller owns each permission's record. */
final class UserPolicies {
    private static final int MAX_BATCH = 200;
    private static final int MAX_SIZE = 1024;

    private final Definitions definitions;
    private Map<String, Rule> rules = new TreeMap<>();

    UserPolicies(Definitions definitions) {
        this.definitions = definitions;
    }

    private record Rule(String controller, boolean persist, Set<Integer> users, Set<AccessTokenId> whitelist) {}

    /** Changes users of a batch of permissions, all or none. */
    AtmCode set(String controller, List<UserPolicy> batch, Caller caller) {
        if (batch.isEmpty() || batch.size() > MAX_BATCH) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        AtmCode may = caller.may(Caller.MANAGE_USER_POLICY);
        if (!may.isOk()) {
            return may;
        }
        Map<String, Boolean> inBatch = new HashMap<>();
        for (UserPolicy policy : batch) {
            AtmCode code = check(controller, policy, inBatch);
            if (!code.isOk()) {
                return code;
            }
        }
        Map<String, Rule> next = new TreeMap<>(rules);
        for (UserPolicy policy : batch) {
            apply(controller, policy, next);
        }
        if (next.size() > MAX_SIZE
                || next.values().stream().anyMatch(rule -> rule.users().size() > MAX_SIZE)) {
            return AtmCode.ERR_OVERSIZE;
        }
        rules = next;
        return AtmCode.OK;
    }

    private AtmCode check(String controller, UserPolicy policy, Map<String, Boolean> inBatch) {
        Optional<PermissionDefinition> definition = definitions.find(policy.permission());
        if (definition.isEmpty()
                || definition.get().availableLevel() == Apl.SYSTEM_CORE
                || policy.users().isEmpty()) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        Boolean sibling = inBatch.putIfAbsent(policy.permission(), policy.persist());
        if (sibling != null) {
            return sibling == policy.persist()
                    ? AtmCode.ERR_PARAM_INVALID
                    : AtmCode.ERR_PERM_POLICY_PERSISTENCE_FLAG_NOT_MATCH;
        }
        Rule present = rules.get(policy.permission());
        if (present != null && !present.controller().equals(controller)) {
            return AtmCode.ERR_PERM_POLICY_ALREADY_SET_BY_OTHER;
        }
        if (present != null && present.persist() != policy.persist()) {
            return AtmCode.ERR_PERM_POLICY_PERSISTENCE_FLAG_NOT_MATCH;
        }
        return policy.users().stream().allMatch(user -> user.userId() >= 0) ? AtmCode.OK : AtmCode.ERR_PARAM_INVALID;
    }

    private static void apply(String controller, UserPolicy policy, Map<String, Rule> next) {
        Rule present = next.get(policy.permission());
        Set<Integer> users = new TreeSet<>(present == null ? Set.of() : present.users());
        for (UserPolicy.UserRestriction user : policy.users()) {
            if (user.restricted()) {
                users.add(user.userId());
            } else {
                users.remove(user.userId());
            }
        }
        if (users.isEmpty()) {
            next.remove(policy.permission());
        } else {
            next.put(
                    policy.permission(),
                    new Rule(controller, policy.persist(), users, present == null ? Set.of() : present.whitelist()));
        }
    }

    /** Removes records, all or none. */
    AtmCode clear(String controller, List<String> permissions, Caller caller) {
        if (permissions.isEmpty()) {
            return AtmCode.ERR_PARAM_INVALID;
        }
        if (permissions.size() > MAX_SIZE) {
            return AtmCode.ERR_OVERSIZE;
        }
        AtmCode may = caller.may(Caller.MANAGE_USER_POLICY);
        if (!may.isOk()) {
            return may;
        }
        for (String permission : permissions) {
            if (definitions.find(permission).isEmpty()) {
                return AtmCode.ERR_PARAM_INVALID;
            }
            AtmCode code = owned(controller, permission);
            if (!code.isOk()) {
                return code;
            }
        }
        permissions.forEach(rules::remove);
        return AtmCode.OK;
    }

    /** Adds a token to, or takes it from, those a permission's record does not restrict. */
    AtmCode changeWhitelist(String controller, String permission, AccessTokenId token, int userId, boolean add) {
        AtmCode code = owned(controller, permission);
        if (!code.isOk()) {
            return code;
        }
        Rule rule = Objects.requireNonNull(rules.get(permission), "owned");
        if (!rule.users().contains(userId)) {
            return AtmCode.ERR_TOKENID_NOT_IN_POLICY_USERLIST;
        }
        Set<AccessTokenId> whitelist = new HashSet<>(rule.whitelist());
        if (add) {
            if (!whitelist.add(token)) {
                return AtmCode.ERR_TOKENID_ALREADY_IN_POLICY_WHITELIST;
            }
            if (whitelist.size() > MAX_SIZE) {
                return AtmCode.ERR_OVERSIZE;
            }
        } else if (!whitelist.remove(token)) {
            return AtmCode.ERR_TOKENID_NOT_IN_POLICY_WHITELIST;
        }
        rules.put(permission, new Rule(rule.controller(), rule.persist(), rule.users(), whitelist));
        return AtmCode.OK;
    }

    Set<AccessTokenId> whitelist(String permission) {
        Rule rule = rules.get(permission);
        return rule == null ? Set.of() : rule.whitelist();
    }

    /** A token is gone. */
    void forget(AccessTokenId token) {
        rules.replaceAll((permission, rule) -> {
            if (!rule.whitelist().contains(token)) {
                return rule;
            }
            Set<AccessTokenId> whitelist = new HashSet<>(rule.whitelist());
            whitelist.remove(token);
            return new Rule(rule.controller(), rule.persist(), rule.users(), whitelist);
        });
    }

    /** A reboot: only records made to persist come back. */
    void reboot() {
        rules.values().removeIf(rule -> !rule.persist());
    }

    /** Derives the restriction of every entry anew; mapped tokens belong to users of other devices. */
    void applyTo(AppToken token) {
        if (!token.remote) {
            token.entries.replaceAll(
                    (permission, entry) -> entry.restricted(restricts(permission, token.userId, token.id)));
        }
    }

    boolean restricts(String permission, int userId, AccessTokenId token) {
        Rule rule = rules.get(permission);
        return rule != null
                && rule.users().contains(userId)
                && !rule.whitelist().contains(token);
    }

    private AtmCode owned(String controller, String permission) {
        Rule rule = rules.get(permission);
        if (rule == null) {
            return AtmCode.ERR_PERM_POLICY_NOT_SET;
        }
        return rule.controller().equals(controller) ? AtmCode.OK : AtmCode.ERR_PERM_POLICY_ALREADY_SET_BY_OTHER;
    }
}
