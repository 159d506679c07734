package dev.muster.control.reported;

import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.DeviceSummary;
import dev.muster.control.devices.ReportSummary;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.reported.ConditionState;
import dev.muster.protocol.reported.ReportedState;
import dev.muster.protocol.reported.TargetCondition;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Takes in what devices say, and gives it to the other features. Thread-safe. */
@Singleton
public final class ReportedService {
    private final ReportedStore store;
    private final DeviceService devices;
    private final TenantTransactions transactions;
    private final List<ReportListener> listeners;
    private final ChangeFeed feed;
    private final Clock clock;

    ReportedService(
            ReportedStore store,
            DeviceService devices,
            TenantTransactions transactions,
            @All List<ReportListener> listeners,
            ChangeFeed feed,
            Clock clock) {
        this.store = store;
        this.devices = devices;
        this.transactions = transactions;
        this.listeners = List.copyOf(listeners);
        this.feed = feed;
        this.clock = clock;
    }

    /** The last report of the device, in the caller's transaction. */
    public Optional<StoredReport> report(Handle handle, DeviceId device) {
        return store.report(handle, device);
    }

    /** The last manifest of the device, in the caller's transaction. */
    public Optional<VersionManifest> manifest(Handle handle, DeviceId device) {
        return store.manifest(handle, device);
    }

    /** The last reports of the devices, in the caller's transaction. */
    public Map<DeviceId, StoredReport> reports(Handle handle, Collection<DeviceId> ids) {
        return store.reports(handle, ids);
    }

    /**
     * Takes in reports in one transaction, for a statement costs more than a row; one of an unknown device is dropped,
     * because a gateway may be ahead of us.
     *
     * @param traces ids of those that answer a change that is traced
     */
    void accept(TenantId tenant, Map<DeviceId, ReportedState> reports, Map<DeviceId, String> traces) {
        transactions.runForMany(tenant, handle -> store(handle, tenant, reports, traces));
        reports.keySet().forEach(device -> feed.device(tenant, device));
    }

    /** The same in the caller's transaction, for a device whose words reach us another way than by Kafka. */
    public void accept(Handle handle, DeviceRef device, ReportedState state) {
        store(handle, device.tenant(), Map.of(device.device(), state), Map.of());
        handle.afterCommit(() -> feed.device(device.tenant(), device.device()));
    }

    private void store(
            Handle handle, TenantId tenant, Map<DeviceId, ReportedState> reports, Map<DeviceId, String> traces) {
        Map<DeviceId, ReportedState> known = new LinkedHashMap<>(reports);
        known.keySet().retainAll(devices.lock(handle, reports.keySet()));
        if (known.isEmpty()) {
            return;
        }
        Map<DeviceId, StoredReport> before = store.reports(handle, known.keySet());
        store.putReports(handle, known, traces, clock.instant());
        devices.reported(handle, tenant, summaries(known));
        List<ReportListener.Report> told = known.entrySet().stream()
                .map(entry -> new ReportListener.Report(
                        entry.getKey(), entry.getValue(), Optional.ofNullable(before.get(entry.getKey()))))
                .toList();
        listeners.forEach(listener -> listener.reported(handle, tenant, told));
        listeners.forEach(listener -> listener.told(handle, tenant, told));
    }

    private static Map<DeviceId, ReportSummary> summaries(Map<DeviceId, ReportedState> reports) {
        Map<DeviceId, ReportSummary> summaries = new LinkedHashMap<>();
        reports.forEach((device, state) -> summaries.put(
                device,
                new ReportSummary(
                        state.generation(),
                        settled(state.targets()),
                        policyVersion(state.targets()).orElse(null),
                        state.facts())));
        return summaries;
    }

    /** Takes in a manifest that was verified; equal inventories are no news, one of an unknown device is dropped. */
    void accept(VersionManifest manifest, ManifestProof proof) {
        DeviceRef device = manifest.device();
        transactions.run(device.tenant(), handle -> {
            if (!devices.lock(handle, device.device())) {
                return;
            }
            Optional<VersionManifest> before = store.manifest(handle, device.device());
            store.putManifest(handle, manifest, clock.instant());
            summarise(handle, device);
            if (before.filter(known -> sameInventory(known, manifest)).isEmpty()) {
                listeners.forEach(listener -> listener.inventoryChanged(handle, device, manifest));
            }
            listeners.forEach(listener -> listener.manifest(handle, manifest, proof));
            listeners.forEach(listener -> listener.told(handle, device));
        });
        feed.device(device.tenant(), device.device());
    }

    /** Whether both say the same about what is installed. */
    static boolean sameInventory(VersionManifest a, VersionManifest b) {
        return installed(a).equals(installed(b))
                && a.image().equals(b.image())
                && a.hardware().equals(b.hardware());
    }

    /** The apps without what moves all the time: processes that run change nothing about what is installed. */
    private static List<VersionManifest.InstalledApp> installed(VersionManifest manifest) {
        return manifest.apps().stream()
                .map(app -> app.withProcesses(Optional.empty()))
                .toList();
    }

    /** What lists show: the image from the signed manifest, the policy from the report. */
    private void summarise(Handle handle, DeviceRef ref) {
        DeviceId device = ref.device();
        Optional<StoredReport> report = store.report(handle, device);
        Optional<VersionManifest.InstalledImage> image =
                store.manifest(handle, device).flatMap(VersionManifest::image);
        devices.reported(
                handle,
                ref,
                new DeviceSummary(
                        report.map(StoredReport::generation).orElse(0L),
                        report.map(known -> settled(known.targets())).orElse(true),
                        image.map(VersionManifest.InstalledImage::version).orElse(null),
                        image.map(VersionManifest.InstalledImage::slot).orElse(null),
                        report.flatMap(known -> policyVersion(known.targets())).orElse(null)));
    }

    private static boolean settled(List<TargetCondition> targets) {
        return targets.stream()
                .map(TargetCondition::state)
                .allMatch(state -> state == ConditionState.COMMITTED || state == ConditionState.ABSENT);
    }

    private static Optional<String> policyVersion(List<TargetCondition> targets) {
        return targets.stream()
                .filter(condition ->
                        condition.name() instanceof TargetName.Policy && condition.state() == ConditionState.COMMITTED)
                .map(TargetCondition::version)
                .findFirst();
    }
}
