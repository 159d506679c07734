package dev.muster.control.outbound;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where requests to addresses that somebody chose may go. */
@ConfigMapping(prefix = "muster.outbound")
public interface OutboundConfig {
    /** Networks of the inside that may be reached nevertheless, such as {@code 10.20.0.0/16}. */
    Optional<List<String>> allowedNetworks();

    /** Whether plain HTTP is let through; for trials only. */
    @WithDefault("false")
    boolean plainHttp();

    /** PEM file of authorities that are believed beside those of the Java platform. */
    Optional<Path> trustAnchors();

    /** Longest time of one request, from the name to the end of the answer. */
    @WithDefault("PT10S")
    Duration timeLimit();

    /** So much of an answer is read, in bytes. */
    @WithDefault("4096")
    int maxAnswer();
}
