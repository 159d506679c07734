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
}
