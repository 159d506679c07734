package dev.muster.policy.model;

import java.util.Collection;
import java.util.NavigableSet;

/**
 * A named set of permissions.
 *
 * @param permissions full permission names
 */
public record Role(String name, String description, NavigableSet<String> permissions) implements PolicyDocument {
    public Role {
        Names.check("Role", name);
        permissions = Names.sorted(permissions);
    }

    public static Role of(String name, Collection<String> permissions) {
        return new Role(name, "", Names.sorted(permissions));
    }
}
