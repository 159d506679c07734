package dev.muster.control.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.ConfigProvider;

/** The database's owner, for what the product's own roles may not do. */
public final class DatabaseOwner {
    private DatabaseOwner() {}

    /**
     * Gives the planner the statistics that autovacuum gathers within a minute of a large change; every session plans anew.
     *
     * @param tables with their schema, parted by commas
     */
    public static void analyze(String tables) throws SQLException {
        execute("analyze " + tables);
    }

    /** The same, and also clears up, so that counts can be answered from indexes. */
    public static void vacuumAnalyze(String tables) throws SQLException {
        execute("vacuum analyze " + tables);
    }

    /** Statements in a transaction of a tenant. */
    public static void asOwnerOf(String tenant, String... statements) throws SQLException {
        try (Connection owner = open();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("select set_config('app.tenant', '" + tenant + "', true)");
            for (String sql : statements) {
                statement.execute(sql);
            }
            owner.commit();
        }
    }

    /**
     * How many rows name a tenant, by schema and table, wherever a column {@code tenant} is; tables without such a row are left
     * out. Row-level security binds the owner too and shows it this tenant's.
     */
    public static Map<String, Long> countRows(String tenant) throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection owner = open();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("select set_config('app.tenant', '" + tenant + "', true)");
            List<String> tables = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("""
                    select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                      from pg_class c join pg_namespace n on n.oid = c.relnamespace
                     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('muster', 'telemetry')
                       and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant')""")) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            for (String table : tables) {
                try (ResultSet rows =
                        statement.executeQuery("select count(*) from " + table + " where tenant = '" + tenant + "'")) {
                    rows.next();
                    if (rows.getLong(1) > 0) {
                        counts.put(table, rows.getLong(1));
                    }
                }
            }
            owner.rollback();
        }
        return counts;
    }

    private static void execute(String sql) throws SQLException {
        try (Connection owner = open();
                Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection open() throws SQLException {
        String password = ConfigProvider.getConfig().getValue("muster.db.owner.password", String.class);
        String url = ConfigProvider.getConfig().getValue("muster.db.url", String.class);
        return DriverManager.getConnection(url, "muster_owner", password);
    }
}
