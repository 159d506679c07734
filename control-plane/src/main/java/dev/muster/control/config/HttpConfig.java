package dev.muster.control.config;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** The port for people. */
@ConfigMapping(prefix = "muster.http")
public interface HttpConfig {
    /** PEM file: its certificate, with those between it and the root. With it and its key the port speaks TLS only. */
    Optional<Path> certificate();

    /** PEM file: the certificate's key. */
    Optional<Path> key();

    /** Addresses or networks, separated by commas, whose {@code X-Forwarded-*} headers count. */
    Optional<String> trustedProxies();
}
