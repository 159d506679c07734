package dev.muster.control.settings;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one device on the wire.
 *
 * @param platform as the device told; empty if it never did
 * @param version it is to hold; null for none
 * @param pending whether the draft would give it something else
 * @param notHere members that it said its platform cannot bring about
 * @param drift the last time somebody changed them on the device; null for never
 */
public record DeviceSettings(
        String device,
        String platform,
        @Nullable Long version,
        boolean pending,
        List<Value> values,
        List<String> notHere,
        @Nullable Drift drift) {
    /**
     * One value.
     *
     * @param value in the draft; null: not set
     * @param inForce in the version that the device is to hold; null: not set
     * @param level where the draft's value, or else that in force, was set
     * @param here whether the device's platform can bring it about
     */
    public record Value(
            String path,
            @Nullable Object value,
            @Nullable Object inForce,
            String level,
            String name,
            Instant setAt,
            String setBy,
            String setByName,
            boolean here) {}

    /** What was changed on the device and put back. */
    public record Drift(String what, Instant at, long times) {}
}
