package dev.muster.control.roles;

import dev.muster.control.config.DatabaseConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;

/**
 * Before everything else of a start: the schemas are this version's, or a newer one's. Instances of a version and of the next run
 * beside each other while an installation is upgraded, so newer is fine; older is waited for, or brought up to date by this instance.
 */
@Singleton
final class SchemaStart {
    private static final Logger LOG = Logger.getLogger(SchemaStart.class);
    // Before the scheduler, whose jobs ask for tables.
    private static final int FIRST = -100;
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final long LOOK_MILLIS = 1_000;
    private static final int TELL = 5;

    private final DatabaseConfig database;
    private final CountDownLatch closing = new CountDownLatch(1);

    SchemaStart(DatabaseConfig database) {
        this.database = database;
    }

    void start(@Observes @Priority(FIRST) StartupEvent event) {
        Schemas schemas = new Schemas(database.app().username(), database.jobs().username());
        if (database.migrate()) {
            String password = database.owner()
                    .password()
                    .orElseThrow(() -> new IllegalStateException(
                            "expected `muster.db.owner.password`, because `muster.db.migrate` is true; found none"));
            int applied =
                    schemas.migrate(Schemas.as(database.url(), database.owner().username(), password));
            if (applied > 0) {
                LOG.infof("applied %d migrations", applied);
            }
        } else {
            await(
                    schemas,
                    Schemas.as(
                            database.url(),
                            database.app().username(),
                            database.app().password()));
        }
    }

    void stop(@Observes ShutdownEvent event) {
        closing.countDown();
    }

    private void await(Schemas schemas, DataSource reader) {
        long end = System.nanoTime() + LONGEST.toNanos();
        String told = "";
        for (String lacking = lacking(schemas, reader); !lacking.isEmpty(); lacking = lacking(schemas, reader)) {
            if (!lacking.equals(told)) {
                LOG.warnf("not ready: %s; waiting for the server's argument `migrate` to be run", lacking);
                told = lacking;
            }
            if (System.nanoTime() - end > 0 || interrupted()) {
                throw new IllegalStateException("expected schemas of this version within " + LONGEST.toMinutes()
                        + " minutes, found that " + lacking + "; run the server with the argument `migrate`");
            }
        }
    }

    private static String lacking(Schemas schemas, DataSource reader) {
        try {
            List<String> missing = schemas.missing(reader);
            return missing.isEmpty()
                    ? ""
                    : "the database lacks " + missing.size() + " migrations of this version ("
                            + String.join(", ", missing.subList(0, Math.min(TELL, missing.size())))
                            + (missing.size() > TELL ? ", ..." : "") + ")";
        } catch (FlywayException e) {
            return "which migrations the database has cannot be read (" + Migrate.first(e) + ")";
        }
    }

    private boolean interrupted() {
        try {
            return closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
