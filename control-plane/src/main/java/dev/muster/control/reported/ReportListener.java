package dev.muster.control.reported;

import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.manifest.VersionManifest;
import dev.muster.protocol.reported.ReportedState;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * A feature that acts on what devices say. Every bean of this type is told, under the device's lock: what one device says is
 * taken in one thing after the other. Each must stand hearing things twice.
 */
public interface ReportListener {
    /**
     * A report that was stored.
     *
     * @param before the one before it, if there was one
     */
    record Report(DeviceId device, ReportedState state, Optional<StoredReport> before) {}

    /** Reports, one of a device, were stored in this transaction. Who is better off alone hears of each. */
    default void reported(Handle handle, TenantId tenant, List<Report> reports) {
        reports.forEach(report -> reported(handle, new DeviceRef(tenant, report.device()), report.state()));
    }

    /** A report was stored in this transaction. */
    default void reported(Handle handle, DeviceRef device, ReportedState state) {}

    /** A manifest whose apps, image or hardware differ from the one before was stored in this transaction. */
    default void inventoryChanged(Handle handle, DeviceRef device, VersionManifest manifest) {}

    /** A manifest was verified and stored in this transaction, whether it says anything new or not. */
    default void manifest(Handle handle, VersionManifest manifest, ManifestProof proof) {}

    /** Comes last for reports, when every listener was told of them. */
    default void told(Handle handle, TenantId tenant, List<Report> reports) {
        reports.forEach(report -> told(handle, new DeviceRef(tenant, report.device())));
    }

    /** Comes last for every report and manifest, when every listener was told the rest. */
    default void told(Handle handle, DeviceRef device) {}
}
