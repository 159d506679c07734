package dev.muster.control.rollouts;

import dev.muster.control.access.Selector;
import dev.muster.control.desired.DesiredContent;
import dev.muster.control.releases.Release;
import dev.muster.control.releases.ReleaseService;
import dev.muster.control.releases.Requirements;
import dev.muster.control.reported.ReportedService;
import dev.muster.control.reported.StoredReport;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.TargetCondition;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * Which devices do not meet what a release requires, and why: by what they reported and signed, never by what they were told to
 * be. What a device did not tell it does not meet. A fixed number of statements, however many devices there are. Thread-safe.
 */
@Singleton
final class RequirementCheck {
    private final RolloutDeviceStore rows;
    private final RequirementStore store;
    private final ReleaseService releases;
    // Looked up late: the service tells listeners that ask this.
    private final Instance<ReportedService> reported;

    RequirementCheck(
            RolloutDeviceStore rows,
            RequirementStore store,
            ReleaseService releases,
            Instance<ReportedService> reported) {
        this.rows = rows;
        this.store = store;
        this.releases = releases;
        this.reported = reported;
    }

    /**
     * Why devices do not meet it, a sentence for each cause, equal for all that have it in common; no entry for those that do.
     *
     * @param hardware of the devices asked about
     */
    Map<DeviceId, List<String>> unmet(Handle handle, Requirements requires, Map<DeviceId, String> hardware) {
        if (requires.asksNothingOfDevices() || hardware.isEmpty()) {
            return Map.of();
        }
        Unmet unmet = new Unmet(handle, hardware.keySet());
        requires.image()
                .ifPresent(version -> unmet.version(
                        "image>=" + version,
                        "image!=''",
                        "image older than `" + version + "`",
                        "tells no image version, needs `" + version + "`"));
        requires.agent()
                .ifPresent(version -> unmet.version(
                        "fact.agent.version>=" + version,
                        "fact.agent.version==*",
                        "agent older than `" + version + "`",
                        "tells no agent version, needs `" + version + "`"));
        if (requires.api() > 0) {
            unmet.version(
                    "api>=" + requires.api(),
                    "api==*",
                    "API level below " + requires.api(),
                    "tells no API level, needs " + requires.api());
        }
        new TreeMap<>(requires.apps())
                .forEach((bundle, code) -> unmet.but(
                        store.withApp(handle, hardware.keySet(), bundle, code),
                        "`" + bundle + "` missing or older than version code " + code));
        Map<DeviceId, StoredReport> reports =
                requires.releases().isEmpty() ? Map.of() : reported.get().reports(handle, hardware.keySet());
        for (Requirements.Needed needed : requires.releases()) {
            List<Release> enough = releases.since(handle, needed);
            Set<DeviceId> met = new HashSet<>();
            hardware.forEach((device, board) -> {
                StoredReport report = reports.get(device);
                if (report != null
                        && enough.stream().anyMatch(release -> inForce(release.contentFor(board), report.targets()))) {
                    met.add(device);
                }
            });
            unmet.but(met, "release `" + needed.text() + "` or a later one is not in force");
        }
        return unmet.reasons;
    }

    /** A release that has nothing for the device's hardware cannot be in force there. */
    private static boolean inForce(Map<TargetName, DesiredContent> content, List<TargetCondition> conditions) {
        return !content.isEmpty()
                && content.entrySet().stream().allMatch(target -> conditions.stream()
                        .anyMatch(said -> said.name().equals(target.getKey()) && inForce(target.getValue(), said)));
    }

    private static boolean inForce(DesiredContent content, TargetCondition said) {
        return switch (content) {
            case DesiredContent.Present present ->
                said.state() == ConditionState.COMMITTED
                        && said.sha256().map(present.sha256()::equals).orElse(false);
            case DesiredContent.Absent absent -> said.state() == ConditionState.ABSENT;
        };
    }

    /** Gathers causes; for one question and one thread. */
    private final class Unmet {
        private final Handle handle;
        private final Collection<DeviceId> devices;
        private final Map<DeviceId, List<String>> reasons = new LinkedHashMap<>();

        Unmet(Handle handle, Collection<DeviceId> devices) {
            this.handle = handle;
            this.devices = devices;
        }

        /** All but those that the first query selects: older, or silent where the second one does not select them. */
        void version(String met, String told, String older, String silent) {
            Set<DeviceId> good = selected(met);
            if (good.size() < devices.size()) {
                Set<DeviceId> known = selected(told);
                devices.stream()
                        .filter(device -> !good.contains(device))
                        .forEach(device -> add(device, known.contains(device) ? older : silent));
            }
        }

        void but(Set<DeviceId> good, String reason) {
            devices.stream().filter(device -> !good.contains(device)).forEach(device -> add(device, reason));
        }

        private Set<DeviceId> selected(String query) {
            return new HashSet<>(rows.selected(handle, Selector.parse(query), devices));
        }

        private void add(DeviceId device, String reason) {
            reasons.computeIfAbsent(device, key -> new ArrayList<>()).add(reason);
        }
    }
}
