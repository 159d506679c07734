package dev.muster.protocol.desired;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Muster's part of a director targets document: member {@code muster} of {@code signed.custom}. It names the device even
 * where the list of targets is empty, so that no document fits another device (Uptane standard, 5.4.2.5).
 *
 * @param device the only device this document is for
 * @param generation of the desired state the document was made from
 * @param absent what must not be on the device; what is neither here nor a target is never touched
 * @param signedAt when the document was signed, by the server's clock: for devices whose own clock is not set
 * @param unknown names among {@code absent} that this version does not know, as text; never touched either
 */
public record DirectorCustom(
        DeviceRef device, long generation, List<TargetName> absent, Optional<Instant> signedAt, List<String> unknown) {
    public DirectorCustom {
        absent = List.copyOf(absent);
        unknown = List.copyOf(unknown);
    }

    /** Without a time, with known names only. */
    public DirectorCustom(DeviceRef device, long generation, List<TargetName> absent) {
        this(device, generation, absent, Optional.empty(), List.of());
    }

    /** The {@code custom} object of the targets document. */
    public Map<String, Object> toCustom() {
        Map<String, Object> muster = new LinkedHashMap<>();
        muster.put("device", device.key());
        muster.put("generation", generation);
        muster.put(
                "absent",
                Stream.concat(absent.stream().map(TargetName::text), unknown.stream())
                        .toList());
        signedAt.ifPresent(value -> muster.put("signedAt", value.toString()));
        return Map.of("muster", muster);
    }

    public static DirectorCustom fromCustom(Map<String, ?> custom) {
        JsonObject muster = JsonObject.of(custom).object("muster");
        List<TargetName> absent = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (String name : muster.strings("absent")) {
            TargetName.find(name).ifPresentOrElse(absent::add, () -> unknown.add(name));
        }
        return new DirectorCustom(
                muster.convert("device", DeviceRef::parse),
                muster.number("generation"),
                absent,
                muster.optionalInstant("signedAt"),
                unknown);
    }
}
