package dev.muster.control.artifacts;

import dev.muster.control.config.DataDirectory;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Chooses where bytes lie, as {@code muster.artifacts.store} says. */
@Singleton
class ArtifactBytesProducer {
    private static final Logger LOG = Logger.getLogger(ArtifactBytesProducer.class);

    private static final Duration LEFT = Duration.ofDays(1);

    @Produces
    @Singleton
    ArtifactBytes bytes(ArtifactConfig config, DataDirectory data, Clock clock) {
        Path directory = data.directory("artifacts");
        try {
            Incoming.sweep(directory, clock.instant().minus(LEFT));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clear unfinished uploads in the data directory", e);
        }
        return switch (config.store()) {
            case "files" -> new FileArtifactBytes(directory);
            case "s3" -> bucket(directory, S3Options.of(config.s3(), System.getenv()));
            default ->
                throw new IllegalStateException(
                        "`muster.artifacts.store`: expected `files` or `s3`, found `" + config.store() + "`");
        };
    }

    /** Makes the bean, so that settings that cannot work are refused at the start and not at the first upload. */
    void start(@Observes @Priority(200) StartupEvent event, ArtifactBytes bytes) {
        LOG.debugf("artifacts: %s", bytes);
    }

    void close(@Disposes ArtifactBytes bytes) {
        if (bytes instanceof S3ArtifactBytes bucket) {
            bucket.close();
        }
    }

    private static ArtifactBytes bucket(Path directory, S3Options options) {
        S3ArtifactBytes bytes = new S3ArtifactBytes(directory, options);
        bytes.check();
        LOG.infof("artifacts lie in %s", options);
        return bytes;
    }
}
