package dev.muster.control.devices;

import dev.muster.protocol.identity.DeviceId;
import java.util.List;
import java.util.Map;
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
}
