package dev.muster.policy.model;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.Set;

/**
 * What selectors may ask about a device.
 *
 * @param site name of the site, empty where the device has none
 * @param tags tags given to the device
 * @param hardware hardware id
 * @param groups groups the device is a member of
 * @param timeZone IANA name of the site's time zone, such as {@code Europe/Berlin}; empty: UTC
 * @param expressions those of {@link PolicySnapshot#expressions()} that hold for the device
 */
public record DeviceAttributes(
        String site,
        NavigableSet<String> tags,
        String hardware,
        NavigableSet<String> groups,
        String timeZone,
        NavigableSet<String> expressions) {
    public DeviceAttributes {
        tags = Names.sorted(tags);
        groups = Names.sorted(groups);
        expressions = Names.sorted(expressions);
    }

    public static DeviceAttributes of(
            String site,
            Collection<String> tags,
            String hardware,
            Collection<String> groups,
            String timeZone,
            Collection<String> expressions) {
        return new DeviceAttributes(
                site, Names.sorted(tags), hardware, Names.sorted(groups), timeZone, Names.sorted(expressions));
    }

    /** A device without attributes. */
    public static final DeviceAttributes NONE = of("", Set.of(), "", Set.of(), "", Set.of());
}
