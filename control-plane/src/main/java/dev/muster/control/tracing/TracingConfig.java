package dev.muster.control.tracing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/** Where traces go. */
@ConfigMapping(prefix = "muster.tracing")
public interface TracingConfig {
    /** Where spans are sent over OTLP/HTTP, such as {@code http://localhost:4318}; without it nothing is traced. */
    Optional<URI> endpoint();

    /** Which part of the requests begins a trace, from 0 to 1; a caller that names a trace has decided already. */
    @WithDefault("1.0")
    double sampling();

    /** Of so many devices that one step changes, the smallest ids, what follows is traced; of a whole fleet's nobody could read it. */
    @WithDefault("20")
    int devicesPerStep();
}
