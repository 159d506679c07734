package dev.muster.control.testing;

import dev.muster.standalone.testing.TestBroker;
import dev.muster.standalone.testing.TestDatabase;
import dev.muster.standalone.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Real PostgreSQL and Kafka, one set for the whole module, and the key that signs people's tokens. */
public final class Servers implements QuarkusTestResourceLifecycleManager {
    private @Nullable Path directory;
    private @Nullable TestDatabase postgres;
    private @Nullable TestBroker kafka;

    @Override
    public Map<String, String> start() {
        try {
            Path root = Files.createTempDirectory("muster-control-it");
            directory = root;
            TestServers servers = TestServers.chosen();
            TestDatabase database = servers.postgres(root.resolve("postgres"));
            postgres = database;
            TestBroker broker = servers.kafka(root.resolve("kafka"));
            kafka = broker;
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair keys = generator.generateKeyPair();

            Map<String, String> config = settings(database, broker, keys, root.resolve("data"));
            // All ports are free ones: Quarkus tags its meters by port only where a port is set, and refuses a mixture.
            config.put("muster.device.port", "0");
            config.put("muster.gateway.port", "0");
            config.put(
                    Tokens.PRIVATE_KEY,
                    Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded()));
            return config;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a server needs to know of its neighbours, and of people whose tokens {@code people} signs. */
    static Map<String, String> settings(TestDatabase database, TestBroker broker, KeyPair people, Path data) {
        var passwords = database.passwords();
        Map<String, String> settings = new HashMap<>();
        settings.put("muster.data-dir", data.toString());
        settings.put("muster.db.url", database.jdbcUrl("muster"));
        settings.put("muster.db.owner.password", passwords.owner());
        settings.put("muster.db.app.password", passwords.app());
        settings.put("muster.db.ingest.password", passwords.ingest());
        settings.put("muster.db.jobs.password", passwords.jobs());
        settings.put("muster.kafka.bootstrap", broker.bootstrap());
        settings.put("muster.deltas.look-every", "PT1S");
        settings.put("muster.oidc.issuer", Tokens.ISSUER);
        settings.put("muster.bootstrap.admin-group", Tokens.ADMINS);
        settings.put("muster.ddi.port", "0");
        settings.put("muster.ddi.trusted-proxies", "127.0.0.1");
        // Nothing is on its way any more when a test deletes a tenant.
        settings.put("muster.tenants.settle", "PT0S");
        // The key stands in for the provider's: no discovery.
        settings.put("quarkus.oidc.auth-server-url", "");
        settings.put(
                "quarkus.oidc.public-key",
                Base64.getEncoder().encodeToString(people.getPublic().getEncoded()));
        return settings;
    }

    @Override
    public void stop() {
        if (kafka != null) {
            kafka.close();
        }
        if (postgres != null) {
            postgres.close();
        }
        if (directory != null) {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
