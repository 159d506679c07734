package dev.muster.control.deviceapi;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The HTTPS port of the devices. */
@ConfigMapping(prefix = "muster.device")
public interface DeviceApiConfig {
    /** TCP port; 0 picks a free one. */
    @WithDefault("7401")
    int port();

    /** How long after its expiry a certificate may still renew itself. */
    @WithDefault("P180D")
    Duration renewGrace();
}
