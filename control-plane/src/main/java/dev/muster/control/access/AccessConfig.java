package dev.muster.control.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
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

    /** Claim that lists a person's groups: its name, or a path with dots such as {@code realm_access.roles}. */
    @WithDefault("groups")
    String groupsClaim();

    /** Claim with a person's name, for people to read; proves nothing. */
    @WithDefault("preferred_username")
    String nameClaim();

    /** By how much the clocks of provider and server may differ. */
    @WithDefault("10")
    int leewaySeconds();

    /** A token that lives longer is refused: for so long it is remembered which sessions ended. */
    @WithDefault("PT24H")
    Duration longestTokenLife();
}
