package dev.muster.control.sites;

import org.jspecify.annotations.Nullable;

/**
 * A place where devices are; a site contains the sites below it.
 *
 * @param timeZone IANA name, such as {@code Europe/Berlin}; maintenance windows and policies are meant in it. Where the site
 *     has none of its own, that of the nearest site above that has one; UTC if none has
 * @param uplinkKbps what downloads may use of its uplink, in kbit/s; unlimited if null
 */
public record Site(
        String name,
        @Nullable String parent,
        String timeZone,
        @Nullable Long uplinkKbps) {}
