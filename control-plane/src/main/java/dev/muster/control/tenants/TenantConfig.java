package dev.muster.control.tenants;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What becomes of tenants that are deleted. */
@ConfigMapping(prefix = "muster.tenants")
public interface TenantConfig {
    /** How long a deletion that nobody confirmed by the tenant's name can be taken back. */
    @WithDefault("P7D")
    Duration deleteGrace();

    /**
     * How long a tenant has been suspended at least before its rows go: what its devices said last is still on its way through
     * Kafka and would come in afterwards.
     */
    @WithDefault("PT2M")
    Duration settle();

    /** How long the audit trail of a deleted tenant is kept; at least 30 days. */
    @WithDefault("P365D")
    Duration keepTrail();
}
