package dev.muster.control.outbound;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** Where connections to brokers may go. */
@ConfigMapping(prefix = "muster.bridges")
public interface BrokersConfig {
    /** Networks of the inside that may be reached, beside those of {@code muster.outbound}, such as {@code 10.20.0.0/16}. */
    Optional<List<String>> allowedNetworks();
}
