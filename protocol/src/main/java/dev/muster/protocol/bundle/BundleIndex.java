package dev.muster.protocol.bundle;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.identity.DeviceId;
import dev.muster.protocol.identity.TenantId;
import dev.muster.protocol.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an offline bundle says of itself, and the names of what lies in it. Nobody signed it: it tells a person whom the bundle is for and
 * how long it is good; a device believes the metadata alone.
 *
 * @param devices it was made for
 * @param expires when the first of its signed documents ends
 * @param targets how many different contents it carries
 * @param bytes their lengths together
 */
public record BundleIndex(
        TenantId tenant, List<DeviceId> devices, Instant createdAt, Instant expires, long targets, long bytes) {
    /** Name of the index, the first entry of the ZIP file. */
    public static final String ENTRY = "muster-bundle.json";

    /** Ends the name of such a file. */
    public static final String SUFFIX = ".mbundle";

    private static final long FORMAT = 1;

    public BundleIndex {
        devices = List.copyOf(devices);
    }

    /** Entry of a file of the director repository as {@code device} sees it. */
    public static String director(DeviceId device, String fileName) {
        return "director/" + device.value() + "/" + fileName;
    }

    /** Entry of a file of the image repository. */
    public static String images(String fileName) {
        return "images/" + fileName;
    }

    /** Entry of the bytes with this hash. */
    public static String target(String sha256) {
        return "targets/" + sha256;
    }

    /** The JSON. */
    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("musterBundle", FORMAT);
        map.put("tenant", tenant.value());
        map.put("devices", devices.stream().map(DeviceId::value).toList());
        map.put("createdAt", createdAt.toString());
        map.put("expires", expires.toString());
        map.put("targets", targets);
        map.put("bytes", bytes);
        return JsonObject.write(map);
    }

    /** Reads {@link #toJson}. */
    public static BundleIndex fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        long format = object.number("musterBundle");
        if (format != FORMAT) {
            throw new ProtocolException("expected a bundle of format " + FORMAT + ", found " + format);
        }
        return new BundleIndex(
                object.convert("tenant", TenantId::new),
                object.strings("devices").stream().map(DeviceId::new).toList(),
                object.instant("createdAt"),
                object.instant("expires"),
                object.number("targets"),
                object.number("bytes"));
    }
}
