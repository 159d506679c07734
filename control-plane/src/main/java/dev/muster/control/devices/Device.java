package dev.muster.control.devices;

import dev.muster.protocol.kafka.DeviceState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device as the server knows it; also its form on the wire.
 *
 * @param generation of its desired state
 * @param reportedGeneration the generation it last said it has verified
 * @param settled whether every target it reported is in force, or gone where that was asked
 * @param facts what it said about itself
 * @param type device type
 * @param metadata what operators noted
 * @param groups its groups, by name
 * @param sparkplug {@code group/node} of the foreign edge node that it is, if it is one
 * @param kind {@code managed}, or {@code foreign} for one that others speak for: no certificate, no desired state
 */
public record Device(
        String id,
        String name,
        String tenant,
        DeviceState.Status status,
        boolean online,
        @Nullable Instant lastSeen,
        @Nullable String site,
        List<String> tags,
        String hardware,
        @Nullable String serial,
        @Nullable Instant enrolledAt,
        long generation,
        long reportedGeneration,
        boolean settled,
        @Nullable Image image,
        @Nullable String policyVersion,
        Map<String, String> facts,
        @Nullable String type,
        @Nullable String udid,
        Map<String, String> metadata,
        List<String> groups,
        @Nullable String sparkplug,
        String kind) {
    public Device {
        tags = List.copyOf(tags);
        facts = Map.copyOf(facts);
        metadata = Map.copyOf(metadata);
        groups = List.copyOf(groups);
    }

    /** The image that is booted. */
    public record Image(String version, @Nullable String slot) {}

    /** Whether it is what its newest desired state says. */
    public boolean isInSync() {
        return reportedGeneration >= generation && settled;
    }
}
