package dev.muster.control.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the audit trail is sealed and looked at. */
@ConfigMapping(prefix = "muster.audit")
public interface AuditConfig {
    /** How long a row may be without a seal before a verification names it. */
    @WithDefault("PT30S")
    Duration unsealedAfter();

    /** How often a checkpoint is kept in the data directory while the chain grows. */
    @WithDefault("PT1M")
    Duration checkpointEvery();

    /** How often the server verifies each chain by itself. */
    @WithDefault("P1D")
    Duration verifyEvery();
}
