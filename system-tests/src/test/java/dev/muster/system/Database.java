package dev.muster.system;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The product's database as its superuser: for what nobody can do through the product. */
public final class Database {
    private final SharedProduct.Running running;

    /** That of {@code running}. */
    public Database(SharedProduct.Running running) {
        this.running = running;
    }

    /** The one value that {@code sql} answers, as text. */
    public String text(String sql, Object... values) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement statement = prepare(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
                throw new AssertionError("no row for: " + sql);
            }
            return rows.getString(1);
        }
    }

    /** Changes exactly one row. */
    public void change(String sql, Object... values) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement statement = prepare(connection, sql, values)) {
            int changed = statement.executeUpdate();
            if (changed != 1) {
                throw new AssertionError("expected to change one row, changed " + changed + ": " + sql);
            }
        }
    }

    /** Does what changes no row. */
    public void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + running.product().port(6) + "/muster?currentSchema=muster",
                "postgres",
                running.secret("postgres.superuser"));
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
