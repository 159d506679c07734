package dev.muster.policy.compile;

import dev.muster.policy.bundle.BundleContent.Entry;
import dev.muster.policy.bundle.Rule;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges one device profile by one snapshot: the rules that are for an app are found once, then asked per permission. */
final class Evaluator {
    private final PermissionCatalog catalog;
    private final Map<String, Role> roles = new HashMap<>();
    private final List<Binding> bindings;
    private final List<GuardRail> guardRails;

    Evaluator(PermissionCatalog catalog, PolicySnapshot snapshot, DeviceAttributes device) {
        this.catalog = catalog;
        snapshot.roles().forEach(role -> roles.put(role.name(), role));
        this.bindings = snapshot.bindings().stream()
                .filter(binding -> binding.devices().matches(device))
                .toList();
        this.guardRails = snapshot.guardRails().stream()
                .filter(rail -> rail.devices().matches(device))
                .toList();
    }

    /** What is decided about an app's requested permissions. */
    AppRules rulesFor(AppInstance app) {
        return new AppRules(app);
    }

    /** The bindings and guard rails that are for one app instance. */
    final class AppRules {
        private final AppInstance app;
        private final List<GuardRail> rails;
        private final List<Binding> bound;

        private AppRules(AppInstance app) {
            this.app = app;
            int user = app.key().user();
            this.rails = guardRails.stream()
                    .filter(rail -> rail.apps().matches(app) && rail.users().matches(user))
                    .toList();
            this.bound = bindings.stream()
                    .filter(binding ->
                            binding.apps().matches(app) && binding.users().matches(user))
                    .toList();
        }

        /** The decision on a requested, defined permission; see {@link Reason} for the order of judgement. */
        Entry decide(String permission) {
            PermissionDefinition definition = catalog.find(permission).orElseThrow();
            if (definition.availableType() == AvailableType.SERVICE) {
                return denied(Reason.SERVICE_ONLY);
            }
            if (!levelAllows(definition)) {
                return denied(Reason.APL);
            }
            for (GuardRail rail : rails) {
                if (rail.deny().contains(permission)) {
                    return denied(Reason.GUARD_RAIL, rail);
                }
            }
            for (GuardRail rail : rails) {
                if (rail.ceiling().isPresent() && !rail.ceiling().get().contains(permission)) {
                    return denied(Reason.CEILING, rail);
                }
            }
            List<Rule> grants = grants(permission);
            if (grants.isEmpty()) {
                return denied(bound.isEmpty() ? Reason.UNBOUND : Reason.NOT_IN_ROLE);
            }
            return new Entry(Reason.ROLE, Optional.of(grants.getFirst()), endsWithLease(permission));
        }

        /** Every binding and role that gives a permission, the deciding one first. */
        List<Rule> grants(String permission) {
            List<Rule> rules = new ArrayList<>();
            for (Binding binding : bound) {
                for (String role : binding.roles()) {
                    Role given = roles.get(role);
                    if (given != null && given.permissions().contains(permission)) {
                        rules.add(Rule.binding(binding.name(), role));
                    }
                }
            }
            return rules;
        }

        /** Every guard rail that denies a permission, the deciding one first. */
        List<Rule> denials(String permission) {
            List<Rule> rules = new ArrayList<>();
            rails.stream()
                    .filter(rail -> rail.deny().contains(permission))
                    .forEach(rail -> rules.add(Rule.guardRail(rail.name())));
            rails.stream()
                    .filter(rail -> !rail.deny().contains(permission)
                            && rail.ceiling().isPresent()
                            && !rail.ceiling().get().contains(permission))
                    .forEach(rail -> rules.add(Rule.guardRail(rail.name())));
            return rules;
        }

        private Optional<Rule> endsWithLease(String permission) {
            return rails.stream()
                    .filter(rail -> rail.denyAfterLease().contains(permission))
                    .findFirst()
                    .map(rail -> Rule.guardRail(rail.name()));
        }

        private boolean levelAllows(PermissionDefinition definition) {
            return app.apl().covers(definition.availableLevel())
                    || (definition.provisionEnable() && app.acls().contains(definition.name()));
        }
    }

    private static Entry denied(Reason reason) {
        return new Entry(reason, Optional.empty(), Optional.empty());
    }

    private static Entry denied(Reason reason, GuardRail rail) {
        return new Entry(reason, Optional.of(Rule.guardRail(rail.name())), Optional.empty());
    }
}
