package dev.muster.control.config;

import io.smallrye.config.ConfigMapping;

/** PostgreSQL for what does not go through Quarkus' pools: migrations and sink of telemetry. */
@ConfigMapping(prefix = "muster.db")
public interface DatabaseConfig {
    /** {@code jdbc:postgresql://...}. */
    String url();

    /** Migrations only. */
    Login owner();

    /** Telemetry's tables only. */
    Login ingest();

    /** One role's login. */
    interface Login {
        /** Role. */
        String username();

        /** Its password; there is no default. */
        String password();
    }
}
