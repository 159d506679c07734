package dev.muster.protocol.desired;

import dev.muster.protocol.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Muster's part of a director target: member {@code muster} of its TUF {@code custom} object.
 *
 * @param name what the target is for
 * @param hardware hardware id the bytes fit, or {@link #ANY_HARDWARE}; the agent refuses another
 * @param version for people
 * @param releaseCounter never goes down on a device, per target name; 0 where the kind has none
 * @param lease policy only: how long the bundle holds after it was last verified; see {@code onExpiry}
 * @param onExpiry policy only: what happens when the lease ends: {@code keep}, {@code guardrails} or {@code deny}
 * @param install when the device may switch to it
 */
public record TargetCustom(
        TargetName name,
        String hardware,
        String version,
        long releaseCounter,
        Optional<Duration> lease,
        Optional<String> onExpiry,
        InstallRule install) {
    /** One that may be switched to at once. */
    public TargetCustom(
            TargetName name,
            String hardware,
            String version,
            long releaseCounter,
            Optional<Duration> lease,
            Optional<String> onExpiry) {
        this(name, hardware, version, releaseCounter, lease, onExpiry, InstallRule.NOW);
    }

    /** Fits every hardware: apps, policies and settings, whose bytes devices of several types share. */
    public static final String ANY_HARDWARE = "*";

    /** Whether the bytes fit a device with this hardware id. */
    public boolean fits(String deviceHardware) {
        return fits(hardware, deviceHardware);
    }

    /** Whether a target for {@code hardware} fits a device with {@code deviceHardware}. */
    public static boolean fits(String hardware, String deviceHardware) {
        return hardware.equals(ANY_HARDWARE) || hardware.equals(deviceHardware);
    }

    /** The {@code custom} object of a target. */
    public Map<String, Object> toCustom() {
        Map<String, Object> muster = new LinkedHashMap<>();
        muster.put("name", name.text());
        muster.put("hardware", hardware);
        muster.put("version", version);
        muster.put("releaseCounter", releaseCounter);
        lease.ifPresent(value -> muster.put("leaseSeconds", value.toSeconds()));
        onExpiry.ifPresent(value -> muster.put("onExpiry", value));
        if (!install.equals(InstallRule.NOW)) {
            muster.put("install", install.toMap());
        }
        return Map.of("muster", muster);
    }

    /** The target name in a {@code custom} object as it stands there, whether this version knows it or not. */
    public static String nameIn(Map<String, ?> custom) {
        return JsonObject.of(custom).object("muster").string("name");
    }

    public static TargetCustom fromCustom(Map<String, ?> custom) {
        JsonObject muster = JsonObject.of(custom).object("muster");
        return new TargetCustom(
                muster.convert("name", TargetName::parse),
                muster.string("hardware"),
                muster.string("version"),
                muster.number("releaseCounter"),
                muster.optionalNumber("leaseSeconds").map(Duration::ofSeconds),
                muster.optionalString("onExpiry"),
                muster.optionalObject("install").map(InstallRule::from).orElse(InstallRule.NOW));
    }
}
