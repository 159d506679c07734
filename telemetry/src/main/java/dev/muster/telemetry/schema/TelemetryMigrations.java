package dev.muster.telemetry.schema;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings schema {@value #SCHEMA} to this version. */
public final class TelemetryMigrations {
    /** The schema that telemetry owns; nobody else writes there. */
    public static final String SCHEMA = "telemetry";

    /** Where the scripts are on the class path, for a process that runs Flyway itself. */
    public static final String LOCATION = "classpath:db/telemetry";

    private TelemetryMigrations() {}

    /**
     * Applies the missing migrations. Roles {@code muster_app} and {@code muster_ingest} must exist.
     *
     * @param owner connects as {@code muster_owner}, which may create a schema or owns it already
     * @return how many migrations were applied
     */
    public static int migrate(DataSource owner) {
        return Flyway.configure(TelemetryMigrations.class.getClassLoader())
                .dataSource(owner)
                .schemas(SCHEMA)
                .defaultSchema(SCHEMA)
                .locations(LOCATION)
                .load()
                .migrate()
                .migrationsExecuted;
    }
}
