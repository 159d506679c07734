package dev.muster.standalone.process;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * The server's database as its owner, as the server's settings say: who may read those may do this, whether or not a server runs. Thread-safe.
 */
public final class OwnerLogin {
    private final String url;
    private final String user;
    private final String password;

    /** With schema {@code muster}. */
    public OwnerLogin(String url, String user, String password) {
        this.url = url;
        this.user = user;
        this.password = password;
    }

    /**
     * Reads {@code muster.db.url} and {@code muster.db.owner.*} in {@code settings}.
     *
     * @throws StandaloneException if there is no such file, or they are not in it
     */
    public static OwnerLogin of(Path settings) {
        if (!Files.isRegularFile(settings)) {
            throw new StandaloneException(
                    ExitCode.DATA_UNUSABLE,
                    "expected the server's settings in `" + settings
                            + "`, found no such file; name the data directory with `--data` or the file with `--settings`");
        }
        Properties values = new Properties();
        try (Reader reader = Files.newBufferedReader(settings)) {
            values.load(reader);
        } catch (IOException e) {
            throw Folders.unusable(settings, e);
        }
        return new OwnerLogin(
                required(values, "muster.db.url", settings),
                values.getProperty("muster.db.owner.username", "muster_owner"),
                required(values, "muster.db.owner.password", settings));
    }

    /** What is done with the database. */
    @FunctionalInterface
    public interface Work<T> {
        /** In one transaction, which is rolled back if it throws. */
        T with(Connection connection) throws SQLException;
    }

    /** Does {@code work} in one transaction. */
    public <T> T in(Work<T> work) {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        login.setProperty("currentSchema", "muster");
        try (Connection connection = DriverManager.getConnection(url, login)) {
            connection.setAutoCommit(false);
            T answer = work.with(connection);
            connection.commit();
            return answer;
        } catch (SQLException e) {
            throw new StandaloneException(
                    ExitCode.FAILED, "the database at `" + url + "` did not do it: " + e.getMessage(), e);
        }
    }

    /** Keeps the password out of logs. */
    @Override
    public String toString() {
        return "OwnerLogin[" + user + "@" + url + "]";
    }

    private static String required(Properties values, String key, Path settings) {
        String value = values.getProperty(key);
        if (value == null) {
            throw new StandaloneException(ExitCode.DATA_UNUSABLE, "expected `" + key + "` in `" + settings + "`");
        }
        return value;
    }
}
