package dev.muster.control.deltas;

import dev.muster.control.access.Caller;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactBytes;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.config.MusterConfig;
import dev.muster.control.config.ServerRole;
import dev.muster.control.deltas.Delta.Pair;
import dev.muster.control.deltas.Delta.State;
import dev.muster.control.jobs.WorkerThread;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.delta.DeltaPath;
import dev.muster.protocol.delta.make.ChunkMaker;
import dev.muster.protocol.delta.make.DeltaMaker;
import dev.muster.protocol.delta.make.ImageBytes;
import dev.muster.protocol.identity.TenantId;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jboss.logging.Logger;

/**
 * Makes deltas, one at a time on each instance with the role worker. A worker that dies falls silent, and another one begins anew;
 * nothing of a delta is seen before all of it is.
 */
@Singleton
class DeltaWorker {
    private static final Logger LOG = Logger.getLogger(DeltaWorker.class);
    private static final int SEGMENT_LOG = 21;
    private static final Duration TOUCH = Duration.ofSeconds(1);
    private static final Duration SILENT = Duration.ofMinutes(2);
    /** A delta that is longer than this part of the image is not worth what a device does for it. */
    private static final int WORTH_PERCENT = 80;

    private static final String PART = "deltas";

    private final MusterConfig config;
    private final DeltaConfig settings;
    private final DeltaStore store;
    private final ArtifactService artifacts;
    private final ArtifactBytes bytes;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final WorkerThread thread = new WorkerThread();
    private Instant looked = Instant.EPOCH;

    DeltaWorker(
            MusterConfig config,
            DeltaConfig settings,
            DeltaStore store,
            ArtifactService artifacts,
            ArtifactBytes bytes,
            AuditStore audit,
            TenantTransactions transactions,
            Clock clock) {
        this.config = config;
        this.settings = settings;
        this.store = store;
        this.artifacts = artifacts;
        this.bytes = bytes;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        if (config.has(ServerRole.WORKER) && settings.enabled()) {
            thread.start(PART, this::round);
        }
    }

    void stop(@Observes @Priority(1_000) ShutdownEvent event) throws InterruptedException {
        thread.stop();
    }

    private void round() {
        Instant now = clock.instant();
        boolean look = !now.isBefore(looked.plus(settings.lookEvery()));
        if (look) {
            looked = now;
        }
        for (TenantId tenant : transactions.activeTenants()) {
            if (thread.isStopping()) {
                return;
            }
            if (look) {
                WorkerThread.safely(
                        tenant,
                        "ask for deltas of `" + tenant + "`",
                        () -> transactions.run(
                                tenant,
                                handle -> store.askForFleet(
                                        handle,
                                        new Caller.Server(tenant, PART).actor(),
                                        now,
                                        now.minus(settings.releasesOf()),
                                        settings.bases())));
            }
            WorkerThread.safely("make a delta of `" + tenant + "`", () -> transactions
                    .in(
                            tenant,
                            handle -> store.take(
                                    handle, clock.instant(), clock.instant().minus(SILENT)))
                    .ifPresent(pair -> make(tenant, pair)));
        }
    }

    private void make(TenantId tenant, Pair pair) {
        Progress progress = new Progress(tenant, pair);
        try {
            Path directory = Files.createTempDirectory("muster-delta");
            try {
                make(tenant, pair, directory, progress);
            } finally {
                try (var files = Files.list(directory)) {
                    for (Path file : (Iterable<Path>) files::iterator) {
                        Files.delete(file);
                    }
                }
                Files.delete(directory);
            }
        } catch (CancellationException e) {
            if (thread.isStopping()) {
                LOG.infof("delta `%s` is left to the next worker", pair);
            } else {
                LOG.infof("delta `%s` was cancelled", pair);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warnf(e, "delta `%s` cannot be made", pair);
            end(tenant, pair, State.FAILED, 0, 0, String.valueOf(e.getMessage()));
        }
    }

    private void make(TenantId tenant, Pair pair, Path directory, Progress progress) throws IOException {
        Optional<Path> base = bytes.file(pair.base());
        Optional<Path> output = bytes.file(pair.output());
        if (base.isEmpty() || output.isEmpty()) {
            end(tenant, pair, State.FAILED, 0, 0, "the bytes of an image are gone");
            return;
        }
        ImageBytes old = ImageBytes.map(base.get());
        ImageBytes image = ImageBytes.map(output.get());
        Path file = directory.resolve("delta");
        DeltaMaker.Result made = new DeltaMaker(SEGMENT_LOG, settings.threads()).delta(old, image, file, progress);
        long millis = Duration.ofNanos(made.cpuNanos()).toMillis();
        int count = made.manifest().segments();
        transactions.run(tenant, handle -> store.touch(handle, pair, count, count, clock.instant()));
        // What the publisher signed for is the artifact's own hash; nothing else may come out.
        if (!made.manifest().outputSha256().equals(pair.output()) || !DeltaMaker.verify(file, old, made.manifest())) {
            end(tenant, pair, State.FAILED, millis, 0, "what it makes is not the image");
            return;
        }
        byte[] manifest = made.manifest().toBytes();
        long fetched = made.length() + manifest.length;
        if (fetched > image.length() / 100 * WORTH_PERCENT) {
            end(tenant, pair, State.DECLINED, millis, made.length(), "it would save too little");
            return;
        }
        Path segments = Files.write(directory.resolve("segments"), manifest);
        Artifact.Named named = new Artifact.Named(Artifact.Kind.SEGMENTS, name(DeltaPath.segments(pair.output())));
        String segmentsHash = artifacts.keep(tenant, named, segments, (handle, sha256) -> {});
        DeltaStore.Chunks chunks = chunks(tenant, pair.output(), image, directory, progress);
        artifacts.keep(tenant, named(DeltaPath.delta(pair.output(), pair.base())), file, (handle, sha256) -> {
            if (!store.end(handle, pair, State.DONE, millis, made.length(), "", clock.instant())) {
                throw new CancellationException("the delta was cancelled");
            }
            store.files(handle, pair, new DeltaStore.Files(sha256, segmentsHash, chunks));
            audit.append(
                    handle,
                    new Caller.Server(tenant, PART),
                    "delta.publish",
                    "delta/" + pair,
                    Map.of("length", made.length(), "cpuMillis", millis));
        });
        LOG.infof("delta `%s`: %d instead of %d bytes, %d ms", pair, fetched, image.length(), millis);
    }

    /** Made with the first delta to an image; they are the same for all. */
    private DeltaStore.Chunks chunks(
            TenantId tenant, String output, ImageBytes image, Path directory, Progress progress) throws IOException {
        Optional<DeltaStore.Chunks> known = transactions.in(tenant, handle -> store.chunks(handle, output));
        if (known.isPresent()) {
            return known.get();
        }
        Path packed = directory.resolve("store");
        Path index = Files.write(directory.resolve("index"), ChunkMaker.make(image, packed, progress::isCancelled));
        return new DeltaStore.Chunks(
                artifacts.keep(tenant, named(DeltaPath.chunks(output)), index, (handle, sha256) -> {}),
                artifacts.keep(tenant, named(DeltaPath.store(output)), packed, (handle, sha256) -> {}));
    }

    private static Artifact.Named named(String path) {
        return new Artifact.Named(Artifact.Kind.DELTA, name(path));
    }

    private static String name(String path) {
        return path.substring(path.indexOf('/') + 1);
    }

    private void end(TenantId tenant, Pair pair, State state, long millis, long length, String problem) {
        transactions.run(tenant, handle -> store.end(handle, pair, state, millis, length, problem, clock.instant()));
    }

    /** Asked very often, by one thread; the database hears of it once a second. */
    private final class Progress implements DeltaMaker.Watcher {
        private final TenantId tenant;
        private final Pair pair;
        private Instant next = Instant.EPOCH;
        private int done;
        private int of;
        private boolean cancelled;

        Progress(TenantId tenant, Pair pair) {
            this.tenant = tenant;
            this.pair = pair;
        }

        @Override
        public void at(int segments, int all) {
            done = segments;
            of = all;
        }

        @Override
        public boolean isCancelled() {
            Instant now = clock.instant();
            if (!cancelled && now.isAfter(next)) {
                next = now.plus(TOUCH);
                cancelled = !transactions.in(tenant, handle -> store.touch(handle, pair, done, of, now));
            }
            return cancelled || thread.isStopping();
        }
    }
}
