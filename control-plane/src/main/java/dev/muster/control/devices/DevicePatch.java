package dev.muster.control.devices;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What people change about a device; null leaves it as it is, an empty {@code site} takes it from its site. */
public record DevicePatch(
        @Nullable String name,
        @Nullable String site,
        @Nullable List<String> tags) {}
