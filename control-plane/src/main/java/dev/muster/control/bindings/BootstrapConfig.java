package dev.muster.control.bindings;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Who has rights before anybody could give any. */
@ConfigMapping(prefix = "muster.bootstrap")
public interface BootstrapConfig {
    /** Group that becomes admin of tenant {@code default} at the first start. */
    Optional<String> adminGroup();
}
