package dev.muster.control.impact;

import dev.muster.control.access.Access;
import dev.muster.control.access.Selector;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.impact.FleetStore.Asked;
import dev.muster.control.impact.FleetStore.Running;
import dev.muster.control.impact.ImpactCalculator.Group;
import dev.muster.control.permissions.PolicyReading;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.bundle.BundleException;
import dev.muster.policy.model.AppKey;
import dev.muster.policy.model.DeviceProfile;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.permissions.PermissionReport;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Answers what the step from one policy to another would change, for the devices the caller may see. Thread-safe. */
@Singleton
class ImpactService {
    private static final int CATCH_UP = 500;

    private final PolicyReading policies;
    private final FleetStore fleet;
    private final InventoryStore inventories;
    private final DeviceService devices;
    private final InventoryListener listener;
    private final TenantTransactions transactions;
    private final ImpactCalculator calculator = new ImpactCalculator();

    ImpactService(
            PolicyReading policies,
            FleetStore fleet,
            InventoryStore inventories,
            DeviceService devices,
            InventoryListener listener,
            TenantTransactions transactions) {
        this.policies = policies;
        this.fleet = fleet;
        this.inventories = inventories;
        this.devices = devices;
        this.listener = listener;
        this.transactions = transactions;
    }

    /**
     * A question.
     *
     * @param yaml documents to see in the draft; empty for the draft as it is
     * @param from number of a version, {@code draft}, or {@code live}: for each device the version it is to hold
     * @param to number of a version, {@code draft}, or {@code live}: the newest version
     * @param skip changes to leave out at the front
     */
    record Question(String yaml, String from, String to, Selector selector, int limit, long skip) {}

    /** One change on the wire. */
    public record Change(
            String bundle,
            String permission,
            Decided before,
            Decided after,
            long devices,
            Map<String, Long> byLevel,
            long kills,
            long killsUnknown) {}

    /**
     * The answer.
     *
     * @param profiles how many different devices there are, as far as the two policies can tell
     * @param unknownInventory devices that have not sent a manifest yet; nothing is said about them
     * @param leftOut devices that verify no signed documents, such as hawkBit's clients: they get no policy
     * @param killedProcesses that a revoke ends
     * @param killedProcessesUnknown apps on devices that do not tell how many of their processes run
     * @param notEnforceable changed decisions on devices where nothing will bring them about
     */
    record Answer(
            String from,
            String to,
            long devices,
            long profiles,
            long changedDevices,
            long unchangedDevices,
            long unknownInventory,
            long leftOut,
            long killedProcesses,
            long killedProcessesUnknown,
            long notEnforceable,
            List<Change> changes,
            boolean more) {}

    Answer answer(Access access, Question question) {
        catchUp(access);
        return transactions.in(access.tenant(), handle -> answer(handle, access, question));
    }

    private Answer answer(Handle handle, Access access, Question question) {
        Side from = side(handle, access, question, question.from());
        Side to = side(handle, access, question, question.to());
        boolean byVersion = question.from().equals("live");
        Map<Long, PolicySnapshot> olds = new HashMap<>();
        LongFunction<PolicySnapshot> before = version ->
                byVersion ? olds.computeIfAbsent(version, number -> held(handle, access, number)) : from.snapshot();
        Asked asked = asked(handle, access, byVersion, from.snapshot(), to.snapshot());
        Map<FleetGroup, Long> sizes = fleet.groups(handle, access.scope(), question.selector(), asked);
        Map<Group, FleetGroup> groups = known(handle, sizes);
        ImpactCalculator.Result result = between(before, to, List.copyOf(groups.keySet()));
        Kills kills = kills(handle, access, question, asked, groups, result);
        long all = sizes.values().stream().mapToLong(Long::longValue).sum();
        List<Change> page = result.changes().stream()
                .skip(question.skip())
                .limit(question.limit())
                .map(change -> shown(change, kills))
                .toList();
        return new Answer(
                from.label(),
                to.label(),
                result.devices(),
                result.profiles(),
                result.changedDevices(),
                result.devices() - result.changedDevices(),
                all - result.devices(),
                devices.unbelieving(handle, access.scope(), question.selector()),
                kills.total().processes(),
                kills.total().unknown(),
                result.notEnforceable(),
                page,
                result.changes().size() > question.skip() + question.limit());
    }

    private ImpactCalculator.Result between(LongFunction<PolicySnapshot> before, Side to, List<Group> groups) {
        try {
            return calculator.between(before, to.snapshot(), groups);
        } catch (BundleException e) {
            throw new ProblemException(
                    ProblemCode.POLICY_TOO_LARGE,
                    "no bundle of `" + to.label() + "` can be made for some devices: " + e.getMessage());
        }
    }

    /** Manifests from before this feature: each is read once, in transactions of its own. */
    private void catchUp(Access access) {
        List<VersionManifest> missing;
        do {
            missing = transactions.in(access.tenant(), handle -> {
                List<VersionManifest> found = inventories.missing(handle, CATCH_UP);
                found.forEach(manifest -> listener.take(handle, manifest));
                return found;
            });
        } while (missing.size() == CATCH_UP);
    }

    /** One end of the step, and what to call it. */
    private record Side(String label, PolicySnapshot snapshot) {}

    private Side side(Handle handle, Access access, Question question, String which) {
        if (which.equals("draft")) {
            return new Side(which, policies.draft(handle, access.scope(), question.yaml()));
        }
        if (which.equals("live")) {
            OptionalLong newest = policies.newestLive(handle);
            return newest.isEmpty()
                    ? new Side(which, PolicySnapshot.empty(0))
                    : new Side(Long.toString(newest.getAsLong()), version(handle, access, newest.getAsLong()));
        }
        if (!which.matches("[1-9][0-9]{0,17}")) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected a policy version such as `7`, `draft` or `live`, found `" + which + "`");
        }
        return new Side(which, version(handle, access, Long.parseLong(which)));
    }

    private PolicySnapshot held(Handle handle, Access access, long version) {
        return version == 0 ? PolicySnapshot.empty(0) : version(handle, access, version);
    }

    private PolicySnapshot version(Handle handle, Access access, long version) {
        return policies.snapshot(handle, access.tenant(), version)
                .orElseThrow(() -> new ProblemException(ProblemCode.POLICY_NOT_FOUND, "no policy version " + version));
    }

    /** What any policy of the question asks about devices: the two ends, and every version that is held. */
    private Asked asked(Handle handle, Access access, boolean byVersion, PolicySnapshot from, PolicySnapshot to) {
        List<PolicySnapshot> all = new ArrayList<>(List.of(from, to));
        if (byVersion) {
            policies.versionsHeld(handle).forEach(version -> all.add(version(handle, access, version)));
        }
        return Asked.of(all, byVersion);
    }

    /** The groups whose apps are known, as the calculator takes them. */
    private Map<Group, FleetGroup> known(Handle handle, Map<FleetGroup, Long> sizes) {
        Map<String, AppSet> apps = inventories.apps(
                handle, sizes.keySet().stream().map(FleetGroup::profile).collect(Collectors.toSet()));
        Map<String, List<PermissionReport.Level>> levels = inventories.levels(
                handle, sizes.keySet().stream().map(FleetGroup::levels).collect(Collectors.toSet()));
        Map<Group, FleetGroup> groups = new HashMap<>();
        sizes.forEach((group, devices) -> {
            AppSet set = apps.get(group.profile());
            if (set != null) {
                groups.put(
                        new Group(
                                DeviceProfile.of(group.attributes(), set.apps()),
                                group.named(),
                                group.traits(),
                                levels.getOrDefault(group.levels(), List.of()),
                                group.version(),
                                devices),
                        group);
            }
        });
        return groups;
    }

    /** Processes that end, and apps of which nobody knows how many run. */
    private record Kill(long processes, long unknown) {
        static final Kill NONE = new Kill(0, 0);

        Kill plus(Kill other) {
            return new Kill(processes + other.processes, unknown + other.unknown);
        }
    }

    private record Kills(Map<ImpactCalculator.Key, Kill> byChange, Kill total) {}

    private Kills kills(
            Handle handle,
            Access access,
            Question question,
            Asked asked,
            Map<Group, FleetGroup> groups,
            ImpactCalculator.Result result) {
        Set<String> bundles = result.changes().stream()
                .filter(change -> !change.revoked().isEmpty())
                .map(change -> change.key().bundle())
                .collect(Collectors.toSet());
        if (bundles.isEmpty()) {
            return new Kills(Map.of(), Kill.NONE);
        }
        Map<FleetGroup, Map<AppKey, Running>> running =
                fleet.running(handle, access.scope(), question.selector(), asked, bundles);
        Map<ImpactCalculator.Key, Kill> byChange = new HashMap<>();
        // An app that loses two permissions dies once.
        Map<Group, Set<AppKey>> dying = new HashMap<>();
        for (ImpactCalculator.Change change : result.changes()) {
            Kill kill = Kill.NONE;
            for (Map.Entry<Group, Set<AppKey>> revoked : change.revoked().entrySet()) {
                kill = kill.plus(kill(revoked.getKey(), revoked.getValue(), groups, running));
                dying.computeIfAbsent(revoked.getKey(), none -> new HashSet<>()).addAll(revoked.getValue());
            }
            byChange.put(change.key(), kill);
        }
        Kill total = Kill.NONE;
        for (Map.Entry<Group, Set<AppKey>> group : dying.entrySet()) {
            total = total.plus(kill(group.getKey(), group.getValue(), groups, running));
        }
        return new Kills(byChange, total);
    }

    private static Kill kill(
            Group group,
            Set<AppKey> apps,
            Map<Group, FleetGroup> groups,
            Map<FleetGroup, Map<AppKey, Running>> running) {
        Map<AppKey, Running> known = running.getOrDefault(groups.get(group), Map.of());
        Kill kill = Kill.NONE;
        for (AppKey app : apps) {
            Running told = known.getOrDefault(app, new Running(0, 0));
            kill = kill.plus(new Kill(told.processes(), Math.max(0, group.devices() - told.devices())));
        }
        return kill;
    }

    private static Change shown(ImpactCalculator.Change change, Kills kills) {
        @Nullable Kill kill = kills.byChange().get(change.key());
        Kill known = kill == null ? Kill.NONE : kill;
        return new Change(
                change.key().bundle(),
                change.key().permission(),
                change.key().before(),
                change.key().after(),
                change.devices(),
                change.byLevel(),
                known.processes(),
                known.unknown());
    }
}
