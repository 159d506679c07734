package dev.muster.standalone.up;

import dev.muster.standalone.postgres.PostgresPasswords;
import dev.muster.standalone.process.Folders;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/** Every password of an instance: random at its first start, kept owner-only, never changed by us afterwards. */
final class Secrets {
    private static final int RANDOM_BYTES = 18;
    private static final List<String> NAMES = List.of(
            "postgres.superuser",
            "postgres.owner",
            "postgres.app",
            "postgres.ingest",
            "postgres.jobs",
            "postgres.keycloak",
            "keycloak.bootstrap",
            "login.admin",
            "web.keystore");

    private final Properties values;

    private Secrets(Properties values) {
        this.values = values;
    }

    /** Reads {@code file}, adding what it lacks: an older instance, or none. */
    static Secrets loadOrCreate(Path file) {
        Properties values = read(file);
        SecureRandom random = new SecureRandom();
        boolean added = false;
        for (String name : NAMES) {
            if (values.getProperty(name) == null) {
                byte[] bytes = new byte[RANDOM_BYTES];
                random.nextBytes(bytes);
                values.setProperty(name, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
                added = true;
            }
        }
        if (added) {
            Folders.writeOwnerOnly(
                    file,
                    NAMES.stream()
                            .map(name -> name + "=" + values.getProperty(name) + "\n")
                            .collect(Collectors.joining()));
        }
        return new Secrets(values);
    }

    String get(String name) {
        String value = values.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException("no secret `" + name + "`");
        }
        return value;
    }

    PostgresPasswords postgres() {
        return new PostgresPasswords(
                get("postgres.superuser"),
                get("postgres.owner"),
                get("postgres.app"),
                get("postgres.ingest"),
                get("postgres.jobs"),
                get("postgres.keycloak"));
    }

    private static Properties read(Path file) {
        Properties values = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                values.load(reader);
            } catch (IOException e) {
                throw Folders.unusable(file, e);
            }
        }
        return values;
    }
}
