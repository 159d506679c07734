package dev.muster.control.explain;

import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.events.EventListener;
import dev.muster.control.reported.ManifestProof;
import dev.muster.control.reported.ReportListener;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.permissions.PermissionEvent;
import dev.muster.protocol.permissions.PermissionReport;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * What devices say of their permissions beside the answers: lease, traits, levels, drifts. A drift that came back three
 * times raises one alert, with a row in the audit trail. Thread-safe.
 */
@Singleton
public final class PermissionReports implements ReportListener, EventListener {
    private static final Logger LOG = Logger.getLogger(PermissionReports.class);
    private static final int REPEATS_OF_AN_ALERT = 3;

    private final PermissionReportStore store;
    private final AuditStore audit;
    private final Clock clock;

    PermissionReports(PermissionReportStore store, AuditStore audit, Clock clock) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
    }

    /** The permission report of the last manifest; empty for agents that send none. */
    public Optional<PermissionReport> report(Handle handle, DeviceId device) {
        return store.report(handle, device);
    }

    /** What deviates now. */
    public List<PermissionReport.Drift> drifts(Handle handle, DeviceId device) {
        return store.drifts(handle, device);
    }

    @Override
    public void manifest(Handle handle, VersionManifest manifest, ManifestProof proof) {
        DeviceRef device = manifest.device();
        manifest.permissions()
                .ifPresentOrElse(
                        report -> store.put(handle, device.device(), report, clock.instant()),
                        () -> store.remove(handle, device.device()));
        List<PermissionReport.Drift> drifts =
                manifest.permissions().map(PermissionReport::drifts).orElse(List.of()).stream()
                        .filter(drift -> DeviceWords.fit(drift.bundle(), drift.permission(), drift.level()))
                        .toList();
        store.replaceDrifts(handle, device.device(), drifts);
        drifts.forEach(drift -> alert(handle, device, drift, drift.backingOff()));
        store.closeGone(handle, device.device(), clock.instant());
    }

    @Override
    public void happened(Handle handle, DeviceRef device, DeviceEvent event) {
        Optional<PermissionEvent> read;
        try {
            read = PermissionEvent.read(event);
        } catch (ProtocolException e) {
            // The event itself is kept; what it means cannot be known.
            LOG.warnf("event of `%s` is kept and not understood: %s", device, e.getMessage());
            return;
        }
        switch (read.orElse(null)) {
            case PermissionEvent.Drift drift -> alert(handle, device, drift(drift, event), false);
            case PermissionEvent.Lease lease -> store.setLease(handle, device.device(), lease.state());
            case PermissionEvent.Usage usage -> {}
            case PermissionEvent.UsageDropped dropped -> {}
            case PermissionEvent.Shadow shadow -> {}
            case null -> {}
        }
    }

    private static PermissionReport.Drift drift(PermissionEvent.Drift drift, DeviceEvent event) {
        return new PermissionReport.Drift(
                drift.app().bundle(),
                drift.app().user(),
                drift.app().instance(),
                drift.permission(),
                drift.wanted(),
                drift.actual(),
                drift.level(),
                event.at(),
                drift.repeats(),
                drift.action().equals(PermissionEvent.Drift.BACKING_OFF));
    }

    private void alert(Handle handle, DeviceRef device, PermissionReport.Drift drift, boolean backingOff) {
        boolean often = backingOff || drift.backingOff() || drift.repeats() >= REPEATS_OF_AN_ALERT;
        if (often
                && DeviceWords.fit(drift.bundle(), drift.permission(), drift.level())
                && store.raise(handle, device.device(), drift, clock.instant())) {
            audit.append(
                    handle,
                    new Caller.Server(device.tenant(), "drift"),
                    "permission.drift-alert",
                    "device/" + device.device(),
                    Map.of(
                            "bundle", drift.bundle(),
                            "user", drift.user(),
                            "permission", drift.permission(),
                            "wanted", drift.wanted(),
                            "actual", drift.actual(),
                            "level", drift.level(),
                            "repeats", drift.repeats()));
        }
    }
}
