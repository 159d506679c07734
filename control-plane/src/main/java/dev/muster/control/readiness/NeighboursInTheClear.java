package dev.muster.control.readiness;

import dev.muster.control.config.DatabaseConfig;
import dev.muster.control.kafka.KafkaConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** PostgreSQL and Kafka on other machines, reached without TLS or without a look at who answers. */
@Singleton
final class NeighboursInTheClear implements ReadinessCheck {
    private static final List<String> VERIFIED = List.of("sslmode=verify-full", "sslmode=verify-ca");

    private final String database;
    private final String bootstrap;
    private final Map<String, String> client;

    @Inject
    NeighboursInTheClear(DatabaseConfig database, KafkaConfig kafka) {
        this(database.url(), kafka.bootstrap(), kafka.client());
    }

    NeighboursInTheClear(String database, String bootstrap, Map<String, String> client) {
        this.database = database;
        this.bootstrap = bootstrap;
        this.client = Map.copyOf(client);
    }

    @Override
    public List<Unsafe> unsafe() {
        List<Unsafe> found = new ArrayList<>();
        if (!staysHere(database) && VERIFIED.stream().noneMatch(database.toLowerCase(Locale.ROOT)::contains)) {
            found.add(new Unsafe(
                    "muster.db.url",
                    "`" + withoutQuery(database) + "` without `sslmode=verify-full`",
                    "passwords and data would be readable on their way: add `sslmode=verify-full` and `sslrootcert`"));
        }
        String protocol = client.getOrDefault("security.protocol", "PLAINTEXT").toUpperCase(Locale.ROOT);
        boolean local = Arrays.stream(bootstrap.split(","))
                .map(String::strip)
                .allMatch(broker -> Loopback.is(broker.substring(0, Math.max(0, broker.lastIndexOf(':')))));
        if (!local && !protocol.equals("SSL") && !protocol.equals("SASL_SSL")) {
            found.add(new Unsafe(
                    "muster.kafka.client.\"security.protocol\"",
                    "`" + protocol + "` to `" + bootstrap + "`",
                    "anybody on the way could read and send events: use `SSL` or `SASL_SSL`"));
        }
        return found;
    }

    private static boolean staysHere(String url) {
        String address = withoutQuery(url);
        int from = address.indexOf("//");
        if (from < 0) {
            // The driver's short form: a database of this machine.
            return true;
        }
        String rest = address.substring(from + 2);
        String hosts = rest.contains("/") ? rest.substring(0, rest.indexOf('/')) : rest;
        return Arrays.stream(hosts.split(",")).allMatch(host -> Loopback.is(host.replaceFirst(":[0-9]+$", "")));
    }

    /** A query can hold a password. */
    private static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }
}
