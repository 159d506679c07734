package dev.muster.control.enrolment;

import dev.muster.control.access.Caller;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.devices.DeviceWords;
import dev.muster.control.devices.NewDevice;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.enrol.EnrolRequest;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Gives hardware its place in the registry: the device that waits for it, or a new one under a free name. Thread-safe. */
@Singleton
final class Registration {
    private static final int NAMES_TRIED = 50;
    private static final int LONGEST_SERIAL = 128;

    private final DeviceService devices;
    private final AuditStore audit;

    Registration(DeviceService devices, AuditStore audit) {
        this.devices = devices;
        this.audit = audit;
    }

    /**
     * Hardware that may come in.
     *
     * @param evidence what let it in, for the trail
     */
    record Hardware(
            DeviceId wished,
            String hardware,
            @Nullable String serial,
            Map<String, String> facts,
            @Nullable String site,
            List<String> tags,
            Map<String, String> evidence) {
        Hardware {
            facts = Map.copyOf(facts);
            tags = List.copyOf(tags);
            evidence = Map.copyOf(evidence);
        }

        NewDevice named(DeviceId id) {
            return new NewDevice(id, hardware, serial, site, tags, facts);
        }
    }

    /** The words of a device that nobody knows yet, refused where no row can hold them. */
    static void requireWords(EnrolRequest request) {
        boolean fit = DeviceWords.fit(request.hardware())
                && request.serial()
                        .map(serial -> serial.length() <= LONGEST_SERIAL && DeviceWords.fit(serial))
                        .orElse(true)
                && request.facts().entrySet().stream()
                        .allMatch(fact -> DeviceWords.fitAttribute(fact.getKey(), fact.getValue()));
        if (!fit) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `hardware`, `serial` and `facts` as text of 1 to " + DeviceWords.LONGEST
                            + " characters, found others");
        }
    }

    /** The name that the device would like, or one made up. */
    static DeviceId wished(Optional<String> name) {
        if (name.isEmpty()) {
            byte[] random = new byte[4];
            new SecureRandom().nextBytes(random);
            return new DeviceId("device-" + HexFormat.of().formatHex(random));
        }
        DeviceId id = new DeviceId(name.get());
        if (id.value().indexOf('/') >= 0) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "expected `device` without `/`, found `" + id + "`: a sub-device has no certificate of its own");
        }
        return id;
    }

    /** The device that it is from now on, with its audit row. */
    DeviceId register(Handle handle, TenantId tenant, Hardware hardware) {
        Optional<DeviceService.Awaited> awaited =
                devices.awaited(handle, hardware.serial(), hardware.facts().get("udid"));
        if (awaited.isPresent()) {
            return claim(handle, tenant, hardware, awaited.get());
        }
        for (int i = 1; i <= NAMES_TRIED; i++) {
            DeviceId id = i == 1 ? hardware.wished() : new DeviceId(shortened(hardware.wished()) + "-" + i);
            if (devices.register(handle, tenant, hardware.named(id))) {
                note(handle, tenant, id, hardware, "wished", hardware.wished().value());
                return id;
            }
        }
        throw new ProblemException(
                ProblemCode.ALREADY_EXISTS,
                "expected a free name like `" + hardware.wished() + "`, found the first " + NAMES_TRIED + " taken");
    }

    /** The hardware that a pending device waits for: the name is the device's, whatever the hardware wished. */
    private DeviceId claim(Handle handle, TenantId tenant, Hardware hardware, DeviceService.Awaited awaited) {
        if (!awaited.hardware().isEmpty() && !awaited.hardware().equals(hardware.hardware())) {
            throw new ProblemException(
                    ProblemCode.CONFLICT,
                    "expected hardware `" + awaited.hardware() + "` for `" + awaited.id() + "`, found `"
                            + hardware.hardware() + "`");
        }
        devices.claim(handle, tenant, hardware.named(awaited.id()));
        String serial = hardware.serial();
        note(handle, tenant, awaited.id(), hardware, "claimed", "serial " + (serial == null ? "unknown" : serial));
        return awaited.id();
    }

    private void note(Handle handle, TenantId tenant, DeviceId id, Hardware hardware, String how, String what) {
        Map<String, String> detail = new LinkedHashMap<>(hardware.evidence());
        detail.put("hardware", hardware.hardware());
        detail.put(how, what);
        audit.append(handle, new Caller.Device(new DeviceRef(tenant, id)), "device.enrol", "device/" + id, detail);
    }

    private static String shortened(DeviceId id) {
        return id.value().length() <= 60 ? id.value() : id.value().substring(0, 60);
    }
}
