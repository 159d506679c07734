package dev.muster.control.devices;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people change about a device; null leaves it as it is, an empty {@code site} takes it from its site.
 *
 * @param type device type; empty takes it away
 * @param metadata keys to set; one with null or an empty text goes, others stay as they are
 */
public record DevicePatch(
        @Nullable String name,
        @Nullable String site,
        @Nullable List<String> tags,
        @Nullable String type,
        @Nullable Map<String, @Nullable String> metadata) {
    public DevicePatch {
        metadata = metadata == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }
}
