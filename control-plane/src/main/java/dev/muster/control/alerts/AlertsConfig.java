package dev.muster.control.alerts;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the book of alerts is kept. */
@ConfigMapping(prefix = "muster.alerts")
public interface AlertsConfig {
    /** Channels are told of an alert not sooner: the one that explains it may be about to come. */
    @WithDefault("PT30S")
    Duration settle();

    /** How long alerts that are over stay in the book. */
    @WithDefault("P90D")
    Duration keep();
}
