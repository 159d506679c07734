package dev.muster.protocol.kafka;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a gateway must know of a device before it lets it in, or, where the key is a tenant's name alone, of the tenant: unless
 * that is {@code ACTIVE} none of its devices may connect.
 *
 * @param generation of the desired state; a gateway drops a record with a lower one than it holds
 * @param revision grows with every change of this record, status changes included
 * @param sparkplug the device is a foreign edge node of this name: it speaks {@code spBv1.0} and nothing else
 * @param quota only of a tenant: what its devices may send together
 */
public record DeviceState(
        Status status,
        long generation,
        long revision,
        Optional<SparkplugName> sparkplug,
        Optional<TelemetryQuota> quota) {
    /** Life of a device; only {@code ACTIVE} ones may connect. */
    public enum Status {
        PENDING,
        ACTIVE,
        SUSPENDED,
        RETIRED
    }

    /** A device with our agent, or a tenant without quota. */
    public DeviceState(Status status, long generation, long revision) {
        this(status, generation, revision, Optional.empty());
    }

    /** A device. */
    public DeviceState(Status status, long generation, long revision, Optional<SparkplugName> sparkplug) {
        this(status, generation, revision, sparkplug, Optional.empty());
    }

    /** A tenant. */
    public static DeviceState tenant(Status status, long revision, TelemetryQuota quota) {
        return new DeviceState(
                status, 0, revision, Optional.empty(), Optional.of(quota).filter(said -> !said.isEmpty()));
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("status", status.name().toLowerCase(Locale.ROOT));
        map.put("generation", generation);
        map.put("revision", revision);
        sparkplug.ifPresent(name -> map.put("sparkplug", Map.of("group", name.group(), "node", name.node())));
        quota.ifPresent(limits -> map.put("quota", limits.toMap()));
        return JsonObject.write(map);
    }

    public static DeviceState fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        String status = object.string("status");
        try {
            return new DeviceState(
                    Status.valueOf(status.toUpperCase(Locale.ROOT)),
                    object.number("generation"),
                    object.number("revision"),
                    object.optionalObject("sparkplug")
                            .map(name -> new SparkplugName(name.string("group"), name.string("node"))),
                    object.optionalObject("quota").map(TelemetryQuota::from));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("expected pending, active, suspended or retired, found `" + status + "`", e);
        }
    }
}
