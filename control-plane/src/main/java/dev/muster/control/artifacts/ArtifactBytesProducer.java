package dev.muster.control.artifacts;

import dev.muster.control.config.DataDirectory;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Chooses where bytes lie; the file system is the only place so far. */
@Singleton
class ArtifactBytesProducer {
    @Produces
    @Singleton
    ArtifactBytes bytes(DataDirectory data) {
        FileArtifactBytes bytes = new FileArtifactBytes(data.directory("artifacts"));
        try {
            bytes.sweep();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clear unfinished uploads in the data directory", e);
        }
        return bytes;
    }
}
