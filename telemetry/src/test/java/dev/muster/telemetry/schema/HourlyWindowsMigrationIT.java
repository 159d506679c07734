package dev.muster.telemetry.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.telemetry.fixture.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What was stored before there were windows of an hour is in them afterwards. */
@ExtendWith(Servers.Extension.class)
class HourlyWindowsMigrationIT {
    private static final String DATABASE = "before_hours";

    private final Servers servers;

    HourlyWindowsMigrationIT(Servers servers) {
        this.servers = servers;
    }

    @Test
    void hoursAreMadeOfTheMinutesOfEveryTenant() throws SQLException {
        DataSource owner = servers.newDatabase(DATABASE);
        Flyway.configure(TelemetryMigrations.class.getClassLoader())
                .dataSource(owner)
                .schemas(TelemetryMigrations.SCHEMA)
                .defaultSchema(TelemetryMigrations.SCHEMA)
                .locations(TelemetryMigrations.LOCATION)
                .target("2")
                .load()
                .migrate();
        try (Connection all = servers.superuser(DATABASE)) {
            minute(all, "t", "2026-01-31T22:00:00Z", 2, 1, 5, 6, 5);
            minute(all, "t", "2026-01-31T22:59:00Z", 3, -1, 4, 9, 2);
            minute(all, "t", "2026-02-01T00:00:00Z", 1, 7, 7, 7, 7);
            minute(all, "u", "2026-01-31T22:30:00Z", 1, 8, 8, 8, 8);

            assertThat(TelemetryMigrations.migrate(owner)).isPositive();

            assertThat(rows(
                            all,
                            "select tenant, window_start at time zone 'UTC', n, min, max, sum, last"
                                    + " from telemetry.rollup_1h order by 1, 2"))
                    .containsExactly(
                            "t 2026-01-31 22:00:00 5 -1 5 15 2",
                            "t 2026-02-01 00:00:00 1 7 7 7 7",
                            "u 2026-01-31 22:00:00 1 8 8 8 8");
            assertThat(rows(
                            all,
                            "select relname from pg_class where relname in ('rollup_1m', 'rollup_1h')"
                                    + " and relrowsecurity and relforcerowsecurity order by 1"))
                    .as("the owner is bound again")
                    .containsExactly("rollup_1h", "rollup_1m");
            assertThat(rows(
                            all,
                            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
                                    + " where i.inhparent = 'telemetry.rollup_1h'::regclass order by 1"))
                    .containsExactly("rollup_1h_20260101", "rollup_1h_20260201");
        }
    }

    private static void minute(
            Connection all, String tenant, String at, long count, double min, double max, double sum, double last)
            throws SQLException {
        try (Statement statement = all.createStatement()) {
            statement.execute("select telemetry.ensure_day('rollup_1m', date '" + at.substring(0, 10) + "')");
            statement.execute("insert into telemetry.rollup_1m values ('" + tenant + "', 'd', 'm', '" + at + "', "
                    + count + ", " + min + ", " + max + ", " + sum + ", " + last + ")");
        }
    }

    private static List<String> rows(Connection all, String sql) throws SQLException {
        try (Statement statement = all.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    columns.add(found.getString(i));
                }
                rows.add(String.join(" ", columns));
            }
            return rows;
        }
    }
}
