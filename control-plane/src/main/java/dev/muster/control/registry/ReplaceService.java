package dev.muster.control.registry;

import dev.muster.control.access.Access;
import dev.muster.control.access.Scope;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.desired.DesiredContent;
import dev.muster.control.desired.DesiredService;
import dev.muster.control.desired.DesiredTarget;
import dev.muster.control.devices.AwaitedDevice;
import dev.muster.control.devices.Device;
import dev.muster.control.devices.DeviceChecks;
import dev.muster.control.devices.DevicePatch;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.groups.GroupService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.sites.SiteService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.desired.TargetCustom;
import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.kafka.DeviceState;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Puts other hardware in a device's place, in one transaction. An id is bound to a certificate for ever, so the new hardware
 * is a device of its own: it takes over what people and rollouts said of the old one, and the old one retires, which ends its
 * certificate everywhere at once. Thread-safe.
 */
@Singleton
final class ReplaceService {
    private static final int IDS_TRIED = 100;

    private final DeviceService devices;
    private final GroupService groups;
    private final SiteService sites;
    private final DesiredService desired;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final ChangeFeed feed;

    ReplaceService(
            DeviceService devices,
            GroupService groups,
            SiteService sites,
            DesiredService desired,
            AuditStore audit,
            TenantTransactions transactions,
            ChangeFeed feed) {
        this.devices = devices;
        this.groups = groups;
        this.sites = sites;
        this.desired = desired;
        this.audit = audit;
        this.transactions = transactions;
        this.feed = feed;
    }

    /** Both devices afterwards, and the targets that the new one took over and that it did not. */
    record Replaced(Device old, Device replacement, List<String> takenOver, List<String> leftBehind) {}

    Replaced replace(Access access, DeviceId id, String serial, @Nullable String hardware) {
        DeviceChecks.identifier("serial", serial);
        if (hardware != null) {
            DeviceChecks.identifier("hardware", hardware);
        }
        Replaced replaced = transactions.in(access.tenant(), handle -> {
            devices.holdOne(handle, access.scope(), id);
            Device old = devices.require(handle, access.scope(), id);
            if (old.status() == DeviceState.Status.RETIRED) {
                throw new ProblemException(
                        ProblemCode.CONFLICT, "expected a device that is not retired, found `" + id + "`, which is");
            }
            if (serial.equals(old.serial())) {
                throw new ProblemException(
                        ProblemCode.INVALID_REQUEST,
                        "expected the `serial` of other hardware, found that of `" + id + "` itself");
            }
            DeviceId next = standIn(handle, access, old, serial, hardware);
            groups.takeOver(handle, access.tenant(), id, next);
            sites.gatewayReplaced(handle, id.value(), next.value());
            Moved moved = moveTargets(handle, access, id, next);
            audit.append(
                    handle,
                    access.caller(),
                    "device.replace",
                    "device/" + id,
                    Map.of("by", next.value(), "serial", serial));
            audit.append(handle, access.caller(), "device.replace", "device/" + next, Map.of("replaces", id.value()));
            devices.retire(handle, access, id);
            Scope all = Scope.wholeTenant(access.tenant());
            return new Replaced(
                    devices.require(handle, all, id), devices.require(handle, all, next), moved.taken(), moved.left());
        });
        feed.device(access.tenant(), id);
        feed.device(access.tenant(), new DeviceId(replaced.replacement().id()));
        return replaced;
    }

    /** The device that the new hardware is: one that is there already, such as a spare, or one that waits for it. */
    private DeviceId standIn(Handle handle, Access access, Device old, String serial, @Nullable String hardware) {
        Optional<DeviceId> known = devices.bySerial(handle, serial);
        if (known.isPresent()) {
            if (!devices.exists(handle, access.scope(), known.get())) {
                throw new ProblemException(
                        ProblemCode.CONFLICT,
                        "hardware with the serial number `" + serial + "` is another device already");
            }
            Map<String, @Nullable String> metadata = new HashMap<>(old.metadata());
            devices.edit(
                    handle,
                    access,
                    known.get(),
                    new DevicePatch(
                            old.name(), old.site() == null ? "" : old.site(), old.tags(), old.type(), metadata));
            return known.get();
        }
        for (int i = 2; i <= IDS_TRIED; i++) {
            String stem = old.id().length() > 58 ? old.id().substring(0, 58) : old.id();
            DeviceId id = new DeviceId(stem + "-r" + i);
            if (!devices.exists(handle, Scope.wholeTenant(access.tenant()), id)
                    && devices.await(
                            handle,
                            access.tenant(),
                            new AwaitedDevice(
                                    id,
                                    old.name(),
                                    old.type(),
                                    hardware == null ? old.hardware() : hardware,
                                    serial,
                                    null,
                                    old.site(),
                                    old.tags(),
                                    old.metadata()))) {
                return id;
            }
        }
        throw new ProblemException(
                ProblemCode.ALREADY_EXISTS, "expected a free id like `" + old.id() + "-r2`, found all taken");
    }

    private record Moved(List<String> taken, List<String> left) {}

    // The policy is made for each device by what it is; capabilities and watched policies are the old one's alone.
    private Moved moveTargets(Handle handle, Access access, DeviceId from, DeviceId to) {
        String hardware =
                devices.require(handle, Scope.wholeTenant(access.tenant()), to).hardware();
        List<DesiredTarget> all = desired.read(handle, from).orElseThrow().targets();
        List<DesiredTarget> fitting = all.stream()
                .filter(target -> moves(target.name()) && fits(target, hardware))
                .map(target -> new DesiredTarget(target.name(), target.content(), "replace/" + from))
                .toList();
        desired.set(handle, access.tenant(), to, fitting);
        List<String> taken =
                fitting.stream().map(target -> target.name().text()).toList();
        return new Moved(
                taken,
                all.stream()
                        .map(target -> target.name().text())
                        .filter(name -> !taken.contains(name))
                        .toList());
    }

    private static boolean moves(TargetName name) {
        return switch (name) {
            case TargetName.Image image -> true;
            case TargetName.App app -> true;
            case TargetName.Settings settings -> true;
            case TargetName.Policy policy -> false;
            case TargetName.Capabilities capabilities -> false;
            case TargetName.PolicyShadow shadow -> false;
        };
    }

    private static boolean fits(DesiredTarget target, String hardware) {
        return switch (target.content()) {
            case DesiredContent.Present present -> TargetCustom.fits(present.hardware(), hardware);
            case DesiredContent.Absent absent -> true;
        };
    }
}
