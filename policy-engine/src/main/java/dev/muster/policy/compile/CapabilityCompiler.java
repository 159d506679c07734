package dev.muster.policy.compile;

import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.bundle.RuleTooComplex;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.capability.DeviceCapability;
import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Lowering;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.condition.TooComplex;
import dev.muster.policy.model.AppInstance;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.PolicySnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Makes the capability file of a device: what no bundle may carry, because devices share bundles. Pure. */
public final class CapabilityCompiler {
    private CapabilityCompiler() {}

    /**
     * The file of a device; empty where no capability of its own is for it.
     *
     * @param profile whole, not narrowed to what the policy sees: its apps are named one by one
     * @param revoked revocation ids of chain blocks
     * @throws BundleException when a condition is more than a device can keep
     */
    public static Optional<CapabilityFile> compile(
            PolicySnapshot snapshot, String device, DeviceProfile profile, Collection<String> revoked) {
        List<Capability> own = snapshot.capabilities().stream()
                .filter(capability -> !Evaluator.isShared(capability) && isFor(capability, device, profile))
                .toList();
        if (own.isEmpty()) {
            return Optional.empty();
        }
        Set<Condition> conditions = new LinkedHashSet<>();
        own.forEach(capability -> conditions.add(capability.whole()));
        FactTable facts = BundleCompiler.facts(conditions, snapshot);
        List<DeviceCapability> lowered = new ArrayList<>();
        for (Capability capability : own) {
            lowered.add(new DeviceCapability(
                    capability.name(),
                    capability.permissions(),
                    apps(capability, profile),
                    lower(capability, facts),
                    capability.holder()));
        }
        String timeZone =
                BundleCompiler.timeZone(conditions, profile.attributes().timeZone());
        return Optional.of(new CapabilityFile(
                device,
                snapshot.version(),
                new ConditionBlock(timeZone, facts, List.of()),
                lowered,
                new TreeSet<>(revoked)));
    }

    /** Whether a capability belongs into the file of a device. */
    public static boolean isFor(Capability capability, String device, DeviceProfile profile) {
        return capability.devices() instanceof DeviceSelector.Ids ids
                ? ids.ids().contains(device)
                : capability.holder().isPresent() && capability.devices().matches(profile.attributes());
    }

    private static NavigableSet<AppKey> apps(Capability capability, DeviceProfile profile) {
        NavigableSet<AppKey> apps = new TreeSet<>();
        profile.apps().stream()
                .filter(app -> capability.apps().matches(app)
                        && capability.users().matches(app.key().user()))
                .map(AppInstance::key)
                .forEach(apps::add);
        return apps;
    }

    private static Terms lower(Capability capability, FactTable facts) {
        return switch (Lowering.lower(capability.whole(), facts)) {
            case Terms terms -> terms;
            case TooComplex complex -> throw new RuleTooComplex(capability.name(), complex.reason());
        };
    }
}
