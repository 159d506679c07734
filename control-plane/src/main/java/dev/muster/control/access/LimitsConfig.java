package dev.muster.control.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much one caller may ask of one instance. */
@ConfigMapping(prefix = "muster.limits")
public interface LimitsConfig {
    /** Requests a second of one person or service account, in the long run. */
    @WithDefault("100")
    double requestsPerSecond();

    /** Requests of one person or service account at once. */
    @WithDefault("1000")
    double requestsAtOnce();

    /** API tokens a second that one address may get wrong, in the long run. */
    @WithDefault("1")
    double wrongTokensPerSecond();

    /** API tokens that one address may get wrong at once. */
    @WithDefault("60")
    double wrongTokensAtOnce();
}
