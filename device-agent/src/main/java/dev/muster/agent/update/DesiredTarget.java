package dev.muster.agent.update;

import dev.muster.protocol.desired.TargetName;
import dev.muster.protocol.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One target of the verified document: both repositories agreed on it, and it names this device.
 *
 * @param path in the image repository
 * @param sha256 lower-case hex
 * @param length in bytes
 */
public record DesiredTarget(
        TargetName name,
        String path,
        String hardware,
        String version,
        String sha256,
        long length,
        long releaseCounter,
        Optional<Duration> lease,
        Optional<String> onExpiry) {
    public DesiredTarget {
        if (!sha256.matches("[0-9a-f]{64}") || length < 0) {
            throw new IllegalArgumentException(
                    "expected a sha256 in hex and a length, found `" + sha256 + "` and " + length);
        }
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name.text());
        map.put("path", path);
        map.put("hardware", hardware);
        map.put("version", version);
        map.put("sha256", sha256);
        map.put("length", length);
        map.put("releaseCounter", releaseCounter);
        lease.ifPresent(value -> map.put("leaseSeconds", value.toSeconds()));
        onExpiry.ifPresent(value -> map.put("onExpiry", value));
        return map;
    }

    static DesiredTarget from(JsonObject json) {
        return new DesiredTarget(
                json.convert("name", TargetName::parse),
                json.string("path"),
                json.string("hardware"),
                json.string("version"),
                json.string("sha256"),
                json.number("length"),
                json.number("releaseCounter"),
                json.optionalNumber("leaseSeconds").map(Duration::ofSeconds),
                json.optionalString("onExpiry"));
    }
}
