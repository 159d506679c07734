package dev.muster.protocol.enrol;

import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks for a first certificate: {@code POST /device/v1/enrol}.
 *
 * @param token from {@code muster enrol token}; empty with a factory's proof
 * @param csrPem PKCS#10 in PEM, EC P-256, self-signed as proof of possession; its subject is ignored
 * @param device the name the device would like; the server may give another
 * @param hardware hardware id, such as {@code linux-x86_64} or a board name
 * @param serial serial number, where the device has one
 * @param factory that the device's maker vouches for it
 */
public record EnrolRequest(
        String token,
        String csrPem,
        Optional<String> device,
        String hardware,
        Optional<String> serial,
        Map<String, String> facts,
        Optional<FactoryProof> factory) {
    public EnrolRequest {
        facts = Map.copyOf(facts);
    }

    /** With a token. */
    public EnrolRequest(
            String token,
            String csrPem,
            Optional<String> device,
            String hardware,
            Optional<String> serial,
            Map<String, String> facts) {
        this(token, csrPem, device, hardware, serial, facts, Optional.empty());
    }

    /** The same without its proof: what the proof signs. */
    public EnrolRequest withoutFactory() {
        return new EnrolRequest(token, csrPem, device, hardware, serial, facts);
    }

    /** The same with a proof in place of a token. */
    public EnrolRequest withFactory(FactoryProof proof) {
        return new EnrolRequest(token, csrPem, device, hardware, serial, facts, Optional.of(proof));
    }

    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("token", token);
        map.put("csr", csrPem);
        device.ifPresent(value -> map.put("device", value));
        map.put("hardware", hardware);
        serial.ifPresent(value -> map.put("serial", value));
        map.put("facts", new java.util.TreeMap<>(facts));
        factory.ifPresent(proof -> map.put("factory", proof.toMap()));
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
                object.stringMap("facts"),
                object.optionalObject("factory").map(FactoryProof::from));
    }

    /** Without the token: what may stand in a log. */
    @Override
    public String toString() {
        return "EnrolRequest[device=" + device + ", hardware=" + hardware + ", serial=" + serial + "]";
    }
}
