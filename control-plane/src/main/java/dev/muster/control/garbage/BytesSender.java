package dev.muster.control.garbage;

import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.jobs.WorkerThread;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The thread that brings bytes which the server made to the store behind the network, after the transaction that names them:
 * no connection of the database is held while the store answers. On every instance with the role worker; several do no harm.
 */
@Singleton
class BytesSender {
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(15);

    private final MusterConfig config;
    private final GarbageService service;
    private final Clock clock;
    private final WorkerThread thread = new WorkerThread();
    private Instant notBefore = Instant.EPOCH;

    BytesSender(MusterConfig config, GarbageService service, Clock clock) {
        this.config = config;
        this.service = service;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        if (config.has(ServerRole.WORKER)) {
            thread.start("artifact-bytes", this::round);
        }
    }

    void stop(@Observes @Priority(1_000) ShutdownEvent event) throws InterruptedException {
        thread.stop();
    }

    private void round() {
        if (!clock.instant().isBefore(notBefore) && !service.send()) {
            notBefore = clock.instant().plus(AFTER_FAILURE);
        }
    }
}
