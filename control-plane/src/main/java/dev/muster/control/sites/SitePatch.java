package dev.muster.control.sites;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people change about a site; null leaves it as it is. Empty, and for the uplink 0, takes away what the site says
 * itself, so that the site above counts: an empty {@code parent} puts it at the top.
 *
 * @param window a window without days takes it away
 * @param location one without degrees takes it away
 */
public record SitePatch(
        @Nullable String parent,
        @Nullable String timeZone,
        @Nullable Long uplinkKbps,
        @Nullable Window window,
        @Nullable String gateway,
        @Nullable Place location) {

    /** A window as it was asked for. */
    public record Window(
            @Nullable List<String> days,
            @Nullable String from,
            @Nullable String to) {
        boolean isNone() {
            return days == null || days.isEmpty();
        }
    }

    /** A location as it was asked for. */
    public record Place(@Nullable Double latitude, @Nullable Double longitude) {
        private Site.@Nullable Location made() {
            if (latitude == null && longitude == null) {
                return null;
            }
            // What is missing is out of range, and said so.
            return new Site.Location(
                    latitude == null ? Double.NaN : latitude, longitude == null ? Double.NaN : longitude);
        }
    }

    /** What the site says itself from now on. */
    Site.Own on(Site.Own before) {
        return new Site.Own(
                timeZone == null ? before.timeZone() : timeZone.isBlank() ? null : timeZone,
                uplinkKbps == null ? before.uplinkKbps() : uplinkKbps == 0 ? null : uplinkKbps,
                window == null ? before.window() : window.isNone() ? null : made(window),
                gateway == null ? before.gateway() : gateway.isEmpty() ? null : gateway,
                location == null ? before.location() : location.made());
    }

    private static MaintenanceWindow made(Window window) {
        return new MaintenanceWindow(
                window.days() == null ? List.of() : window.days(),
                window.from() == null ? "" : window.from(),
                window.to() == null ? "" : window.to());
    }
}
