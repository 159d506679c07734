package dev.muster.control.impact;

import dev.muster.control.explain.Levels;
import dev.muster.policy.enforcement.PlatformTraits;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.permissions.PermissionReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * Adds up what the step from one policy to another changes on a fleet. Pure, and callable without a server: every app of
 * every group is asked once, whatever the number of devices. Thread-safe.
 */
public final class ImpactCalculator {
    private final DecisionChanges changes = new DecisionChanges();

    /**
     * Devices that no policy of the question tells apart.
     *
     * @param profile what it may ask about them
     * @param named id of the one device, where a capability names it; else empty
     * @param probed levels that the devices found by trying, where their traits do not predict them
     * @param version they hold; the question's {@code before} is asked for it
     * @param devices how many
     */
    public record Group(
            DeviceProfile profile,
            String named,
            PlatformTraits traits,
            List<PermissionReport.Level> probed,
            long version,
            long devices) {
        public Group {
            probed = List.copyOf(probed);
        }
    }

    /**
     * An app's decision on one permission that changes on some devices.
     *
     * @param byLevel devices by the level the new decision will have there
     * @param revoked apps, by group, that lose it where something brings that about
     */
    public record Change(Key key, long devices, Map<String, Long> byLevel, Map<Group, Set<AppKey>> revoked) {
        public Change {
            byLevel = Map.copyOf(byLevel);
            revoked = Map.copyOf(revoked);
        }
    }

    /** What changes look alike by. */
    public record Key(String bundle, String permission, Decided before, Decided after) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int order = bundle.compareTo(other.bundle);
            order = order != 0 ? order : permission.compareTo(other.permission);
            order = order != 0 ? order : before.compareTo(other.before);
            return order != 0 ? order : after.compareTo(other.after);
        }
    }

    /**
     * Everything that changes.
     *
     * @param devices that were asked about
     * @param changedDevices with at least one change
     * @param notEnforceable changes on devices where nothing will bring them about
     */
    public record Result(long devices, long profiles, long changedDevices, long notEnforceable, List<Change> changes) {
        public Result {
            changes = List.copyOf(changes);
        }
    }

    /** The result; {@code before} is asked for each version that a group holds, 0 for none. */
    public Result between(LongFunction<PolicySnapshot> before, PolicySnapshot after, List<Group> groups) {
        Map<Long, PolicySnapshot> olds = new HashMap<>();
        Map<Key, Sum> sums = new TreeMap<>();
        Map<Asked, List<DecisionChanges.One>> known = new HashMap<>();
        long devices = 0;
        long changed = 0;
        long notEnforceable = 0;
        for (Group group : groups) {
            devices += group.devices();
            PolicySnapshot old = olds.computeIfAbsent(group.version(), before::apply);
            // Groups that differ in traits only have equal decisions.
            List<DecisionChanges.One> ones = known.computeIfAbsent(
                    new Asked(group.profile(), group.named(), group.version()),
                    asked -> changes.between(
                            forDevice(old, asked.named()), forDevice(after, asked.named()), asked.profile()));
            changed += ones.isEmpty() ? 0 : group.devices();
            Levels levels = Levels.of(group.traits(), group.probed());
            Set<Key> seen = new HashSet<>();
            for (DecisionChanges.One one : ones) {
                Key key = new Key(one.app().bundle(), one.permission(), one.before(), one.after());
                Sum sum = sums.computeIfAbsent(key, none -> new Sum());
                Levels.Level level = levels.level(one.app().bundle(), one.permission(), one.reason());
                if (seen.add(key)) {
                    sum.devices += group.devices();
                    sum.byLevel.merge(level.code(), group.devices(), Long::sum);
                    notEnforceable += level.isPowerless() ? group.devices() : 0;
                }
                // Where nothing brings a revoke about, no process ends by it.
                if (one.before().granted() && !one.after().granted() && !level.isPowerless()) {
                    sum.revoked.computeIfAbsent(group, none -> new HashSet<>()).add(one.app());
                }
            }
        }
        List<Change> found = new ArrayList<>();
        sums.forEach((key, sum) -> found.add(new Change(key, sum.devices, sum.byLevel, sum.revoked)));
        long profiles = groups.stream().map(Group::profile).distinct().count();
        return new Result(devices, profiles, changed, notEnforceable, found);
    }

    private record Asked(DeviceProfile profile, String named, long version) {}

    /** Added up in place, by one thread. */
    private static final class Sum {
        private long devices;
        private final Map<String, Long> byLevel = new TreeMap<>();
        private final Map<Group, Set<AppKey>> revoked = new HashMap<>();
    }

    /** The policy as the device sees it that capabilities name: those that name it are like any other to it. */
    private static PolicySnapshot forDevice(PolicySnapshot snapshot, String device) {
        if (device.isEmpty()) {
            return snapshot;
        }
        return new PolicySnapshot(
                snapshot.version(),
                snapshot.roles(),
                snapshot.bindings(),
                snapshot.guardRails(),
                snapshot.capabilities().stream()
                        .map(capability -> names(capability, device) ? everywhere(capability) : capability)
                        .toList(),
                snapshot.zones(),
                snapshot.shifts(),
                snapshot.tests());
    }

    private static boolean names(Capability capability, String device) {
        return capability.devices() instanceof DeviceSelector.Ids ids
                && ids.ids().contains(device);
    }

    private static Capability everywhere(Capability capability) {
        return new Capability(
                capability.name(),
                capability.description(),
                capability.permissions(),
                capability.apps(),
                DeviceSelector.EVERYWHERE,
                capability.users(),
                capability.when(),
                capability.notBefore(),
                capability.notAfter(),
                capability.holder());
    }
}
