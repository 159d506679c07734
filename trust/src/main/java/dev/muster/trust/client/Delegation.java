package dev.muster.trust.client;

import dev.muster.trust.keys.TrustKey;
import dev.muster.trust.metadata.RoleKeys;
import dev.muster.trust.metadata.Signed;
import dev.muster.trust.metadata.Targets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** A targets role as one delegator sees it: the delegator's word on keys and threshold is what counts. */
record Delegation(String role, String delegator, RoleKeys roleKeys, Map<String, TrustKey> keys) {
    void requireSignatures(Signed<Targets> offered) {
        offered.requireSignatures(role, delegator, roleKeys, keys);
    }

    /** The keys that may sign the role, as far as the delegator gives them. */
    Set<TrustKey> listedKeys() {
        return roleKeys.keyIds().stream()
                .map(keys::get)
                .filter(Objects::nonNull)
                .collect(Collectors.toUnmodifiableSet());
    }
}
