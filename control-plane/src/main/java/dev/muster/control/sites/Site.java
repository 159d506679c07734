package dev.muster.control.sites;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A place where devices are; a site contains the sites below it. Also its form on the wire. What it does not say itself is
 * that of the nearest site above that does.
 *
 * @param timeZone IANA name, such as {@code Europe/Berlin}; windows and policies are meant in it. UTC if nobody says
 * @param uplinkKbps what downloads may use of its uplink, in kbit/s; unlimited if null
 * @param window when its devices may be changed; any time if null
 * @param gateway id of the device through which its devices reach us; none if null
 * @param location where it is; nowhere on a map if null
 * @param own what the site says itself
 * @param revision grows by one with every change; its ETag
 */
public record Site(
        String name,
        @Nullable String parent,
        String timeZone,
        @Nullable Long uplinkKbps,
        @Nullable MaintenanceWindow window,
        @Nullable String gateway,
        @Nullable Location location,
        Own own,
        long revision) {
    /** What one site says itself; null: nothing. */
    public record Own(
            @Nullable String timeZone,
            @Nullable Long uplinkKbps,
            @Nullable MaintenanceWindow window,
            @Nullable String gateway,
            @Nullable Location location) {
        /** Nothing at all. */
        static final Own NOTHING = new Own(null, null, null, null, null);
    }

    /** A point of the earth in degrees of WGS 84, north and east positive. */
    public record Location(double latitude, double longitude) {}

    /** A row of the tree. */
    record Row(String name, @Nullable String parent, Own own, long revision) {}

    /** The site that the first row is; the others lie above it, the nearest first. */
    static Site of(List<Row> upwards) {
        Row first = upwards.getFirst();
        String zone = nearest(upwards, Own::timeZone);
        return new Site(
                first.name(),
                first.parent(),
                zone == null ? "UTC" : zone,
                nearest(upwards, Own::uplinkKbps),
                nearest(upwards, Own::window),
                nearest(upwards, Own::gateway),
                nearest(upwards, Own::location),
                first.own(),
                first.revision());
    }

    private static <T> @Nullable T nearest(List<Row> upwards, Function<Own, @Nullable T> part) {
        for (Row row : upwards) {
            T said = part.apply(row.own());
            if (said != null) {
                return said;
            }
        }
        return null;
    }
}
