package dev.muster.standalone.testing;

import dev.muster.standalone.postgres.PostgresPasswords;
import dev.muster.standalone.postgres.PostgresSettings;
import dev.muster.standalone.process.Ports;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** PostgreSQL in a container, of an image that takes what the official one does. */
final class PostgresContainer extends ServerContainer implements TestDatabase {
    private static final String SUPERUSER = "postgres";
    private static final int INSIDE = 5432;

    private final PostgresPasswords passwords;
    private final int port;

    private PostgresContainer(PostgresPasswords passwords, int port) {
        super(new Spec(
                "PostgreSQL",
                TestImage.of("postgres"),
                port,
                INSIDE,
                Map.of(
                        "POSTGRES_PASSWORD",
                        passwords.superuser(),
                        "POSTGRES_INITDB_ARGS",
                        String.join(" ", PostgresSettings.initdb())),
                command()));
        this.passwords = passwords;
        this.port = port;
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>(List.of("postgres"));
        command.addAll(PostgresSettings.server());
        return command;
    }

    /** A new one with Muster's databases and roles. */
    static PostgresContainer run() {
        PostgresContainer server = new PostgresContainer(PostgresPasswords.random(), Ports.free());
        server.create();
        try (Connection all = server.superuserConnection();
                Statement statement = all.createStatement()) {
            for (String sql : PostgresSettings.statements(server.passwords)) {
                statement.execute(sql);
            }
            return server;
        } catch (SQLException e) {
            server.close();
            throw new IllegalStateException("the databases of the tests cannot be made: " + e.getMessage(), e);
        }
    }

    private Connection superuserConnection() throws SQLException {
        return DriverManager.getConnection(jdbcUrl("postgres"), SUPERUSER, passwords.superuser());
    }

    @Override
    boolean serves() {
        try (Connection connection = superuserConnection()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    @Override
    public String superuser() {
        return SUPERUSER;
    }

    @Override
    public PostgresPasswords passwords() {
        return passwords;
    }
}
