package dev.muster.control.trustrepo;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long online signatures hold. */
@ConfigMapping(prefix = "muster.trust")
public interface TrustConfig {
    /** Of a director document; signed anew when less than half of it remains and the device asks. */
    @WithDefault("P14D")
    Duration directorValidity();

    /** The image repository's snapshot and timestamp are signed anew when they are older than this and a device asks. */
    @WithDefault("P3D")
    Duration refreshAfter();
}
