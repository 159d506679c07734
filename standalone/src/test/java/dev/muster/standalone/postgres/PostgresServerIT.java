package dev.muster.standalone.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.standalone.process.StandaloneException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real server: nothing committed is ever lost, and no start is spoilt by what came before; the rest is in {@code TestServersIT}. */
class PostgresServerIT {
    @TempDir
    Path directory;

    @Test
    void keepsWhatWasCommittedThroughAKillAndThroughAStop() throws SQLException {
        PostgresOptions options = PostgresOptions.in(directory);
        try (PostgresServer server = PostgresServer.start(options)) {
            execute(server, "create table kept (v int)");
            execute(server, "insert into kept values (1)");
            server.kill();
            assertThat(server.process().isAlive()).isFalse();
        }
        try (PostgresServer server = PostgresServer.start(options)) {
            execute(server, "insert into kept values (2)");
        }
        try (PostgresServer server = PostgresServer.start(options);
                Connection owner =
                        connect(server, "muster_owner", options.passwords().owner())) {

            assertThat(strings(owner, "select v from kept order by v")).containsExactly("1", "2");
        }
        assertThat(Ports.isFree(options.port())).isTrue();
    }

    @Test
    void startsAlthoughADeadServersPidFileNamesAnotherProgramNow() throws Exception {
        PostgresOptions options = PostgresOptions.in(directory);
        PostgresServer.start(options).close();
        Files.writeString(
                directory.resolve("data/postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + directory.resolve("data") + "\n");

        try (PostgresServer server = PostgresServer.start(options)) {
            assertThat(server.process().isAlive()).isTrue();
        }
    }

    @Test
    void startsOverWhenAnEarlierStartDiedWhileMakingTheCluster() throws Exception {
        Path partial = Files.createDirectories(directory.resolve("data.partial/base"));
        Files.writeString(partial.resolve("half"), "written");

        try (PostgresServer server = PostgresServer.start(PostgresOptions.in(directory))) {
            assertThat(server.process().isAlive()).isTrue();
        }
        assertThat(directory.resolve("data.partial")).doesNotExist();
    }

    @Test
    void refusesASecondServerOnTheSameDataAndLeavesTheFirstAlone() throws SQLException {
        PostgresOptions options = PostgresOptions.in(directory);
        try (PostgresServer server = PostgresServer.start(options)) {
            PostgresOptions second = new PostgresOptions(
                    directory, directory.resolve("second.log"), Ports.free(), options.passwords(), options.runtime());

            assertThatThrownBy(() -> PostgresServer.start(second))
                    .isInstanceOfSatisfying(StandaloneException.class, e -> assertThat(e.exitCode())
                            .isEqualTo(ExitCode.IN_USE))
                    .hasMessageContaining("already runs");
            execute(server, "select 1");
        }
    }

    @Test
    void namesThePortAndItsOwnerWhenThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PostgresOptions options = new PostgresOptions(
                    directory,
                    directory.resolve("postgresql.log"),
                    taken.getLocalPort(),
                    PostgresPasswords.random(),
                    RuntimeFiles.locate());

            assertThatThrownBy(() -> PostgresServer.start(options))
                    .isInstanceOfSatisfying(StandaloneException.class, e -> assertThat(e.exitCode())
                            .isEqualTo(ExitCode.PORT_BUSY))
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
    }

    private static void execute(PostgresServer server, String sql) throws SQLException {
        try (Connection owner = connect(
                        server, "muster_owner", server.options().passwords().owner());
                Statement statement = owner.createStatement()) {
            // The schema `public` belongs to the database's owner.
            statement.execute(sql);
        }
    }

    private static List<String> strings(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    private static Connection connect(PostgresServer server, String user, String password) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl("muster"), user, password);
    }
}
