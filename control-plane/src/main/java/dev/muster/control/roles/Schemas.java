package dev.muster.control.roles;

import dev.muster.telemetry.schema.TelemetryMigrations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The schemas {@code muster} and {@code telemetry}, and the migrations that this version has for them.
 *
 * @param app the role of people and devices, which the migrations name
 * @param jobs the role of queue and outbox, which they name as well
 */
record Schemas(String app, String jobs) {
    /** The schema of the control plane. */
    static final String CONTROL = "muster";

    private static final String LOCATION = "classpath:db/control";

    /** Connections to {@code url} as {@code user}. */
    static DataSource as(String url, String user, String password) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser(user);
        source.setPassword(password);
        return source;
    }

    /**
     * Applies what is missing, under Flyway's lock: whoever comes second waits, and finds it done. A database that a newer version
     * migrated stays as it is.
     *
     * @param owner of both schemas, or of the database in which they are to be made
     * @return how many migrations were applied
     */
    int migrate(DataSource owner) {
        return control(owner).migrate().migrationsExecuted + TelemetryMigrations.migrate(owner);
    }

    /**
     * The migrations that this version has and the database has not, oldest first, each with its schema.
     *
     * @param reader may read what Flyway keeps in both schemas
     */
    List<String> missing(DataSource reader) {
        List<String> missing = new ArrayList<>();
        Arrays.stream(control(reader).info().pending()).forEach(one -> missing.add(CONTROL + " " + one.getVersion()));
        TelemetryMigrations.missing(reader).forEach(one -> missing.add(TelemetryMigrations.SCHEMA + " " + one));
        return missing;
    }

    private Flyway control(DataSource database) {
        return Flyway.configure(Schemas.class.getClassLoader())
                .dataSource(database)
                .schemas(CONTROL)
                .defaultSchema(CONTROL)
                .locations(LOCATION)
                .placeholders(Map.of("app", app, "jobs", jobs))
                .load();
    }
}
