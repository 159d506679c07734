package dev.muster.standalone.postgres;

import java.util.ArrayList;
import java.util.List;

/** What a PostgreSQL of Muster is wherever it runs: how its cluster is made, how it is started, who may come in. */
public final class PostgresSettings {
    private PostgresSettings() {}

    /** Options of {@code initdb}, without those that say where and for whom. */
    public static List<String> initdb() {
        return List.of(
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                // Byte order and Unicode case rules, the same on every machine and every libc.
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8");
    }

    /** Options of {@code postgres}, without those that say where it listens and where its data are. */
    public static List<String> server() {
        return List.of("-c", "max_connections=200", "-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c", "jit=off");
    }

    /** Makes Muster's roles and databases in a new cluster, one statement each, in this order, as the superuser. */
    public static List<String> statements(PostgresPasswords passwords) {
        List<String> sql = new ArrayList<>();
        sql.add(role("muster_owner", passwords.owner()));
        sql.add(role("muster_app", passwords.app()));
        sql.add(role("muster_ingest", passwords.ingest()));
        sql.add(role("muster_jobs", passwords.jobs()));
        sql.add(role("keycloak", passwords.keycloak()));
        sql.add("CREATE DATABASE muster OWNER muster_owner");
        sql.add("CREATE DATABASE keycloak OWNER keycloak");
        sql.add("REVOKE ALL ON DATABASE muster, keycloak, postgres, template1 FROM PUBLIC");
        // What each role may do inside a schema is decided by that schema's migrations.
        sql.add("GRANT CONNECT ON DATABASE muster TO muster_app, muster_ingest, muster_jobs");
        // The sink stages COPY in temporary tables.
        sql.add("GRANT TEMPORARY ON DATABASE muster TO muster_ingest");
        return sql;
    }

    private static String role(String name, String password) {
        return "CREATE ROLE " + name + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '"
                + password.replace("'", "''") + "'";
    }
}
