package dev.muster.control.webhooks;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How webhooks are told, and how long. */
@ConfigMapping(prefix = "muster.webhooks")
public interface WebhooksConfig {
    /** Pause after the first failure; doubles with each, up to an hour. */
    @WithDefault("PT10S")
    Duration retryAfter();

    /** What was not taken so long after it was queued is parked at its next failure. */
    @WithDefault("P1D")
    Duration giveUpAfter();

    /** A webhook that took nothing for so long is turned off. */
    @WithDefault("P5D")
    Duration disableAfter();

    /** How long events, and how they were told, are kept: a replay reaches so far back. */
    @WithDefault("P30D")
    Duration keep();
}
