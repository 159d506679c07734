package dev.muster.control.roles;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The gateway's listener. */
@ConfigMapping(prefix = "muster.gateway")
public interface GatewayPort {
    /** TCP port; 0 picks a free one. */
    @WithDefault("7402")
    int port();
}
