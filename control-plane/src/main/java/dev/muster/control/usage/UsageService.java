package dev.muster.control.usage;

import dev.muster.control.devices.DeviceWords;
import dev.muster.control.events.EventListener;
import dev.muster.control.reported.ReportListener;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.event.DeviceEvent;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.permissions.PermissionEvent;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Sums what devices count, and remembers on which days they were there to count. Thread-safe. */
@Singleton
public final class UsageService implements EventListener, ReportListener {
    private static final Logger LOG = Logger.getLogger(UsageService.class);

    /** More questions in one interval nobody believes. */
    private static final long MOST = 1_000_000_000L;

    private final UsageStore store;
    private final ShadowStore shadows;
    private final Clock clock;

    UsageService(UsageStore store, ShadowStore shadows, Clock clock) {
        this.store = store;
        this.shadows = shadows;
        this.clock = clock;
    }

    /** All counts of one device, whose scope the caller has checked. */
    public List<UsageRow> of(Handle handle, DeviceId device) {
        return store.of(handle, device);
    }

    @Override
    public void told(Handle handle, TenantId tenant, List<Report> reports) {
        store.heard(handle, reports.stream().map(Report::device).toList(), today());
    }

    @Override
    public void told(Handle handle, DeviceRef device) {
        store.heard(handle, List.of(device.device()), today());
    }

    @Override
    public void inventoryChanged(Handle handle, DeviceRef device, VersionManifest manifest) {
        store.installed(
                handle,
                device.device(),
                manifest.apps().stream()
                        .filter(app -> DeviceWords.fit(app.bundle()))
                        .map(app -> new UsageStore.Installed(app.bundle(), app.user(), app.instance()))
                        .distinct()
                        .toList(),
                clock.instant());
    }

    @Override
    public void happened(Handle handle, DeviceRef device, DeviceEvent event) {
        store.heard(handle, List.of(device.device()), today());
        Optional<PermissionEvent> read;
        try {
            read = PermissionEvent.read(event);
        } catch (ProtocolException e) {
            LOG.warnf("event of `%s` is kept and not counted: %s", device, e.getMessage());
            return;
        }
        switch (read.orElse(null)) {
            case PermissionEvent.Usage usage -> {
                if (DeviceWords.fit(usage.app().bundle(), usage.permission())) {
                    store.add(
                            handle,
                            device.device(),
                            bounded(usage),
                            known(usage.interval().from()),
                            known(usage.interval().to()));
                }
            }
            case PermissionEvent.UsageDropped dropped ->
                store.dropped(
                        handle,
                        device.device(),
                        Math.min(dropped.count(), MOST),
                        known(dropped.interval().to()),
                        today());
            case PermissionEvent.Shadow shadow -> {
                if (DeviceWords.fit(
                        shadow.app().bundle(), shadow.permission(), shadow.liveReason(), shadow.shadowReason())) {
                    shadows.add(
                            handle,
                            device.device(),
                            shadow,
                            Math.min(shadow.count(), MOST),
                            known(shadow.interval().from()),
                            known(shadow.interval().to()));
                }
            }
            case PermissionEvent.Drift drift -> {}
            case PermissionEvent.Lease lease -> {}
            case PermissionEvent.Situation situation -> {}
            case null -> {}
        }
    }

    /** A device's clock may claim the future; use that has not happened must not look like the latest. */
    private Instant known(Instant said) {
        Instant now = clock.instant();
        return said.isAfter(now) ? now : DeviceWords.within(said);
    }

    /** A sum of what devices claim must not run over. */
    private static PermissionEvent.Usage bounded(PermissionEvent.Usage usage) {
        return new PermissionEvent.Usage(
                usage.app(),
                usage.permission(),
                usage.interval(),
                Math.min(usage.granted(), MOST),
                Math.min(usage.denied(), MOST));
    }

    private int today() {
        return Math.toIntExact(Math.floorDiv(clock.instant().getEpochSecond(), 86_400L));
    }
}
