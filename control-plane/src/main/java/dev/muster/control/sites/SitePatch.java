package dev.muster.control.sites;

import org.jspecify.annotations.Nullable;

/** What people change about a site; null leaves it as it is, an empty {@code timeZone} takes that of the site above. */
public record SitePatch(@Nullable String timeZone, @Nullable Long uplinkKbps) {}
