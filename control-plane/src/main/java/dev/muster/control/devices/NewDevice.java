package dev.muster.control.devices;

import dev.muster.protocol.identity.DeviceId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A device at the moment it gets its first certificate. */
public record NewDevice(
        DeviceId id,
        String hardware,
        @Nullable String serial,
        @Nullable String site,
        List<String> tags,
        Map<String, String> facts) {
    public NewDevice {
        tags = List.copyOf(tags);
        facts = Map.copyOf(facts);
    }

    /** Its type as far as the device says one: the platform of its agent. */
    Optional<String> type() {
        return Optional.ofNullable(facts.get("platform")).filter(DeviceChecks::isType);
    }

    /** Its unique device id, where it says one. */
    Optional<String> udid() {
        return Optional.ofNullable(facts.get("udid")).filter(text -> !text.isBlank() && text.length() <= 128);
    }
}
