package dev.muster.policy.model;

import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;

/**
 * A named set of permissions.
 *
 * @param permissions full names of permissions that the role gives without a condition of its own
 * @param conditional permissions it gives only while a condition holds
 */
public record Role(String name, String description, NavigableSet<String> permissions, List<Conditional> conditional)
        implements PolicyDocument {
    public Role {
        Names.check("Role", name);
        permissions = Names.sorted(permissions);
        conditional = List.copyOf(conditional);
    }

    public static Role of(String name, Collection<String> permissions) {
        return new Role(name, "", Names.sorted(permissions), List.of());
    }

    /** Permissions under one condition. */
    public record Conditional(NavigableSet<String> permissions, Condition when) {
        public Conditional {
            permissions = Names.sorted(permissions);
        }
    }
}
