package dev.muster.control.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** PostgreSQL: where it is, and as whom this server comes. */
@ConfigMapping(prefix = "muster.db")
public interface DatabaseConfig {
    /** {@code jdbc:postgresql://...}. */
    String url();

    /**
     * Whether this instance brings the schemas to its version when it starts. Where not, somebody runs the server with the argument
     * {@code migrate}, and the start waits until that is done.
     */
    @WithDefault("true")
    boolean migrate();

    /** Migrations only. */
    Owner owner();

    /** What people and devices cause. */
    Login app();

    /** Telemetry's tables only. */
    Login ingest();

    /** Queue and outbox only. */
    Login jobs();

    /** One role's login. */
    interface Login {
        /** Role. */
        String username();

        /** Its password; there is no default. */
        String password();
    }

    /** The login of whom the schemas belong to. */
    interface Owner {
        /** Role. */
        String username();

        /** Its password, needed by whoever migrates. */
        Optional<String> password();
    }
}
