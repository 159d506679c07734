package dev.muster.control.config;

import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** How people and devices reach this installation. */
@ConfigMapping(prefix = "muster.external")
public interface ExternalConfig {
    /** The REST API, without a path. */
    URI apiUrl();

    /** The HTTPS port of the devices, without a path. */
    URI deviceUrl();

    /** The gateway, {@code host:port}. */
    String mqtt();

    /** Further host names and addresses for the server's certificates. */
    Optional<List<String>> names();
}
