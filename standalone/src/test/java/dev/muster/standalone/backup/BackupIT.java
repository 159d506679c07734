package dev.muster.standalone.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.standalone.postgres.PostgresServer;
import dev.muster.standalone.process.ExitCode;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.standalone.process.StandaloneException;
import dev.muster.standalone.up.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL with what the server would have in it, copied while it works, and made again elsewhere. */
@SuppressWarnings("NullAway.Init")
class BackupIT {
    private static final Passphrase PASSPHRASE = new Passphrase("correct horse battery");
    private static final int SCHEMA = 301;

    @TempDir
    Path folder;

    private final List<String> said = new ArrayList<>();
    private Instance instance;
    private Path file;

    @BeforeEach
    void anInstance() throws Exception {
        instance = Instance.inTheMaking(Files.createDirectory(folder.resolve("data")));
        file = folder.resolve("one.backup");
        for (String one : List.of("log", "run", "server/data/trust/default", "server/data/artifacts/partial")) {
            Files.createDirectories(instance.root().resolve(one));
        }
        Files.writeString(instance.server().resolve("trust/default/root.pem"), "a key");
        Files.writeString(instance.server().resolve("artifacts/partial/upload"), "half an upload");
        Files.writeString(instance.root().resolve("run/issuers"), "http://localhost:7403/realms/muster\n");
        Files.writeString(instance.root().resolve("log/server.log"), "long");
        instance.complete();
        try (PostgresServer postgres = PostgresServer.start(instance.postgres(Ports.free()))) {
            execute(
                    postgres,
                    "create schema muster",
                    "create table muster.flyway_schema_history (version text, success boolean)",
                    "insert into muster.flyway_schema_history values ('" + SCHEMA + "', true)",
                    "create table muster.kept (v int primary key, filler text)",
                    "create table muster.restored (made timestamptz, by_whom text)",
                    "create function muster.after_restore(made timestamptz, by_whom text) returns bigint language sql as"
                            + " $$ insert into muster.restored values (made, by_whom); select 1::bigint $$",
                    "create schema telemetry",
                    "create table telemetry.sample (at date, txt text) partition by range (at)",
                    "create index on telemetry.sample (at)",
                    "create table telemetry.sample_1 partition of telemetry.sample"
                            + " for values from ('2026-11-01') to ('2026-12-01')",
                    "insert into telemetry.sample select '2026-11-02', repeat(md5(i::text), 100)"
                            + " from generate_series(1, 5000) i");
        }
    }

    private static Connection connect(PostgresServer server) throws SQLException {
        return DriverManager.getConnection(
                server.jdbcUrl("muster"),
                "muster_owner",
                server.options().passwords().owner());
    }

    private static void execute(PostgresServer server, String... statements) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String text(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private Restoration into(Path target, int newest) {
        return new Restoration(target, newest, said::add);
    }

    private void backUp(boolean telemetry) {
        new Backup(instance, telemetry, said::add).write(file, PASSPHRASE);
    }

    @Test
    void whatWasBackedUpIsThereAgainAndNothingElseIs() throws Exception {
        backUp(true);
        Path target = folder.resolve("again");

        Manifest manifest = into(target, SCHEMA).run(file, PASSPHRASE);

        assertThat(manifest.schema()).isEqualTo(SCHEMA);
        assertThat(target.resolve("server/data/trust/default/root.pem")).hasContent("a key");
        assertThat(target.resolve("run/issuers")).exists();
        assertThat(target.resolve("server/data/artifacts/partial/upload")).doesNotExist();
        assertThat(target.resolve("log/server.log")).doesNotExist();
        assertThat(folder.resolve("again.restoring")).doesNotExist();
        Instance again = Instance.existing(target);
        assertThat(again.passwords()).isEqualTo(instance.passwords());
        try (PostgresServer postgres = PostgresServer.start(again.postgres(Ports.free()))) {
            assertThat(text(postgres, "select count(*) from telemetry.sample")).isEqualTo("5000");
            assertThat(text(postgres, "select count(*) from muster.restored")).isEqualTo("1");
            assertThat(text(postgres, "select made from muster.restored"))
                    .startsWith(manifest.made().toString().substring(0, 10));
        }
    }

    @Test
    void aCopyOfADatabaseThatWorksIsOfOneInstantAndCanDoWithoutTelemetry() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger committed = new AtomicInteger();
        int before;
        Path sealed = folder.resolve("hot.backup");
        try (PostgresServer postgres = PostgresServer.start(instance.postgres(Ports.free()))) {
            CompletableFuture<Void> work = CompletableFuture.runAsync(() -> write(postgres, enough, committed));
            await().until(() -> committed.get() >= 200 || work.isDone());
            try (Connection superuser = DriverManager.getConnection(
                    postgres.jdbcUrl("muster"),
                    postgres.superuser(),
                    instance.passwords().superuser())) {
                ClusterCopy copy = new ClusterCopy(superuser, instance.cluster());
                ArchiveWriter archive = new ArchiveWriter(
                        new SealedOutput(Files.newOutputStream(sealed), SealedFile.create(PASSPHRASE)),
                        new Advance("written", said::add, System::nanoTime));
                before = committed.get();
                Set<String> telemetry = copy.telemetryFiles();
                assertThat(telemetry).hasSizeGreaterThanOrEqualTo(2);
                archive.put(
                        Manifest.NAME,
                        new Manifest(
                                        copy.now(),
                                        "1",
                                        RuntimeFiles.version("postgres"),
                                        System.getProperty("os.arch"),
                                        copy.schema(),
                                        false,
                                        7_400,
                                        Optional.empty())
                                .toJson());
                archive.file("data/secrets.properties", instance.root().resolve("secrets.properties"));
                copy.copy(archive, "data/postgres/data", telemetry);
                archive.end();
                archive.close();
            }
            enough.set(true);
            work.join();
        }
        Path target = folder.resolve("again");

        into(target, SCHEMA).run(sealed, PASSPHRASE);

        try (PostgresServer postgres =
                PostgresServer.start(Instance.existing(target).postgres(Ports.free()))) {
            int kept = Integer.parseInt(text(postgres, "select count(*) from muster.kept"));
            assertThat(kept).isBetween(before, committed.get());
            assertThat(text(postgres, "select max(v) from muster.kept"))
                    .as("none is missing in between")
                    .isEqualTo(Integer.toString(kept));
            assertThat(text(postgres, "select count(*) from telemetry.sample")).isEqualTo("0");
            execute(
                    postgres,
                    "create table telemetry.sample_1 partition of telemetry.sample"
                            + " for values from ('2026-11-01') to ('2026-12-01')",
                    "insert into telemetry.sample values ('2026-11-03', 'goes on')");
        }
    }

    private static void write(PostgresServer postgres, AtomicBoolean enough, AtomicInteger committed) {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            for (int i = 1; !enough.get(); i++) {
                statement.execute("insert into muster.kept values (" + i + ", repeat('x', 500))");
                statement.execute("insert into telemetry.sample values ('2026-11-04', repeat('y', 500))");
                committed.set(i);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatCannotBeRestoredLeavesNothingBehind() throws Exception {
        backUp(false);
        Path target = folder.resolve("again");
        byte[] whole = Files.readAllBytes(file);
        Path cut = Files.write(folder.resolve("cut.backup"), Arrays.copyOf(whole, whole.length - 1));
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 4;
        Path altered = Files.write(folder.resolve("altered.backup"), flipped);

        assertThatThrownBy(() -> into(target, SCHEMA).run(cut, PASSPHRASE)).isInstanceOf(StandaloneException.class);
        assertThatThrownBy(() -> into(target, SCHEMA).run(altered, PASSPHRASE))
                .isInstanceOf(StandaloneException.class)
                .hasMessageContaining("altered.backup");
        assertThatThrownBy(() -> into(target, SCHEMA).run(file, new Passphrase("another passphrase")))
                .hasMessageContaining("wrong passphrase");
        assertThatThrownBy(() -> into(target, SCHEMA - 1).run(file, PASSPHRASE))
                .hasMessageContaining("schema " + SCHEMA)
                .hasMessageContaining("or an older one");
        assertThat(target).doesNotExist();
        assertThat(names(folder)).containsExactlyInAnyOrder("data", "one.backup", "cut.backup", "altered.backup");

        Path taken = Files.createDirectory(folder.resolve("taken"));
        Files.writeString(taken.resolve("mine"), "mine");
        assertThatThrownBy(() -> into(taken, SCHEMA).run(file, PASSPHRASE))
                .isInstanceOfSatisfying(StandaloneException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.DATA_UNUSABLE));
        assertThat(names(taken)).containsExactly("mine");
        assertThatThrownBy(() -> backUp(false)).hasMessageContaining("never written over");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(one -> one.getFileName().toString()).toList();
        }
    }
}
