package dev.muster.control.testing;

import dev.muster.standalone.kafka.KafkaOptions;
import dev.muster.standalone.kafka.KafkaServer;
import dev.muster.standalone.postgres.PostgresOptions;
import dev.muster.standalone.postgres.PostgresServer;
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

/** PostgreSQL and Kafka as real processes, one set for the whole module, and the key that signs people's tokens. */
public final class Servers implements QuarkusTestResourceLifecycleManager {
    private @Nullable Path directory;
    private @Nullable PostgresServer postgres;
    private @Nullable KafkaServer kafka;

    @Override
    public Map<String, String> start() {
        try {
            Path root = Files.createTempDirectory("muster-control-it");
            directory = root;
            PostgresServer database = PostgresServer.start(PostgresOptions.in(root.resolve("postgres")));
            postgres = database;
            KafkaServer broker = KafkaServer.start(KafkaOptions.in(root.resolve("kafka")));
            kafka = broker;
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair keys = generator.generateKeyPair();

            Map<String, String> config = new HashMap<>();
            var passwords = database.options().passwords();
            config.put("muster.db.url", database.jdbcUrl("muster"));
            config.put("muster.db.owner.password", passwords.owner());
            config.put("muster.db.app.password", passwords.app());
            config.put("muster.db.ingest.password", passwords.ingest());
            config.put("muster.db.jobs.password", passwords.jobs());
            config.put("muster.kafka.bootstrap", broker.bootstrap());
            config.put("muster.data-dir", root.resolve("data").toString());
            // All ports are free ones: Quarkus tags its meters by port only where a port is set, and refuses a mixture.
            config.put("muster.device.port", "0");
            config.put("muster.gateway.port", "0");
            config.put("muster.oidc.issuer", Tokens.ISSUER);
            config.put("muster.bootstrap.admin-group", Tokens.ADMINS);
            // The key stands in for the provider's: no discovery.
            config.put("quarkus.oidc.auth-server-url", "");
            config.put(
                    "quarkus.oidc.public-key",
                    Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()));
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
