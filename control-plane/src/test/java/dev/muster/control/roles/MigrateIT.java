package dev.muster.control.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.control.testing.PackagedServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server with the argument {@code migrate}, and servers that leave the schemas to it. */
class MigrateIT {
    private static final Duration SAYS = Duration.ofMinutes(2);
    private static final Map<String, String> OWNERLESS =
            Map.of("muster.db.migrate", "false", "muster.db.owner.password", "");

    @TempDir
    static Path directory;

    private static PackagedServers servers;

    @BeforeAll
    static void start() throws Exception {
        servers = new PackagedServers(directory);
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void serversWithoutTheOwnersPasswordWaitForIt() throws Exception {
        PackagedServers.Instance early = servers.begin("early", OWNERLESS);
        await().atMost(SAYS).untilAsserted(() -> assertThat(early.log())
                .contains("not ready: the database lacks ", "migrations of this version (muster 001,"));

        PackagedServers.Ended wrong = servers.run("wrong", Map.of("muster.db.owner.password", "not-it"), "migrate");
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.out())
                .contains("migrate: failed: ", "password authentication failed")
                .doesNotContain("not-it");

        // No data directory, no Kafka: neither is there before an installation is.
        PackagedServers.Ended done = servers.run(
                "job", Map.of("muster.data-dir", "/nowhere", "muster.kafka.bootstrap", "127.0.0.1:1"), "migrate");
        assertThat(done.exit()).as(done.out()).isZero();
        assertThat(done.out()).containsPattern("migrate: done, [1-9][0-9]+ migrations applied");
        early.awaitReady();

        assertThat(servers.run("again", Map.of(), "migrate").out()).contains("migrate: done, 0 migrations applied");
        newerVersionMigrates();
        servers.start("older", OWNERLESS);
        servers.start("older-that-migrates", Map.of());
    }

    /** As the next version would leave it: what it adds, and a line that says so. */
    private static void newerVersionMigrates() throws Exception {
        try (Connection database = servers.database();
                Statement statement = database.createStatement()) {
            statement.execute("create table of_the_next_version (tenant text)");
            statement.execute("""
                insert into flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by,
                    execution_time, success)
                select max(installed_rank) + 1, '99999', 'next', 'SQL', 'V99999__next.sql', 1, 'muster_owner', 1, true
                  from flyway_schema_history""");
        }
    }

    @Test
    void saysWhatItExpects() throws Exception {
        PackagedServers.Ended other = servers.run("other", Map.of(), "migrat");
        assertThat(other.exit()).isEqualTo(2);
        assertThat(other.out()).contains("expected the argument `migrate` or none, found `migrat`");

        PackagedServers.Ended ownerless = servers.run("ownerless", OWNERLESS, "migrate");
        assertThat(ownerless.exit()).isEqualTo(1);
        assertThat(ownerless.out()).contains("expected a value of `muster.db.owner.password`, found none");
    }
}
