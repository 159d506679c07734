package dev.muster.control.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The OpenID provider, as people's programs need to know it. */
@ConfigMapping(prefix = "muster.oidc")
public interface AccessConfig {
    /** Issuer of every accepted token. */
    String issuer();

    /** Audience every accepted token must name. */
    @WithDefault("muster-api")
    String audience();

    /** Client of the web console: public, PKCE. */
    @WithDefault("muster-console")
    String consoleClient();

    /** Client of the command line: public, device flow. */
    @WithDefault("muster-cli")
    String cliClient();

    /** Claim that lists a person's groups. */
    @WithDefault("groups")
    String groupsClaim();
}
