package dev.muster.control.deltas;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How deltas are made. */
@ConfigMapping(prefix = "muster.deltas")
public interface DeltaConfig {
    /** Whether workers make them; people can ask for them all the same, and other workers may. */
    @WithDefault("true")
    boolean enabled();

    /** Threads that make one delta; each takes about 100 MB. */
    @WithDefault("1")
    int threads();

    /** Images that devices run, the most frequent ones, from which an image of a new release is made reachable by deltas. */
    @WithDefault("3")
    int bases();

    /** How often the worker looks what devices run. */
    @WithDefault("PT1M")
    Duration lookEvery();

    /** For how long after its creation a release's image gets deltas by itself. */
    @WithDefault("P30D")
    Duration releasesOf();
}
