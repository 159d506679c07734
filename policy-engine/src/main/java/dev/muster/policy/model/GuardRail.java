package dev.muster.policy.model;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;

/**
 * A limit that no binding can lift. It applies to all apps on all devices of the tenant unless narrowed.
 *
 * @param deny permissions that are always denied
 * @param ceiling where present: every permission outside it is denied
 * @param denyAfterLease permissions that do not outlive the policy's lease under {@code onExpiry: guardrails}
 * @param when it limits only while this holds; {@code denyAfterLease} does not ask
 */
public record GuardRail(
        String name,
        String description,
        NavigableSet<String> deny,
        Optional<NavigableSet<String>> ceiling,
        NavigableSet<String> denyAfterLease,
        AppSelector apps,
        DeviceSelector devices,
        UserSelector users,
        Condition when)
        implements PolicyDocument {
    public GuardRail {
        Names.check("GuardRail", name);
        deny = Names.sorted(deny);
        ceiling = ceiling.map(Names::sorted);
        denyAfterLease = Names.sorted(denyAfterLease);
    }

    /** A guard rail from lists in any order. */
    public static GuardRail of(
            String name,
            String description,
            Collection<String> deny,
            Optional<? extends Collection<String>> ceiling,
            Collection<String> denyAfterLease,
            AppSelector apps,
            DeviceSelector devices,
            UserSelector users,
            Condition when) {
        return new GuardRail(
                name,
                description,
                Names.sorted(deny),
                ceiling.map(Names::sorted),
                Names.sorted(denyAfterLease),
                apps,
                devices,
                users,
                when);
    }

    /** A guard rail that denies permissions to every app on every device. */
    public static GuardRail denying(String name, Collection<String> permissions) {
        return new GuardRail(
                name,
                "",
                Names.sorted(permissions),
                Optional.empty(),
                Names.sorted(Set.of()),
                AppSelector.ALL,
                DeviceSelector.EVERYWHERE,
                UserSelector.ALL,
                Condition.ALWAYS);
    }
}
