package dev.muster.control.roles;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;

/**
 * The argument {@code migrate}: brings the schemas to this version and ends. Asks for no Kafka, no provider and no data directory, so
 * it runs before everything else of an installation, and nobody but it needs the owner's password.
 */
final class Migrate {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int OF_APPLICATION = 250;
    private static final int BESIDE = 260;
    private static final int OF_NAMED_FILES = 270;

    private final PrintStream out;

    Migrate(PrintStream out) {
        this.out = out;
    }

    /** The exit code: 0 the database has all migrations of this version, 1 it has not, and the last line says why. */
    int run() {
        try {
            SmallRyeConfig config = config();
            String url = needed(config, "muster.db.url");
            String app = needed(config, "muster.db.app.username");
            DataSource owner = Schemas.as(
                    url, needed(config, "muster.db.owner.username"), needed(config, "muster.db.owner.password"));
            Schemas schemas = new Schemas(app, needed(config, "muster.db.jobs.username"));
            out.println("migrate: bringing the schemas to this version");
            int applied = schemas.migrate(owner);
            SchemaStore.tell(owner, app);
            out.println("migrate: done, " + applied + " migrations applied");
            return DONE;
        } catch (FlywayException
                | SQLException
                | IOException
                | IllegalArgumentException
                | IllegalStateException
                | NoSuchElementException e) {
            out.println("migrate: failed: " + first(e));
            return FAILED;
        }
    }

    /** As the server's: properties of the system, environment, the files that are named, {@code config/}, what is packaged. */
    private static SmallRyeConfig config() throws IOException {
        String locations = Optional.ofNullable(System.getProperty("quarkus.config.locations"))
                .or(() -> Optional.ofNullable(System.getenv("QUARKUS_CONFIG_LOCATIONS")))
                .orElse("");
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDefaultSources()
                .withSources(new PropertiesConfigSource(packaged(), OF_APPLICATION));
        Path beside = Path.of("config", "application.properties");
        if (Files.isRegularFile(beside)) {
            builder.withSources(new PropertiesConfigSource(beside.toUri().toURL(), BESIDE));
        }
        for (String location : locations.split(",", -1)) {
            if (!location.isBlank()) {
                builder.withSources(new PropertiesConfigSource(url(location.strip()), OF_NAMED_FILES));
            }
        }
        return builder.build();
    }

    private static URL url(String location) throws IOException {
        return location.startsWith("file:")
                ? URI.create(location).toURL()
                : Path.of(location).toUri().toURL();
    }

    private static URL packaged() {
        return Objects.requireNonNull(Migrate.class.getResource("/application.properties"), "application.properties");
    }

    private static String needed(SmallRyeConfig config, String key) {
        return config.getOptionalValue(key, String.class)
                .orElseThrow(() -> new IllegalStateException("expected a value of `" + key + "`, found none"));
    }

    /** The innermost reason, in one line: what a database or a file said. */
    static String first(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
    }
}
