package dev.muster.system.instances;

import dev.muster.standalone.kafka.KafkaCluster;
import dev.muster.standalone.postgres.PostgresOptions;
import dev.muster.standalone.postgres.PostgresPasswords;
import dev.muster.standalone.postgres.PostgresServer;
import dev.muster.standalone.process.RuntimeFiles;
import dev.muster.system.Product;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two instances of each role, three brokers and one PostgreSQL, every one a process that can be killed; balancers in front of those
 * that people and devices reach. Instances share a data directory, as pods share a volume, and have addresses of their own. For one
 * thread.
 */
final class Installation implements AutoCloseable {
    private static final int BROKERS = 3;
    private static final int POSTGRES_OFFSET = 8;
    private static final int SERVER_MEGABYTES = 256;

    private final PostgresOptions postgresOptions;
    private final KafkaCluster kafka;
    private final Api api;
    private final Instance[] apis;
    private final Instance[] gateways;
    private final Instance[] streams;
    private final List<Balancer> balancers = new ArrayList<>();
    private final int base;
    private PostgresServer postgres;

    private Installation(Path directory) {
        this.base = Product.freePortBase();
        this.api = new Api(URI.create("http://127.0.0.1:" + base));
        this.postgresOptions = new PostgresOptions(
                directory.resolve("postgres"),
                directory.resolve("postgresql.log"),
                base + POSTGRES_OFFSET,
                PostgresPasswords.random(),
                RuntimeFiles.locate());
        this.kafka = KafkaCluster.start(directory.resolve("kafka"), BROKERS, Product.freePortBase());
        try {
            this.postgres = PostgresServer.start(postgresOptions);
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
        Map<String, String> common = common(directory.resolve("data"));
        Instance.Ports ports = Instance.Ports.from(base);
        this.apis = pair("api", "api,device,worker", 10, ports, directory, common);
        this.gateways = pair("gateway", "gateway", 20, ports, directory, common);
        this.streams = pair("streams", "streams", 30, ports, directory, common);
    }

    private static Instance[] pair(
            String name, String roles, int address, Instance.Ports ports, Path directory, Map<String, String> common) {
        Instance[] both = new Instance[2];
        for (int i = 0; i < both.length; i++) {
            both[i] = new Instance(
                    name + "-" + (i + 1),
                    roles,
                    "127.0.1." + (address + i),
                    ports,
                    SERVER_MEGABYTES,
                    directory,
                    common);
        }
        return both;
    }

    /** Starts all of it; one instance first, which makes keys and tables, then the others at once. */
    static Installation start(Path directory) {
        Installation installation = new Installation(directory);
        try {
            installation.apis[0].launch();
            installation.apis[0].awaitReady();
            List<Instance> others = List.of(
                    installation.gateways[0],
                    installation.gateways[1],
                    installation.streams[0],
                    installation.streams[1],
                    installation.apis[1]);
            others.forEach(Instance::launch);
            others.forEach(Instance::awaitReady);
            installation.balance();
            return installation;
        } catch (RuntimeException e) {
            installation.close();
            throw e;
        }
    }

    private void balance() {
        balancers.add(Balancer.start(base, List.of(apis[0].api(), apis[1].api())));
        balancers.add(Balancer.start(base + 1, List.of(apis[0].device(), apis[1].device())));
        balancers.add(Balancer.start(base + 2, List.of(gateways[0].gateway(), gateways[1].gateway())));
        for (int i = 0; i < gateways.length; i++) {
            balancers.add(Balancer.start(base + 3 + i, List.of(gateways[i].gateway())));
        }
    }

    private Map<String, String> common(Path data) {
        PostgresPasswords passwords = postgresOptions.passwords();
        Map<String, String> settings = new HashMap<>();
        settings.put("muster.data-dir", data.toString());
        settings.put("muster.db.url", postgres.jdbcUrl("muster"));
        settings.put("muster.db.owner.password", passwords.owner());
        settings.put("muster.db.app.password", passwords.app());
        settings.put("muster.db.ingest.password", passwords.ingest());
        settings.put("muster.db.jobs.password", passwords.jobs());
        settings.put("muster.kafka.bootstrap", kafka.bootstrap());
        settings.put("muster.kafka.replication-factor", Integer.toString(kafka.copies()));
        settings.put("muster.external.api-url", "http://localhost:" + base);
        settings.put("muster.external.device-url", "https://localhost:" + (base + 1));
        settings.put("muster.external.mqtt", "localhost:" + (base + 2));
        settings.put("muster.oidc.issuer", Api.ISSUER);
        settings.put("muster.bootstrap.admin-group", Api.ADMINS);
        // The key stands in for the provider's: no discovery.
        settings.put("quarkus.oidc.auth-server-url", "");
        settings.put("quarkus.oidc.public-key", api.publicKey());
        return settings;
    }

    Api api() {
        return api;
    }

    /** By its number, from 0. */
    Instance api(int index) {
        return apis[index];
    }

    Instance gateway(int index) {
        return gateways[index];
    }

    Instance streams(int index) {
        return streams[index];
    }

    KafkaCluster kafka() {
        return kafka;
    }

    /** Where a device reaches that gateway and no other. */
    String only(int gateway) {
        return "localhost:" + (base + 3 + gateway);
    }

    /** Kills PostgreSQL (SIGKILL) and starts it again. */
    void killAndRestartPostgres() {
        postgres.kill();
        postgres = PostgresServer.start(postgresOptions);
    }

    /** The only number that {@code sql} answers, as somebody whom no row-level security binds. */
    long number(String sql) throws SQLException {
        return rows(sql).values().iterator().next();
    }

    /** Numbers by name: {@code sql} answers two columns, or one. */
    Map<String, Long> rows(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            int columns = rows.getMetaData().getColumnCount();
            Map<String, Long> found = new HashMap<>();
            while (rows.next()) {
                found.put(columns == 1 ? "" : rows.getString(1), rows.getLong(columns));
            }
            return found;
        }
    }

    /** Changes something behind the servers' backs. */
    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl("muster") + "?currentSchema=muster",
                postgres.superuser(),
                postgresOptions.passwords().superuser());
    }

    @Override
    public void close() {
        try {
            for (Balancer balancer : balancers) {
                balancer.close();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            for (Instance[] pair : List.of(streams, gateways, apis)) {
                for (Instance instance : pair) {
                    instance.killIfStarted();
                }
            }
            kafka.close();
            postgres.close();
            api.close();
        }
    }
}
