package dev.muster.protocol.enrol;

import dev.muster.protocol.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer of {@code /device/v1/enrol}, status 202, while somebody has to approve: ask again with the same key.
 *
 * @param keyFingerprint of the key in the request, {@code sha256:<hex>}, to compare with what the approver sees
 * @param retryAfter when to ask again; whole seconds
 * @param until when the request is forgotten if nobody decides
 */
public record EnrolPending(String keyFingerprint, Duration retryAfter, Instant until) implements EnrolAnswer {
    @Override
    public byte[] toJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("pending", true);
        map.put("keyFingerprint", keyFingerprint);
        map.put("retryAfter", retryAfter.toSeconds());
        map.put("until", until.toString());
        return JsonObject.write(map);
    }

    public static EnrolPending fromJson(byte[] json) {
        JsonObject object = JsonObject.parse(json);
        return new EnrolPending(
                object.string("keyFingerprint"),
                Duration.ofSeconds(Math.clamp(object.number("retryAfter"), 0, 86_400)),
                object.instant("until"));
    }
}
