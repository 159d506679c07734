package dev.muster.policy.compile;

import dev.muster.policy.bundle.Rule;
import dev.muster.policy.decision.Reason;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.Binding;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceAttributes;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.GuardRail;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import dev.muster.policy.permission.AvailableType;
import dev.muster.policy.permission.PermissionCatalog;
import dev.muster.policy.permission.PermissionDefinition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds what a snapshot says about a device: the rules that are for an app are found once, then asked per permission. Not
 * thread-safe.
 */
final class Evaluator {
    private final PermissionCatalog catalog;
    private final Map<String, Role> roles = new HashMap<>();
    /** Per role its permissions, looked up when the first app with the role comes. */
    private final Map<String, Map<String, Condition>> given = new HashMap<>();

    private final RuleIndex index;
    private final List<Binding> bindings;
    private final List<GuardRail> guardRails;
    private final List<Capability> capabilities;
    private final boolean hasGrantsElsewhere;

    /** What every device with these attributes has in common. */
    Evaluator(PermissionCatalog catalog, PolicySnapshot snapshot, DeviceAttributes device) {
        this(catalog, snapshot, device, Optional.empty());
    }

    /** With the capabilities of one device, which it asks after all others; without those only a chain can use. */
    Evaluator(PermissionCatalog catalog, PolicySnapshot snapshot, DeviceAttributes device, Optional<String> id) {
        this.catalog = catalog;
        snapshot.roles().forEach(role -> roles.put(role.name(), role));
        this.bindings = snapshot.bindings().stream()
                .filter(binding -> binding.devices().matches(device))
                .toList();
        this.guardRails = snapshot.guardRails().stream()
                .filter(rail -> rail.devices().matches(device))
                .toList();
        this.capabilities = Stream.concat(
                        snapshot.capabilities().stream()
                                .filter(one -> isShared(one) && one.devices().matches(device)),
                        snapshot.capabilities().stream()
                                .filter(one -> one.devices() instanceof DeviceSelector.Ids ids
                                        && one.holder().isEmpty()
                                        && id.filter(ids.ids()::contains).isPresent()))
                .toList();
        List<RuleIndex.Selected> selected = new ArrayList<>();
        bindings.forEach(one -> selected.add(new RuleIndex.Selected(one.apps(), one.users())));
        guardRails.forEach(one -> selected.add(new RuleIndex.Selected(one.apps(), one.users())));
        capabilities.forEach(one -> selected.add(new RuleIndex.Selected(one.apps(), one.users())));
        this.index = new RuleIndex(selected);
        this.hasGrantsElsewhere = snapshot.capabilities().stream().anyMatch(capability -> !isShared(capability));
    }

    private static <T> List<T> some(List<T> all, BitSet matching, int first) {
        List<T> some = new ArrayList<>();
        for (int i = matching.nextSetBit(first); i >= 0 && i < first + all.size(); i = matching.nextSetBit(i + 1)) {
            some.add(all.get(i - first));
        }
        return some;
    }

    private Map<String, Condition> given(String role) {
        return given.computeIfAbsent(role, name -> {
            Role found = roles.get(name);
            return found == null ? Map.of() : given(found);
        });
    }

    /** Whether a capability is compiled into bundles: it is nobody's to hand on, and no device's alone. */
    static boolean isShared(Capability capability) {
        return !capability.isDeviceBound() && capability.holder().isEmpty();
    }

    /** What is decided about an app's requested permissions. */
    AppRules rulesFor(AppInstance app) {
        return new AppRules(app);
    }

    /** A rule that decides while its condition holds. */
    record Ruling(Condition when, Reason reason, Rule rule) {}

    /**
     * What the documents say about one permission of one app, conditions as written.
     *
     * @param limits guard rails in the order in which they are asked
     * @param grants bindings and capabilities in the order in which they are asked
     * @param otherwise the answer where nothing limits and nothing grants
     * @param deniedAfterLease where something grants, here or in the device's own capabilities
     */
    record Findings(List<Ruling> limits, List<Ruling> grants, Reason otherwise, Optional<Rule> deniedAfterLease) {
        static Findings denied(Reason reason) {
            return new Findings(List.of(), List.of(), reason, Optional.empty());
        }
    }

    /** The bindings, capabilities and guard rails that are for one app instance. */
    final class AppRules {
        private final AppInstance app;
        private final List<GuardRail> rails;
        private final List<Binding> bound;
        private final List<Capability> held;

        private AppRules(AppInstance app) {
            this.app = app;
            BitSet matching = index.matching(app);
            int rails = bindings.size();
            this.bound = some(bindings, matching, 0);
            this.rails = some(guardRails, matching, rails);
            this.held = some(capabilities, matching, rails + guardRails.size());
        }

        /** The findings on a requested, defined permission; see {@link Reason} for the order of judgement. */
        Findings find(String permission) {
            PermissionDefinition definition = catalog.find(permission).orElseThrow();
            if (definition.availableType() == AvailableType.SERVICE) {
                return Findings.denied(Reason.SERVICE_ONLY);
            }
            if (!levelAllows(definition)) {
                return Findings.denied(Reason.APL);
            }
            List<Ruling> grants = grants(permission);
            boolean mayBeGranted = !grants.isEmpty() || hasGrantsElsewhere;
            return new Findings(
                    limits(permission),
                    grants,
                    bound.isEmpty() ? Reason.UNBOUND : Reason.NOT_IN_ROLE,
                    mayBeGranted ? endsWithLease(permission) : Optional.empty());
        }

        private List<Ruling> limits(String permission) {
            List<Ruling> limits = new ArrayList<>();
            for (GuardRail rail : rails) {
                if (rail.deny().contains(permission)) {
                    limits.add(new Ruling(rail.when(), Reason.GUARD_RAIL, Rule.guardRail(rail.name())));
                }
            }
            for (GuardRail rail : rails) {
                if (rail.ceiling().isPresent() && !rail.ceiling().get().contains(permission)) {
                    limits.add(new Ruling(rail.when(), Reason.CEILING, Rule.guardRail(rail.name())));
                }
            }
            return limits;
        }

        private List<Ruling> grants(String permission) {
            List<Ruling> grants = new ArrayList<>();
            for (Binding binding : bound) {
                for (String name : binding.roles()) {
                    Condition when = given(name).get(permission);
                    if (when != null) {
                        grants.add(new Ruling(
                                Condition.both(binding.when(), when), Reason.ROLE, Rule.binding(binding.name(), name)));
                    }
                }
            }
            for (Capability capability : held) {
                if (capability.permissions().contains(permission)) {
                    grants.add(new Ruling(capability.whole(), Reason.CAPABILITY, Rule.capability(capability.name())));
                }
            }
            return grants;
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

    /** The conditions under which a role holds its permissions. */
    static Map<String, Condition> given(Role role) {
        Map<String, List<Condition>> any = new HashMap<>();
        role.conditional().forEach(conditional -> conditional.permissions().forEach(permission -> any.computeIfAbsent(
                        permission, absent -> new ArrayList<>(1))
                .add(conditional.when())));
        Map<String, Condition> given =
                HashMap.newHashMap(any.size() + role.permissions().size());
        any.forEach((permission, when) ->
                given.put(permission, when.size() == 1 ? when.getFirst() : new Condition.Any(when)));
        role.permissions().forEach(permission -> given.put(permission, Condition.ALWAYS));
        return given;
    }
}
