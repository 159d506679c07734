package dev.muster.policy.compile;

import dev.muster.policy.condition.DirectEvaluator;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Lowering;
import dev.muster.policy.condition.Shifts;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.condition.Zones;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.UserSelector;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One page of obvious code that says what the answer must be: {@code reason} or {@code reason rule} or {@code reason rule/role}. */
final class NaiveEvaluator {
    private final PermissionCatalog catalog;
    private final String deviceId;

    NaiveEvaluator(PermissionCatalog catalog) {
        this(catalog, "");
    }

    NaiveEvaluator(PermissionCatalog catalog, String deviceId) {
        this.catalog = catalog;
        this.deviceId = deviceId;
    }

    /** Where nothing is known about the moment. */
    String answer(PolicySnapshot policy, DeviceProfile device, AppKey key, String permission, boolean leaseEnded) {
        return answer(policy, device, key, permission, leaseEnded, null);
    }

    String answer(
            PolicySnapshot policy,
            DeviceProfile device,
            AppKey key,
            String permission,
            boolean leaseEnded,
            @Nullable Situation situation) {
        AppInstance app = null;
        for (AppInstance one : device.apps()) {
            if (one.key().equals(key)) {
                app = one;
            }
        }
        if (app == null) {
            return "unknown-token";
        }
        PermissionDefinition known = null;
        for (PermissionDefinition one : catalog.definitions()) {
            if (one.name().equals(permission)) {
                known = one;
            }
        }
        boolean isOurs = permission.startsWith("ohos.permission.");
        boolean isAskedFor = false;
        for (AppInstance one : device.apps()) {
            isAskedFor |= one.requested().contains(permission);
        }
        if (known == null || !(isOurs || isAskedFor)) {
            return "unknown-permission";
        }
        if (!app.requested().contains(permission)) {
            return "not-requested";
        }
        if (known.availableType().name().equals("SERVICE")) {
            return "service-only";
        }
        if (app.apl().value() < known.availableLevel().value()) {
            if (!(known.provisionEnable() && app.acls().contains(permission))) {
                return "apl";
            }
        }
        for (GuardRail rail : policy.guardRails()) {
            if (isFor(rail.apps(), rail.devices(), rail.users(), app, device.attributes())) {
                if (rail.deny().contains(permission) && holds(rail.when(), policy, device, situation)) {
                    return "guard-rail " + rail.name();
                }
            }
        }
        for (GuardRail rail : policy.guardRails()) {
            if (isFor(rail.apps(), rail.devices(), rail.users(), app, device.attributes())) {
                boolean outside =
                        rail.ceiling().isPresent() && !rail.ceiling().get().contains(permission);
                if (outside && holds(rail.when(), policy, device, situation)) {
                    return "ceiling " + rail.name();
                }
            }
        }
        String unconditional = null;
        String holding = null;
        String waiting = null;
        boolean bound = false;
        for (Binding binding : policy.bindings()) {
            if (isFor(binding.apps(), binding.devices(), binding.users(), app, device.attributes())) {
                bound = true;
                for (String name : binding.roles()) {
                    for (Role role : policy.roles()) {
                        List<Condition> ways = new ArrayList<>();
                        if (role.name().equals(name) && role.permissions().contains(permission)) {
                            ways.add(Condition.ALWAYS);
                        }
                        for (Role.Conditional conditional : role.conditional()) {
                            if (role.name().equals(name)
                                    && conditional.permissions().contains(permission)) {
                                ways.add(conditional.when());
                            }
                        }
                        if (!ways.isEmpty()) {
                            Condition when = new Condition.All(List.of(binding.when(), new Condition.Any(ways)));
                            String rule = binding.name() + "/" + name;
                            unconditional = first(unconditional, "role " + rule, isAlways(when));
                            holding = first(holding, "role " + rule, holds(when, policy, device, situation));
                            waiting = first(waiting, "condition " + rule, true);
                        }
                    }
                }
            }
        }
        List<Capability> sharedFirst = new ArrayList<>(policy.capabilities());
        sharedFirst.sort(Comparator.comparing(Capability::isDeviceBound));
        for (Capability capability : sharedFirst) {
            if (isFor(capability.apps(), capability.devices(), capability.users(), app, device.attributes())) {
                if (capability.permissions().contains(permission)) {
                    String granted = "capability " + capability.name();
                    holding = first(holding, granted, holds(capability.whole(), policy, device, situation));
                    waiting = first(waiting, "condition " + capability.name(), true);
                }
            }
        }
        String granted = unconditional != null ? unconditional : holding;
        if (granted == null) {
            return waiting != null ? waiting : bound ? "not-in-role" : "unbound";
        }
        if (leaseEnded) {
            for (GuardRail rail : policy.guardRails()) {
                if (isFor(rail.apps(), rail.devices(), rail.users(), app, device.attributes())) {
                    if (rail.denyAfterLease().contains(permission)) {
                        return "lease-guard-rail " + rail.name();
                    }
                }
            }
        }
        return granted;
    }

    private static @Nullable String first(@Nullable String found, String next, boolean applies) {
        return found == null && applies ? next : found;
    }

    private static boolean isAlways(Condition when) {
        return Lowering.lower(when, FactTable.of(List.of(when), PolicySnapshot.empty(0))) instanceof Terms terms
                && terms.isAlways();
    }

    private static boolean holds(
            Condition when, PolicySnapshot policy, DeviceProfile device, @Nullable Situation situation) {
        if (situation == null || isAlways(when)) {
            return isAlways(when);
        }
        String zone = device.attributes().timeZone();
        ZonedDateTime local = situation.now().atZone(ZoneId.of(zone.isEmpty() ? "UTC" : zone));
        Set<Condition.Fact> facts = new HashSet<>();
        for (Condition.Fact fact : policy.facts()) {
            boolean there =
                    switch (fact.kind()) {
                        case GROUP -> situation.groups().contains(fact.name());
                        case STATE -> situation.states().contains(fact.name());
                        case NETWORK -> situation.network().equals(Optional.of(fact.name()));
                        case ZONE ->
                            policy.zones().stream()
                                    .anyMatch(one -> one.name().equals(fact.name())
                                            && Zones.contains(one, situation.position(), situation.locationTags()));
                        case SHIFT ->
                            policy.shifts().stream()
                                    .anyMatch(one -> one.name().equals(fact.name())
                                            && Shifts.isOn(one, local.toLocalDateTime()));
                    };
            if (there) {
                facts.add(fact);
            }
        }
        int minute = local.getHour() * 60 + local.getMinute();
        return DirectEvaluator.holds(
                when,
                new DirectEvaluator.Moment(
                        situation.now(), minute, local.getDayOfWeek().getValue(), facts));
    }

    private boolean isFor(
            AppSelector apps, DeviceSelector devices, UserSelector users, AppInstance app, DeviceAttributes device) {
        boolean bundle = apps.bundles().isEmpty();
        for (String pattern : apps.bundles()) {
            bundle |= pattern.endsWith("*")
                    ? app.bundle().startsWith(pattern.replace("*", ""))
                    : app.bundle().equals(pattern);
        }
        boolean label = apps.labels().isEmpty();
        for (String one : apps.labels()) {
            label |= app.labels().contains(one);
        }
        boolean signer = apps.signers().isEmpty() || apps.signers().contains(app.signer());
        boolean user = users.ids().isEmpty() || users.ids().contains(app.key().user());
        return bundle && label && signer && user && isFor(devices, device);
    }

    private boolean isFor(DeviceSelector devices, DeviceAttributes device) {
        return switch (devices) {
            case DeviceSelector.Everywhere ignored -> true;
            case DeviceSelector.Ids one -> one.ids().contains(deviceId);
            case DeviceSelector.Expression expression -> device.expressions().contains(expression.text());
            case DeviceSelector.Attributes asked -> {
                boolean tag = asked.tags().isEmpty();
                for (String one : asked.tags()) {
                    tag |= device.tags().contains(one);
                }
                boolean group = asked.groups().isEmpty();
                for (String one : asked.groups()) {
                    group |= device.groups().contains(one);
                }
                yield tag
                        && group
                        && (asked.sites().isEmpty() || asked.sites().contains(device.site()))
                        && (asked.hardware().isEmpty() || asked.hardware().contains(device.hardware()));
            }
        };
    }
}
