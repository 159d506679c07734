package dev.muster.control.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** The OpenID provider, as people's programs need to know it. */
@ConfigMapping(prefix = "muster.oidc")
public interface AccessConfig {
    /** Issuer of every accepted token. */
    String issuer();

    /**
     * Issuers under which the same provider, with the same people, was known before. At start their role bindings become
     * bindings of {@link #issuer()}; their tokens are accepted no more.
     */
    Optional<List<String>> formerIssuers();

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
