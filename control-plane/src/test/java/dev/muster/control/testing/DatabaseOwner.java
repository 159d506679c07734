package dev.muster.control.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
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

    private static void execute(String sql) throws SQLException {
        String password = ConfigProvider.getConfig().getValue("muster.db.owner.password", String.class);
        String url = ConfigProvider.getConfig().getValue("muster.db.url", String.class);
        try (Connection owner = DriverManager.getConnection(url, "muster_owner", password);
                Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }
}
