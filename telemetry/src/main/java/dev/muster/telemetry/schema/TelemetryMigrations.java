package dev.muster.telemetry.schema;

import java.util.Arrays;
import java.util.List;
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
        return of(owner).migrate().migrationsExecuted;
    }

    /**
     * The migrations that this version has and the database has not, oldest first; what a newer version applied is none of them.
     *
     * @param reader may read table {@code flyway_schema_history} of this schema, where there is one
     */
    public static List<String> missing(DataSource reader) {
        return Arrays.stream(of(reader).info().pending())
                .map(one -> String.valueOf(one.getVersion()))
                .toList();
    }

    private static Flyway of(DataSource database) {
        return Flyway.configure(TelemetryMigrations.class.getClassLoader())
                .dataSource(database)
                .schemas(SCHEMA)
                .defaultSchema(SCHEMA)
                .locations(LOCATION)
                .load();
    }
}
