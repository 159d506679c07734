package dev.muster.control.bridges;

import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.policy.language.BridgeDocument;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import dev.muster.telemetry.bridge.DeviceDoor.Verdict;
import dev.muster.telemetry.bridge.Preview;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Which devices a connection may speak for: foreign ones that are active and that its selector selects, and those it makes at first
 * sight if it may. Thread-safe.
 */
@Singleton
final class ForeignDevices {
    /** What is made of whatever a broker says stays within this. */
    static final int MOST_MADE = 10_000;

    private final BridgeStore store;
    private final DeviceService devices;
    private final AuditStore audit;
    private final TenantTransactions transactions;

    ForeignDevices(BridgeStore store, DeviceService devices, AuditStore audit, TenantTransactions transactions) {
        this.store = store;
        this.devices = devices;
        this.audit = audit;
        this.transactions = transactions;
    }

    /** The answer for each device; one that may be made is. */
    Map<DeviceId, Verdict> admit(TenantId tenant, BridgeText bridge, Collection<DeviceId> asked) {
        Map<DeviceId, BridgeStore.Seen> known =
                transactions.in(tenant, handle -> store.look(handle, asked, bridge.selector()));
        Map<DeviceId, Verdict> verdicts = new HashMap<>();
        for (DeviceId device : asked) {
            BridgeStore.Seen seen = known.get(device);
            verdicts.put(device, seen == null ? atFirstSight(tenant, bridge, device) : verdict(seen));
        }
        return verdicts;
    }

    /** What would be answered; nothing is made. */
    Map<DeviceId, Preview.Look.Answer> look(TenantId tenant, BridgeText bridge, List<DeviceId> asked) {
        Map<DeviceId, BridgeStore.Seen> known =
                transactions.in(tenant, handle -> store.look(handle, asked, bridge.selector()));
        Map<DeviceId, Preview.Look.Answer> answers = new HashMap<>();
        for (DeviceId device : asked) {
            BridgeStore.Seen seen = known.get(device);
            answers.put(
                    device,
                    seen == null
                            ? bridge.document().create().isPresent()
                                    ? new Preview.Look.Answer("new", "")
                                    : new Preview.Look.Answer("refused", UNKNOWN)
                            : switch (verdict(seen)) {
                                case Verdict.Admitted a -> new Preview.Look.Answer("known", "");
                                case Verdict.Refused(var reason) -> new Preview.Look.Answer("refused", reason);
                            });
        }
        return answers;
    }

    private static final String UNKNOWN = "there is no such device, and the connection makes none";
    private static final String OUTSIDE = "it is not among the devices that the connection may speak for";

    private static Verdict verdict(BridgeStore.Seen seen) {
        if (!seen.kind().equals("foreign")) {
            return new Verdict.Refused("it is a device that speaks for itself");
        }
        if (!seen.status().equals("active")) {
            return new Verdict.Refused("it is " + seen.status());
        }
        return seen.selected() ? new Verdict.Admitted() : new Verdict.Refused(OUTSIDE);
    }

    private Verdict atFirstSight(TenantId tenant, BridgeText bridge, DeviceId device) {
        Optional<BridgeDocument.Create> create = bridge.document().create();
        if (create.isEmpty()) {
            return new Verdict.Refused(UNKNOWN);
        }
        try {
            transactions.run(tenant, handle -> make(handle, tenant, bridge, create.get(), device));
            return new Verdict.Admitted();
        } catch (Refusal e) {
            return new Verdict.Refused(String.valueOf(e.getMessage()));
        } catch (ProblemException e) {
            return new Verdict.Refused(e.detail());
        }
    }

    private void make(
            Handle handle, TenantId tenant, BridgeText bridge, BridgeDocument.Create create, DeviceId device) {
        String name = bridge.document().name();
        if (store.made(handle, name) >= MOST_MADE) {
            throw new Refusal("the connection made " + MOST_MADE + " devices already, and may make no more");
        }
        register(handle, new Caller.Server(tenant, "bridge/" + name), bridge, create, device);
    }

    /** Makes a foreign device, in the caller's transaction, which ends if the connection may not speak for it. */
    void register(Handle handle, Caller by, BridgeText bridge, BridgeDocument.Create create, DeviceId device) {
        String name = bridge.document().name();
        boolean made = devices.registerForeign(
                handle,
                by.tenant(),
                new NewDevice(
                        device,
                        create.type().orElse("foreign"),
                        null,
                        create.site().map(BridgeDocument.Said::text).orElse(null),
                        create.tags(),
                        Map.of(BridgeStore.FACT, name)),
                create.type());
        if (!made) {
            throw new Refusal("there is a device of this name already");
        }
        BridgeStore.Seen seen =
                store.look(handle, List.of(device), bridge.selector()).get(device);
        if (seen == null || !seen.selected()) {
            throw new Refusal(OUTSIDE);
        }
        audit.append(
                handle,
                by,
                "device.register-foreign",
                "device/" + new DeviceRef(by.tenant(), device).device(),
                Map.of("bridge", name));
    }

    /** Takes a transaction back, with words for people. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refusal(String message) {
            super(message);
        }
    }
}
