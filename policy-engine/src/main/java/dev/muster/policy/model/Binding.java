package dev.muster.policy.model;

import java.util.List;

/**
 * Gives roles to apps, on devices, for users.
 *
 * @param roles names of roles, in the order written; what a binding gives is the union of them
 * @param apps which apps
 * @param devices which devices
 * @param users which users of a device
 * @param when condition under which it holds
 */
public record Binding(
        String name,
        String description,
        List<String> roles,
        AppSelector apps,
        DeviceSelector devices,
        UserSelector users,
        Condition when)
        implements PolicyDocument {
    public Binding {
        Names.check("Binding", name);
        roles = List.copyOf(roles);
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("binding `" + name + "`: at least one role expected, found none");
        }
    }

    public static Binding of(String name, List<String> roles, AppSelector apps, DeviceSelector devices) {
        return new Binding(name, "", roles, apps, devices, UserSelector.ALL, Condition.ALWAYS);
    }
}
