package dev.muster.standalone.keycloak;

import dev.muster.standalone.postgres.PostgresServer;
import dev.muster.standalone.process.KeyStoreFile;
import dev.muster.standalone.process.Ports;
import dev.muster.standalone.process.RuntimeFiles;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and how one Keycloak runs.
 *
 * @param directory holds this instance's own files; its data is in the database
 * @param log where its output goes
 * @param runtime the packaged programs, and where they are unpacked and built once
 * @param databaseUrl JDBC address of a PostgreSQL database that role {@code keycloak} owns
 * @param databasePassword of that role
 * @param publicUrl how browsers reach it, without a path: {@code http://localhost:7403}; issuer of every token
 * @param consoleOrigin where the console is served: {@code http://localhost:7400}
 * @param adminPassword of person {@code admin} in realm {@code muster} when the realm is made
 * @param bootstrapPassword of the instance's own administrator {@code bootstrap} (realm {@code master})
 * @param backChannel where it tells Muster that a session ended, as this machine reaches it
 * @param tls key store for HTTPS on every interface; absent means plain HTTP on loopback only
 * @param trusted certificates (PEM) it trusts besides those of the JDK when it calls others
 */
public record KeycloakOptions(
        Path directory,
        Path log,
        RuntimeFiles runtime,
        String databaseUrl,
        String databasePassword,
        URI publicUrl,
        URI consoleOrigin,
        String adminPassword,
        String bootstrapPassword,
        URI backChannel,
        Optional<KeyStoreFile> tls,
        Optional<Path> trusted) {

    /** How this machine itself reaches it, whatever other machines call it. */
    URI localUrl() {
        return URI.create((tls.isPresent() ? "https" : "http") + "://127.0.0.1:" + publicUrl.getPort());
    }

    /** On {@code database}, a free loopback port, given password for {@code admin}: what a test wants. */
    public static KeycloakOptions in(Path directory, PostgresServer database, String adminPassword) {
        return new KeycloakOptions(
                directory,
                directory.resolve("keycloak.log"),
                RuntimeFiles.locate(),
                database.jdbcUrl("keycloak"),
                database.options().passwords().keycloak(),
                URI.create("http://localhost:" + Ports.free()),
                URI.create("http://localhost:7400"),
                adminPassword,
                adminPassword,
                URI.create("http://localhost:7400/api/v1/sessions/back-channel-logout"),
                Optional.empty(),
                Optional.empty());
    }

    /** Keeps passwords out of logs. */
    @Override
    public String toString() {
        return "KeycloakOptions[" + directory + ", " + publicUrl + "]";
    }
}
