package dev.muster.control.roles;

import dev.muster.telemetry.schema.TelemetryMigrations;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** What is told of the schemas to those who may not change them. */
final class SchemaStore {
    private static final String HISTORY = "flyway_schema_history";

    private SchemaStore() {}

    /** Lets {@code app} see which migrations were applied: instances that do not migrate wait for them. */
    static void tell(DataSource owner, String app) throws SQLException {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            String role = statement.enquoteIdentifier(app, true);
            for (String schema : List.of(Schemas.CONTROL, TelemetryMigrations.SCHEMA)) {
                statement.execute("grant select on " + schema + "." + HISTORY + " to " + role);
            }
        }
    }
}
