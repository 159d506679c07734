package dev.muster.agent.update;

import dev.muster.protocol.desired.InstallRule;
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
 * @param install when it may be switched to
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
        Optional<String> onExpiry,
        InstallRule install) {
    /** One that may be switched to at once. */
    public DesiredTarget(
            TargetName name,
            String path,
            String hardware,
            String version,
            String sha256,
            long length,
            long releaseCounter,
            Optional<Duration> lease,
            Optional<String> onExpiry) {
        this(name, path, hardware, version, sha256, length, releaseCounter, lease, onExpiry, InstallRule.NOW);
    }

    public DesiredTarget {
        if (!sha256.matches("[0-9a-f]{64}") || length < 0) {
            throw new IllegalArgumentException(
                    "expected a sha256 in hex and a length, found `" + sha256 + "` and " + length);
        }
    }

    /** The same bytes, to be switched to by another rule. */
    public DesiredTarget by(InstallRule rule) {
        return new DesiredTarget(name, path, hardware, version, sha256, length, releaseCounter, lease, onExpiry, rule);
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
        if (!install.equals(InstallRule.NOW)) {
            map.put("install", install.toMap());
        }
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
                json.optionalString("onExpiry"),
                json.optionalObject("install").map(InstallRule::from).orElse(InstallRule.NOW));
    }
}
