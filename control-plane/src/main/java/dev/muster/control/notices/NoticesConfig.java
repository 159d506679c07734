package dev.muster.control.notices;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How notices are tried again. */
@ConfigMapping(prefix = "muster.notices")
public interface NoticesConfig {
    /** Pause after the first failure; doubles with each, up to an hour. */
    @WithDefault("PT10S")
    Duration retryAfter();

    /** After so many failures a notice is dead. */
    @WithDefault("15")
    int attempts();

    /** How long what was told stays in the list. */
    @WithDefault("P30D")
    Duration keep();
}
