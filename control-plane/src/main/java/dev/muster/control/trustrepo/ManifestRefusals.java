package dev.muster.control.trustrepo;

import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.tenancy.Trip;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Devices whose last version manifest was refused: signed by another key than the one they are known by, or of another
 * device. The director signs nothing new for them until one is accepted. Thread-safe.
 */
@Singleton
public final class ManifestRefusals {
    private static final int MAX_REASON = 300;

    private final TrustDraftStore store;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    ManifestRefusals(TrustDraftStore store, AuditStore audit, TenantTransactions transactions, Clock clock) {
        this.store = store;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Remembers a refusal; the first one of several in a row is audited. */
    public void refused(DeviceRef device, String reason) {
        String shown = DeviceWords.areText(Map.of("reason", reason)) ? reason : "its manifest is not text";
        String kept = shown.length() > MAX_REASON ? shown.substring(0, MAX_REASON) : shown;
        transactions.run(device.tenant(), handle -> {
            if (store.refuseManifest(handle, device.device(), kept, clock.instant())) {
                audit.append(
                        handle,
                        new Caller.Device(device),
                        "manifest.refused",
                        "device/" + device.device().value(),
                        Map.of("reason", kept));
            }
        });
    }

    /** Forgets it: the device said who it is. */
    public void accepted(DeviceRef device) {
        transactions.run(device.tenant(), handle -> store.acceptManifest(handle, device.device()));
    }

    /** Whether the director signs nothing for the device, to be looked at after the trip. */
    BooleanSupplier holds(Trip trip, DeviceId device) {
        Trip.Answer<String> refused = trip.ask(store.refusedManifest(device));
        return () -> refused.first().isPresent();
    }
}
