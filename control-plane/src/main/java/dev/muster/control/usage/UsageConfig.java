package dev.muster.control.usage;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long usage is kept. */
@ConfigMapping(prefix = "muster.usage")
public interface UsageConfig {
    /** Counts of what was not asked for during this time are forgotten; the same for shadow results. */
    @WithDefault("P400D")
    Duration retention();
}
