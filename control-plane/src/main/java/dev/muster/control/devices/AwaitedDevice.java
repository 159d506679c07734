package dev.muster.control.devices;

import dev.muster.protocol.identity.DeviceId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A device that people told of before it came: it waits, pending, for hardware with its serial number or UDID. */
public record AwaitedDevice(
        DeviceId id,
        String name,
        @Nullable String type,
        String hardware,
        @Nullable String serial,
        @Nullable String udid,
        @Nullable String site,
        List<String> tags,
        Map<String, String> metadata) {
    public AwaitedDevice {
        tags = List.copyOf(tags);
        metadata = Map.copyOf(metadata);
    }
}
