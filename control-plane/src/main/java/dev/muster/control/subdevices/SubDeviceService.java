package dev.muster.control.subdevices;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.kafka.DeviceState;
import dev.muster.protocol.subdevice.SubDevices;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What is behind gateways, for people and for the gateways. Thread-safe. */
@Singleton
final class SubDeviceService {
    private final SubDeviceStore store;
    private final DeviceService devices;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;

    SubDeviceService(
            SubDeviceStore store,
            DeviceService devices,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.store = store;
        this.devices = devices;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Takes in what a gateway finds, and answers what of it is a device. */
    SubDevices.Answer found(DeviceRef gateway, byte[] json) {
        SubDevices.Report report;
        try {
            if (!DeviceWords.areText(JsonObject.parse(json).members())) {
                throw invalid("expected texts of 1 to " + DeviceWords.LONGEST + " characters without U+0000");
            }
            report = SubDevices.Report.fromJson(json);
        } catch (ProtocolException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
        List<SubDevice> all = transactions.in(gateway.tenant(), handle -> {
            store.found(handle, gateway.device(), report.children(), clock.instant());
            if (store.count(handle, gateway.device()) > SubDevices.MOST) {
                throw new ProblemException(
                        ProblemCode.QUOTA_EXCEEDED,
                        "expected at most " + SubDevices.MOST + " sub-devices behind one gateway, found more");
            }
            return store.of(handle, gateway.device());
        });
        return new SubDevices.Answer(all.stream()
                .map(child -> new SubDevices.Known(child.name(), isActive(child), child.generation()))
                .toList());
    }

    private static boolean isActive(SubDevice child) {
        return "active".equals(child.status());
    }

    /** The sub-device if it is one of this gateway that may have documents now; as unknown otherwise. */
    DeviceRef admitted(DeviceRef gateway, String name) {
        DeviceRef child;
        try {
            child = SubDevices.of(gateway, name);
        } catch (ProtocolException e) {
            throw notFound(gateway.device(), name);
        }
        if (devices.status(child).filter(DeviceState.Status.ACTIVE::equals).isEmpty()) {
            throw notFound(gateway.device(), name);
        }
        return child;
    }

    List<SubDevice> list(Access access, DeviceId gateway) {
        return transactions.in(access.tenant(), handle -> {
            devices.require(handle, access.scope(), gateway);
            return store.of(handle, gateway);
        });
    }

    /** A person vouches for it: from now on it is a device, at the site of its gateway. */
    SubDevice approve(Access access, DeviceId gateway, String name) {
        return transactions.in(access.tenant(), handle -> {
            Device parent = devices.require(handle, access.scope(), gateway);
            SubDevice child = require(handle, gateway, name);
            if (child.state().equals("approved")) {
                return child;
            }
            DeviceRef ref = SubDevices.of(new DeviceRef(access.tenant(), gateway), name);
            boolean made = devices.register(
                    handle,
                    access.tenant(),
                    new NewDevice(
                            ref.device(),
                            child.hardware(),
                            child.facts().get("serial"),
                            parent.site(),
                            List.of(),
                            child.facts()));
            if (!made) {
                throw new ProblemException(ProblemCode.ALREADY_EXISTS, "device `" + ref.device() + "` exists");
            }
            store.decide(handle, gateway, name, "approved");
            audit.append(
                    handle,
                    access.caller(),
                    "sub-device.approve",
                    "device/" + ref.device(),
                    Map.of("gateway", gateway.value(), "driver", child.driver(), "hardware", child.hardware()));
            return require(handle, gateway, name);
        });
    }

    /** A person does not vouch for it; it stays listed, and can be approved later. */
    SubDevice reject(Access access, DeviceId gateway, String name) {
        return transactions.in(access.tenant(), handle -> {
            devices.require(handle, access.scope(), gateway);
            SubDevice child = require(handle, gateway, name);
            if (child.state().equals("approved")) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "expected a sub-device that waits, found `" + child.device()
                                + "` approved: retire the device instead");
            }
            store.decide(handle, gateway, name, "rejected");
            audit.append(
                    handle,
                    access.caller(),
                    "sub-device.reject",
                    "device/" + gateway,
                    Map.of("child", name, "driver", child.driver()));
            return require(handle, gateway, name);
        });
    }

    private SubDevice require(Handle handle, DeviceId gateway, String name) {
        try {
            SubDevices.name(name);
        } catch (ProtocolException e) {
            throw notFound(gateway, name);
        }
        return store.lock(handle, gateway, name).orElseThrow(() -> notFound(gateway, name));
    }

    private static ProblemException notFound(DeviceId gateway, String name) {
        return new ProblemException(
                ProblemCode.DEVICE_NOT_FOUND, "no sub-device `" + name + "` behind `" + gateway + "`");
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
    }
}
