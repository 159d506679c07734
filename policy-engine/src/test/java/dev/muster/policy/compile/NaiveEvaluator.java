package dev.muster.policy.compile;

import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.model.UserSelector;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;

/** One page of obvious code that says what the answer must be: {@code reason} or {@code reason rule} or {@code reason rule/role}. */
final class NaiveEvaluator {
    private final PermissionCatalog catalog;

    NaiveEvaluator(PermissionCatalog catalog) {
        this.catalog = catalog;
    }

    String answer(PolicySnapshot policy, DeviceProfile device, AppKey key, String permission, boolean leaseEnded) {
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
                if (rail.deny().contains(permission)) {
                    return "guard-rail " + rail.name();
                }
            }
        }
        for (GuardRail rail : policy.guardRails()) {
            if (isFor(rail.apps(), rail.devices(), rail.users(), app, device.attributes())) {
                if (rail.ceiling().isPresent() && !rail.ceiling().get().contains(permission)) {
                    return "ceiling " + rail.name();
                }
            }
        }
        String granted = null;
        boolean bound = false;
        for (Binding binding : policy.bindings()) {
            if (isFor(binding.apps(), binding.devices(), binding.users(), app, device.attributes())) {
                bound = true;
                for (String name : binding.roles()) {
                    for (Role role : policy.roles()) {
                        if (role.name().equals(name) && role.permissions().contains(permission) && granted == null) {
                            granted = "role " + binding.name() + "/" + name;
                        }
                    }
                }
            }
        }
        if (granted == null) {
            return bound ? "not-in-role" : "unbound";
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

    private static boolean isFor(
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

    private static boolean isFor(DeviceSelector devices, DeviceAttributes device) {
        return switch (devices) {
            case DeviceSelector.Everywhere ignored -> true;
            case DeviceSelector.Ids ignored -> false;
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
