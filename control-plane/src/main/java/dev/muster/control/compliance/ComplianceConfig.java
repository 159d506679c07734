package dev.muster.control.compliance;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When silence means something. */
@ConfigMapping(prefix = "muster.compliance")
public interface ComplianceConfig {
    /** A device that was not heard of for longer is stale. */
    @WithDefault("PT24H")
    Duration staleAfter();
}
