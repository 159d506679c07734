package dev.muster.protocol.enrol;

import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A certificate and all a device needs to begin: the answer of {@code /device/v1/enrol} and {@code /device/v1/renew}.
 *
 * @param chainPem the device's certificate first, then the issuers up to Muster's root
 * @param caPem the roots to trust for the device's TLS connections
 * @param mqtt {@code host:port} of the gateway
 * @param directorRoot TUF root metadata of the director repository, version 1 or any later one, as text
 * @param imagesRoot TUF root metadata of the image repository, as text
 */
public record EnrolResponse(
        DeviceRef device, String chainPem, String caPem, String mqtt, String directorRoot, String imagesRoot)
        implements EnrolAnswer {

    @Override
    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("tenant", device.tenant().value());
        map.put("device", device.device().value());
        map.put("chain", chainPem);
        map.put("ca", caPem);
        map.put("mqtt", mqtt);
        map.put("directorRoot", directorRoot);
        map.put("imagesRoot", imagesRoot);
        return JsonObject.write(map);
    }

    public static EnrolResponse fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new EnrolResponse(
                DeviceRef.of(object.string("tenant"), object.string("device")),
                object.string("chain"),
                object.string("ca"),
                object.string("mqtt"),
                object.string("directorRoot"),
                object.string("imagesRoot"));
    }
}
