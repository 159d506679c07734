package dev.muster.control.sites;

import org.jspecify.annotations.Nullable;

/**
 * A place where devices are; a site contains the sites below it.
 *
 * @param timeZone IANA name, such as {@code Europe/Berlin}; maintenance windows are meant in it
 * @param uplinkKbps what downloads may use of its uplink, in kbit/s; unlimited if null
 */
public record Site(
        String name,
        @Nullable String parent,
        String timeZone,
        @Nullable Long uplinkKbps) {}
