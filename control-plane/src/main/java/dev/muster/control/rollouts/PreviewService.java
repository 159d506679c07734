package dev.muster.control.rollouts;

import dev.muster.control.access.Access;
import dev.muster.control.access.Selector;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.desired.DesiredContent;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.freezes.Freeze;
import dev.muster.control.freezes.FreezeService;
import dev.muster.control.releases.Release;
import dev.muster.control.releases.ReleaseService;
import dev.muster.control.rollouts.PreviewStore.Seen;
import dev.muster.control.rollouts.PreviewStore.Wanted;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Says what a rollout of a release would do, with a fixed number of statements however many devices there are. Thread-safe. */
@Singleton
final class PreviewService {
    private final PreviewStore store;
    private final RolloutStore rollouts;
    private final RolloutDeviceStore rows;
    private final ReleaseService releases;
    private final ArtifactService artifacts;
    private final DeviceService devices;
    private final FreezeService freezes;
    private final RequirementCheck requirements;
    private final TenantTransactions transactions;
    private final Clock clock;

    PreviewService(
            PreviewStore store,
            RolloutStore rollouts,
            RolloutDeviceStore rows,
            ReleaseService releases,
            ArtifactService artifacts,
            DeviceService devices,
            FreezeService freezes,
            RequirementCheck requirements,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.rollouts = rollouts;
        this.rows = rows;
        this.releases = releases;
        this.artifacts = artifacts;
        this.devices = devices;
        this.freezes = freezes;
        this.requirements = requirements;
        this.transactions = transactions;
        this.clock = clock;
    }

    Preview preview(Access access, RolloutPlan plan, UUID releaseId) {
        return transactions.in(access.tenant(), handle -> {
            Release release = releases.require(handle, releaseId);
            List<DeviceId> active = rollouts.active(handle, devices.select(handle, access.scope(), plan.selector()));
            Groups leftOut = new Groups();
            store.inactive(handle, access.scope(), plan.selector())
                    .forEach((status, count) -> leftOut.add("inactive", "the device is " + status, count, ""));
            Map<String, Map<TargetName, DesiredContent>> contents = new HashMap<>();
            List<Seen> part = new ArrayList<>();
            for (Seen seen : store.seen(handle, active)) {
                if (contents.computeIfAbsent(seen.hardware(), release::contentFor)
                        .isEmpty()) {
                    leftOut.add(
                            "does-not-fit",
                            "no target of the release fits hardware `" + seen.hardware() + "`",
                            1,
                            seen.device().value());
                } else {
                    part.add(seen);
                }
            }
            List<DeviceId> ids = part.stream().map(Seen::device).toList();
            TreeSet<TargetName> names = new TreeSet<>(Comparator.comparing(TargetName::text));
            contents.values().forEach(content -> names.addAll(content.keySet()));
            Map<DeviceId, Map<TargetName, Wanted>> wanted = store.wanted(handle, ids, names);
            Groups expected = new Groups();
            Map<String, Artifact> apps = apps(handle, contents.values());
            InstallRefusals installer = new InstallRefusals();
            long bytes = 0;
            blocked(handle, expected, release, part, contents, wanted);
            for (Seen seen : part) {
                bytes += expect(
                        expected,
                        seen,
                        contents.getOrDefault(seen.hardware(), Map.of()),
                        wanted.getOrDefault(seen.device(), Map.of()));
                install(
                        expected,
                        installer,
                        seen,
                        contents.getOrDefault(seen.hardware(), Map.of()),
                        wanted.getOrDefault(seen.device(), Map.of()),
                        apps);
            }
            return new Preview(
                    part.size(),
                    bytes,
                    WavePlan.waves(plan.waves(), part.size()).stream()
                            .map(wave -> new Preview.WaveSize(wave.name(), wave.size()))
                            .toList(),
                    leftOut.largestFirst(),
                    expected.largestFirst(),
                    store.taken(handle, ids, names),
                    frozen(handle, ids));
        });
    }

    /** Who would be held because it does not meet what the release requires; what it holds already asks nothing. */
    private void blocked(
            Handle handle,
            Groups groups,
            Release release,
            List<Seen> part,
            Map<String, Map<TargetName, DesiredContent>> contents,
            Map<DeviceId, Map<TargetName, Wanted>> wanted) {
        Map<DeviceId, String> asked = new LinkedHashMap<>();
        for (Seen seen : part) {
            if (!unchanged(
                    contents.getOrDefault(seen.hardware(), Map.of()), wanted.getOrDefault(seen.device(), Map.of()))) {
                asked.put(seen.device(), seen.hardware());
            }
        }
        requirements
                .unmet(handle, release.requires(), asked)
                .forEach((device, reasons) ->
                        reasons.forEach(reason -> groups.add("blocked", reason, 1, device.value())));
    }

    private static boolean unchanged(Map<TargetName, DesiredContent> content, Map<TargetName, Wanted> wanted) {
        return content.entrySet().stream().allMatch(entry -> {
            Wanted before = wanted.get(entry.getKey());
            return before != null
                    && switch (entry.getValue()) {
                        case DesiredContent.Absent absent -> before.sha256().isEmpty();
                        case DesiredContent.Present present -> before.sha256().equals(present.sha256());
                    };
        });
    }

    private Map<String, Artifact> apps(Handle handle, Collection<Map<TargetName, DesiredContent>> contents) {
        Map<String, Artifact> apps = new HashMap<>();
        for (Map<TargetName, DesiredContent> content : contents) {
            content.forEach((name, one) -> {
                if (name instanceof TargetName.App && one instanceof DesiredContent.Present present) {
                    artifacts
                            .find(handle, present.sha256())
                            .ifPresent(artifact -> apps.putIfAbsent(present.sha256(), artifact));
                }
            });
        }
        return apps;
    }

    /** What the device's installer would say to the apps that are new to it. */
    private static void install(
            Groups groups,
            InstallRefusals installer,
            Seen seen,
            Map<TargetName, DesiredContent> content,
            Map<TargetName, Wanted> wanted,
            Map<String, Artifact> apps) {
        content.forEach((name, one) -> {
            Wanted before = wanted.get(name);
            if (!(one instanceof DesiredContent.Present present)
                    || !apps.containsKey(present.sha256())
                    || (before != null && before.sha256().equals(present.sha256()))) {
                return;
            }
            if (InstallRefusals.unknownSigner(apps.get(present.sha256()))) {
                groups.add(
                        "unknown-signer",
                        "`" + name.text() + "`: signed by somebody whose root nobody registered",
                        1,
                        seen.device().value());
            }
            for (String reason : installer.of(apps.get(present.sha256()), seen)) {
                boolean checks = InstallRefusals.checks(seen);
                groups.add(
                        checks ? "refuses" : "not-checked",
                        "`" + name.text() + "`: " + reason
                                + (checks ? "" : "; platform " + seen.platform() + " does not check"),
                        1,
                        seen.device().value());
            }
        });
    }

    private List<Preview.Group> frozen(Handle handle, List<DeviceId> ids) {
        Groups frozen = new Groups();
        for (Freeze freeze : freezes.active(handle, clock.instant())) {
            List<DeviceId> held = rows.selected(handle, Selector.parse(freeze.selector()), ids);
            if (!held.isEmpty()) {
                frozen.add("freeze", freeze.told(), held.size(), held.getFirst().value());
            }
        }
        return frozen.largestFirst();
    }

    /** Puts the device into the groups it belongs to; the bytes it would load. */
    private static long expect(
            Groups groups, Seen seen, Map<TargetName, DesiredContent> content, Map<TargetName, Wanted> wanted) {
        String id = seen.device().value();
        long bytes = 0;
        for (Map.Entry<TargetName, DesiredContent> entry : content.entrySet()) {
            TargetName name = entry.getKey();
            Wanted before = wanted.get(name);
            switch (entry.getValue()) {
                case DesiredContent.Absent absent -> {}
                case DesiredContent.Present present -> {
                    if (before != null && before.sha256().equals(present.sha256())) {
                        continue;
                    }
                    bytes += present.length();
                    if (before != null && present.releaseCounter() < before.releaseCounter()) {
                        groups.add(
                                "refuses",
                                "`" + name.text() + "`: release counter " + present.releaseCounter() + " is below "
                                        + before.releaseCounter() + " of what the device is to hold now",
                                1,
                                id);
                    }
                    slots(groups, seen, name);
                }
            }
            kinds(groups, seen, name);
        }
        if (unchanged(content, wanted)) {
            groups.add("unchanged", "is to hold all of it already", 1, id);
        }
        if (!seen.online()) {
            groups.add("offline", "not connected now: starts when it comes back", 1, id);
        }
        return bytes;
    }

    private static void slots(Groups groups, Seen seen, TargetName name) {
        if (!(name instanceof TargetName.Image)) {
            return;
        }
        if (seen.slots() == 0) {
            groups.add(
                    "refuses",
                    "`image`: the device has no system slots",
                    1,
                    seen.device().value());
        } else if (seen.slots() == 1) {
            groups.add(
                    "cannot-roll-back",
                    "one system slot: a bad image cannot be undone by the device itself",
                    1,
                    seen.device().value());
        }
    }

    private static void kinds(Groups groups, Seen seen, TargetName name) {
        String kind =
                name.text().contains("/") ? name.text().substring(0, name.text().indexOf('/')) : name.text();
        if (!seen.kinds().isEmpty() && !Arrays.asList(seen.kinds().split(",")).contains(kind)) {
            groups.add(
                    "refuses",
                    "`" + kind + "`: the agent knows only " + seen.kinds(),
                    1,
                    seen.device().value());
        }
    }

    /** Devices by what they have in common. */
    private static final class Groups {
        private final Map<String, Preview.Group> byReason = new LinkedHashMap<>();

        void add(String kind, String reason, long devices, String example) {
            byReason.merge(
                    reason,
                    new Preview.Group(kind, reason, devices, example),
                    (a, b) -> new Preview.Group(kind, reason, a.devices() + b.devices(), a.example()));
        }

        List<Preview.Group> largestFirst() {
            return byReason.values().stream()
                    .sorted(Comparator.comparingLong(Preview.Group::devices)
                            .reversed()
                            .thenComparing(Preview.Group::reason))
                    .toList();
        }
    }
}
