package dev.muster.trust.repository;

import java.util.List;

/**
 * Who may vouch for which paths of the image repository. The role's key has the role's name.
 *
 * @param role name of the delegated role and of its key
 * @param paths patterns; every delegation is terminating, so no other role can step in
 */
public record DelegationRule(String role, List<String> paths) {
    /** Publisher {@code default}, and the three online roles (design: nothing executable from an online role). */
    public static final List<DelegationRule> STANDARD = List.of(
            publisher("default"),
            new DelegationRule(KeyNames.POLICY, List.of("policy/*")),
            new DelegationRule(KeyNames.SETTINGS, List.of("settings/*")),
            new DelegationRule(KeyNames.DELTA, List.of("delta/*")));

    public DelegationRule {
        paths = List.copyOf(paths);
    }

    /** A publisher of images and apps, below its own name only. */
    public static DelegationRule publisher(String name) {
        return new DelegationRule(KeyNames.publisher(name), List.of("images/" + name + "/*", "apps/" + name + "/*"));
    }
}
