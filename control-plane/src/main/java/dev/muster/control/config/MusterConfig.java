package dev.muster.control.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** What is true of the whole server. */
@ConfigMapping(prefix = "muster")
public interface MusterConfig {
    /** What this instance does. */
    @WithDefault("api,device,gateway,streams,worker")
    Set<ServerRole> roles();

    /** {@code trial} or {@code production}, which refuses to start with an unsafe setting. */
    @WithDefault("trial")
    ServerProfile profile();

    /** Owner-only directory: CA, trust keys in starter mode, artifacts, streams state. */
    Path dataDir();

    /**
     * Where streams keep what Kafka can give them again; below the data directory if not named. Instances that share a data
     * directory must not share this one.
     */
    Optional<Path> streamsState();

    /** Name of this instance, unique in the installation; the gateway id in session claims. */
    @WithDefault("muster-1")
    String instance();

    /** Address the listeners bind to. */
    @WithDefault("127.0.0.1")
    String bind();

    /** Whether this instance has the role. */
    default boolean has(ServerRole role) {
        return roles().contains(role);
    }
}
