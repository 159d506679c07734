package dev.muster.protocol.enrol;

import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks for a first certificate: {@code POST /device/v1/enrol}.
 *
 * @param token from {@code muster enrol token}
 * @param csrPem PKCS#10 in PEM, EC P-256, self-signed as proof of possession; its subject is ignored
 * @param device the name the device would like; the server may give another
 * @param hardware hardware id, such as {@code linux-x86_64} or a board name
 * @param serial serial number, where the device has one
 */
public record EnrolRequest(
        String token,
        String csrPem,
        Optional<String> device,
        String hardware,
        Optional<String> serial,
        Map<String, String> facts) {
    public EnrolRequest {
        facts = Map.copyOf(facts);
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("token", token);
        map.put("csr", csrPem);
        device.ifPresent(value -> map.put("device", value));
        map.put("hardware", hardware);
        serial.ifPresent(value -> map.put("serial", value));
        map.put("facts", new java.util.TreeMap<>(facts));
        return JsonObject.write(map);
    }

    public static EnrolRequest fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new EnrolRequest(
                object.string("token"),
                object.string("csr"),
                object.optionalString("device"),
                object.string("hardware"),
                object.optionalString("serial"),
                object.stringMap("facts"));
    }

    /** Without the token: what may stand in a log. */
    @Override
    public String toString() {
        return "EnrolRequest[device=" + device + ", hardware=" + hardware + ", serial=" + serial + "]";
    }
}
