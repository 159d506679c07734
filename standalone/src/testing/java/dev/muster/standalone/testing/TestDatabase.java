package dev.muster.standalone.testing;

import dev.muster.standalone.postgres.PostgresPasswords;

/** A running PostgreSQL with fsync on, Muster's databases {@code muster} and {@code keycloak}, and their roles. */
public interface TestDatabase extends TestServer {
    /** JDBC address of {@code database}, such as {@code muster}; on loopback. */
    String jdbcUrl(String database);

    /** Name of the superuser; its password is {@link PostgresPasswords#superuser}. */
    String superuser();

    /** Passwords of the roles. */
    PostgresPasswords passwords();
}
