package dev.muster.control.impact;

import dev.muster.control.access.Scope;
import dev.muster.control.access.Selector;
import dev.muster.control.impact.FleetStore.Asked;
import dev.muster.control.permissions.PolicyFit;
import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.bundle.Chain;
import dev.muster.policy.bundle.RuleTooComplex;
import dev.muster.policy.compile.BundleCompiler;
import dev.muster.policy.compile.CapabilityCompiler;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.Role;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Compiles a policy for every different device there is, to see whether it can be done. A policy that asks for so little
 * that every bundle has room for all of it is not compiled at all. Thread-safe.
 */
@Singleton
final class FleetFit implements PolicyFit {
    private final FleetStore fleet;
    private final InventoryStore inventories;
    private final BundleCompiler compiler = new BundleCompiler();

    FleetFit(FleetStore fleet, InventoryStore inventories) {
        this.fleet = fleet;
        this.inventories = inventories;
    }

    private record Different(long version, DeviceProfile profile, String named) {}

    private record Reason(String rule, String text) implements Comparable<Reason> {
        @Override
        public int compareTo(Reason other) {
            int byRule = rule.compareTo(other.rule);
            return byRule != 0 ? byRule : text.compareTo(other.text);
        }
    }

    @Override
    public List<Misfit> misfits(Handle handle, Scope scope, PolicySnapshot snapshot) {
        if (fitsAnywhere(snapshot)) {
            return List.of();
        }
        return misfits(
                handle,
                fleet.groups(handle, scope, Selector.ALL, Asked.of(List.of(snapshot), false)),
                Map.of(0L, snapshot));
    }

    @Override
    public List<Misfit> misfits(Handle handle, Scope scope, Map<Long, PolicySnapshot> versions) {
        if (versions.values().stream().allMatch(FleetFit::fitsAnywhere)) {
            return List.of();
        }
        return misfits(handle, fleet.groups(handle, scope, Selector.ALL, Asked.of(versions.values(), true)), versions);
    }

    private List<Misfit> misfits(Handle handle, Map<FleetGroup, Long> sizes, Map<Long, PolicySnapshot> versions) {
        Map<String, AppSet> apps = inventories.apps(
                handle, sizes.keySet().stream().map(FleetGroup::profile).collect(Collectors.toSet()));
        Map<Different, Long> devices = new HashMap<>();
        sizes.forEach((group, count) -> {
            AppSet set = apps.get(group.profile());
            if (set != null && versions.containsKey(group.version())) {
                devices.merge(
                        new Different(group.version(), DeviceProfile.of(group.attributes(), set.apps()), group.named()),
                        count,
                        Long::sum);
            }
        });
        Map<Reason, Long> reasons = new TreeMap<>();
        devices.forEach((one, count) -> Optional.ofNullable(versions.get(one.version()))
                .flatMap(version -> reason(version, one))
                .ifPresent(reason -> reasons.merge(reason, count, Long::sum)));
        return reasons.entrySet().stream()
                .map(entry -> new Misfit(entry.getKey().rule(), entry.getKey().text(), entry.getValue()))
                .toList();
    }

    /** Whether a device to which every rule applied would have room for all of them. */
    static boolean fitsAnywhere(PolicySnapshot snapshot) {
        Map<String, Integer> conditional = snapshot.roles().stream()
                .collect(Collectors.toMap(Role::name, role -> role.conditional().size()));
        long rules = snapshot.guardRails().size()
                + snapshot.capabilities().size()
                + snapshot.bindings().stream()
                        .flatMap(binding -> binding.roles().stream())
                        .mapToLong(role -> 1 + conditional.getOrDefault(role, 0))
                        .sum();
        // One step is the answer where no condition holds.
        return rules < Chain.MAX && snapshot.facts().size() <= FactTable.MAX;
    }

    private Optional<Reason> reason(PolicySnapshot snapshot, Different one) {
        try {
            compiler.compile(snapshot, one.profile());
            CapabilityCompiler.compile(snapshot, one.named(), one.profile(), Set.of());
            return Optional.empty();
        } catch (RuleTooComplex e) {
            return blame(one, new Reason(e.rule(), e.reason()));
        } catch (BundleException e) {
            return blame(one, new Reason("", String.valueOf(e.getMessage())));
        }
    }

    /** Apps for which no policy at all can be compiled are not the policy's fault, and must not keep it from others. */
    private Optional<Reason> blame(Different one, Reason reason) {
        try {
            compiler.compile(PolicySnapshot.empty(1), one.profile());
        } catch (BundleException e) {
            return Optional.empty();
        }
        return Optional.of(reason);
    }
}
