package dev.muster.policy.language;

import java.util.Set;

/** Names of documents that lie elsewhere and may be referred to. */
public record Known(Set<String> roles, Set<String> zones, Set<String> shifts) {
    /** Nothing lies elsewhere. */
    public static final Known NOTHING = new Known(Set.of(), Set.of(), Set.of());

    public Known {
        roles = Set.copyOf(roles);
        zones = Set.copyOf(zones);
        shifts = Set.copyOf(shifts);
    }

    public static Known roles(Set<String> roles) {
        return new Known(roles, Set.of(), Set.of());
    }
}
