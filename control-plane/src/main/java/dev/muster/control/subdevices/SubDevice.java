package dev.muster.control.subdevices;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sub-device as its gateway told of it; also its form on the wire.
 *
 * @param device its id as a device: {@code gateway/name}
 * @param state {@code waiting}, {@code approved} or {@code rejected}
 * @param status of the device, null before it is one
 */
public record SubDevice(
        String gateway,
        String name,
        String device,
        String driver,
        String hardware,
        Map<String, String> facts,
        String state,
        @Nullable String status,
        long generation,
        Instant firstSeen,
        Instant lastSeen) {
    public SubDevice {
        facts = Map.copyOf(facts);
    }
}
