package dev.muster.control.ddi;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The port of hawkBit's clients. */
@ConfigMapping(prefix = "muster.ddi")
public interface DdiConfig {
    /** TCP port; 0 picks a free one. */
    @WithDefault("7407")
    int port();

    /** PEM file with the server's certificate and its issuers; with it the port speaks TLS only. */
    Optional<Path> certificate();

    /** PEM file with the key of {@link #certificate}. */
    Optional<Path> key();

    /** How clients reach the port; what a request names as its host if left out. */
    Optional<URI> externalUrl();

    /** Addresses or networks of proxies that may say whose certificate they saw; nobody's if left out. */
    Optional<List<String>> trustedProxies();

    /** What wrong tokens and clients in a loop may cost an instance. */
    Limits limits();

    /** Bounds; what is beyond gets 429 with {@code Retry-After}. */
    interface Limits {
        /** Tokens a second that one address may get wrong, in the long run. */
        @WithDefault("1")
        double wrongTokensPerSecond();

        /** Tokens that one address may get wrong at once. */
        @WithDefault("60")
        double wrongTokensAtOnce();

        /** Requests a second of one client, in the long run. */
        @WithDefault("50")
        double requestsPerSecond();

        /** Requests of one client at once. */
        @WithDefault("200")
        double requestsAtOnce();
    }
}
