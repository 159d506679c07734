package dev.muster.control.uploads;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Bounds of uploads; bytes. */
@ConfigMapping(prefix = "muster.uploads")
public interface UploadConfig {
    /** Longest single upload. */
    @WithDefault("16777216")
    long maxFile();

    /** All that is kept of one device. */
    @WithDefault("67108864")
    long maxDevice();

    /** All that is kept of one tenant. */
    @WithDefault("2147483648")
    long maxTenant();

    /** How long an upload is kept. */
    @WithDefault("P14D")
    Duration keep();
}
