package dev.muster.control.explain;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How far back answers reach. */
@ConfigMapping(prefix = "muster.explain")
public interface ExplainConfig {
    /** How long what ended stays known: policies in force, inventories, signed manifests, closed alerts. */
    @WithDefault("P400D")
    Duration history();
}
