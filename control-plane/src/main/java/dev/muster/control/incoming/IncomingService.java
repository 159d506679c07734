package dev.muster.control.incoming;

import dev.muster.control.access.Caller;
import dev.muster.control.artifacts.Artifact;
import dev.muster.control.artifacts.ArtifactConfig;
import dev.muster.control.artifacts.ArtifactService;
import dev.muster.control.artifacts.Upload;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.tenancy.TenantTransactions;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Uploads of artifacts that can be resumed. Thread-safe. */
@Singleton
public class IncomingService {
    private static final Logger LOG = Logger.getLogger(IncomingService.class);
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int BUFFER_BYTES = 1 << 16;
    /** At most so much has to be sent again after the server was killed. */
    private static final long CHECKPOINT_BYTES = 16L << 20;

    private final OpenUploadStore store;
    private final PartialFiles files;
    private final ArtifactService artifacts;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final ArtifactConfig config;
    private final Clock clock;

    IncomingService(
            OpenUploadStore store,
            PartialFiles files,
            ArtifactService artifacts,
            AuditStore audit,
            TenantTransactions transactions,
            ArtifactConfig config,
            Clock clock) {
        this.store = store;
        this.files = files;
        this.artifacts = artifacts;
        this.audit = audit;
        this.transactions = transactions;
        this.config = config;
        this.clock = clock;
    }

    /** What is announced. */
    record Announcement(Upload what, String fileName, long length, Optional<String> sha256) {}

    /** Announces an upload; nothing of it is there yet. */
    OpenUpload announce(Caller caller, Announcement announced) {
        if (announced.length() < 1) {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST, "`length`: expected at least 1 byte, found " + announced.length());
        }
        if (announced.length() > config.maxSize()) {
            throw new ProblemException(
                    ProblemCode.TOO_LARGE,
                    "`length`: expected at most " + config.maxSize() + " bytes, found " + announced.length());
        }
        announced.sha256().filter(hash -> !SHA256.matcher(hash).matches()).ifPresent(hash -> {
            throw new ProblemException(
                    ProblemCode.INVALID_REQUEST,
                    "`sha256`: expected 64 of 0-9 and a-f, found `" + hash.substring(0, Math.min(80, hash.length()))
                            + "`");
        });
        return transactions.in(caller.tenant(), handle -> {
            int open = store.lockCount(handle, alive());
            if (open >= config.uploads().maxOpen()) {
                throw new ProblemException(
                        ProblemCode.TOO_MANY_REQUESTS,
                        "expected at most " + config.uploads().maxOpen()
                                + " open uploads, found as many already: finish or abandon one of `/artifacts/uploads`");
            }
            artifacts.requireRoom(handle, announced.length());
            Instant now = clock.instant();
            OpenUpload upload = new OpenUpload(
                    UUID.randomUUID(),
                    announced.what(),
                    announced.fileName(),
                    announced.length(),
                    announced.sha256(),
                    0,
                    Optional.empty(),
                    now,
                    now,
                    caller.actor(),
                    caller.name());
            store.insert(handle, upload);
            audit.append(
                    handle,
                    caller,
                    "artifact.upload.begin",
                    object(upload.id()),
                    Map.of("file", upload.fileName(), "length", upload.length()));
            return upload;
        });
    }

    List<OpenUpload> list(Caller caller) {
        return transactions.in(caller.tenant(), handle -> store.open(handle, alive()));
    }

    OpenUpload get(Caller caller, UUID id) {
        return transactions.in(caller.tenant(), handle -> require(handle, id));
    }

    /**
     * Takes bytes in, from {@code offset} on. What arrived before a connection broke stays, and the next request goes on
     * behind it.
     */
    OpenUpload append(Caller caller, UUID id, long offset, InputStream body) {
        transactions.run(caller.tenant(), handle -> mine(handle, caller, id));
        try (PartialFiles.Writer writer = files.open(caller.tenant(), id)) {
            OpenUpload upload = transactions.in(caller.tenant(), handle -> mine(handle, caller, id));
            long received = Math.min(upload.received(), writer.size());
            if (upload.artifact().isPresent() || offset != received) {
                throw new ProblemException(
                        ProblemCode.UPLOAD_OFFSET,
                        "expected bytes from " + received + " on, found them from " + offset + " on",
                        Map.of("offset", received));
            }
            writer.begin(received);
            try {
                copy(body, writer, upload, caller);
            } finally {
                save(writer, upload, caller);
            }
            return get(caller, id);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep bytes of upload `" + id + "`", e);
        }
    }

    private void copy(InputStream body, PartialFiles.Writer writer, OpenUpload upload, Caller caller)
            throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long safe = writer.at();
        for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
            if (writer.at() + read > upload.length()) {
                throw new ProblemException(
                        ProblemCode.TOO_LARGE,
                        "expected at most the " + upload.length() + " bytes that were announced, found more");
            }
            writer.write(buffer, read);
            if (writer.at() - safe >= CHECKPOINT_BYTES) {
                save(writer, upload, caller);
                safe = writer.at();
            }
        }
    }

    /** A connection that broke is the client's affair: it comes back. A disk that is full is ours. */
    private static int read(InputStream body, byte[] buffer) {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            LOG.debugf("an upload broke off: %s", e.getMessage());
            throw new ProblemException(ProblemCode.UPLOAD_INVALID, "the connection broke off");
        }
    }

    private void save(PartialFiles.Writer writer, OpenUpload upload, Caller caller) throws IOException {
        if (!writer.isCurrent()) {
            return;
        }
        writer.checkpoint(at ->
                transactions.run(caller.tenant(), handle -> store.progress(handle, upload.id(), at, clock.instant())));
    }

    /**
     * Makes the artifact of an upload that is whole. Asked again, because the first answer was lost, it answers the same.
     * Bytes that are not what was announced, and packages that are refused, are gone afterwards.
     */
    Artifact finish(Caller caller, UUID id) {
        transactions.run(caller.tenant(), handle -> mine(handle, caller, id));
        try (PartialFiles.Writer writer = files.open(caller.tenant(), id)) {
            OpenUpload upload = transactions.in(caller.tenant(), handle -> mine(handle, caller, id));
            if (upload.artifact().isPresent()) {
                files.delete(caller.tenant(), id);
                return made(caller, upload.artifact().get());
            }
            long received = Math.min(upload.received(), writer.size());
            if (received != upload.length()) {
                throw new ProblemException(
                        ProblemCode.UPLOAD_OFFSET,
                        "expected all " + upload.length() + " bytes, found " + received,
                        Map.of("offset", received));
            }
            writer.begin(received);
            String sha256 = writer.sha256();
            if (upload.sha256().isPresent() && !upload.sha256().get().equals(sha256)) {
                transactions.run(caller.tenant(), handle -> store.progress(handle, id, 0, clock.instant()));
                files.delete(caller.tenant(), id);
                throw new ProblemException(
                        ProblemCode.UPLOAD_INVALID,
                        "expected bytes with sha256 `" + upload.sha256().get() + "`, found `" + sha256
                                + "`: send them again from the start",
                        Map.of("offset", 0));
            }
            Artifact artifact = take(caller, upload, writer, sha256);
            transactions.run(caller.tenant(), handle -> store.finish(handle, id, artifact.sha256(), clock.instant()));
            files.delete(caller.tenant(), id);
            return artifact;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot finish upload `" + id + "`", e);
        }
    }

    private Artifact take(Caller caller, OpenUpload upload, PartialFiles.Writer writer, String sha256)
            throws IOException {
        try {
            return artifacts.upload(caller, upload.what(), writer.file(), sha256, upload.length());
        } catch (ProblemException e) {
            // No byte that comes later could change the answer.
            discard(caller, upload.id(), "refused");
            throw e;
        }
    }

    private Artifact made(Caller caller, String sha256) {
        return transactions
                .in(caller.tenant(), handle -> artifacts.find(handle, sha256))
                .orElseThrow(
                        () -> new ProblemException(ProblemCode.ARTIFACT_NOT_FOUND, "no artifact `" + sha256 + "`"));
    }

    /** Gives an upload up; anybody who may upload may. */
    void abandon(Caller caller, UUID id) {
        try {
            if (!discard(caller, id, "done")) {
                throw notFound(id);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove upload `" + id + "`", e);
        }
    }

    private boolean discard(Caller caller, UUID id, String outcome) throws IOException {
        boolean gone = transactions.in(caller.tenant(), handle -> {
            boolean abandoned = store.abandon(handle, id);
            if (abandoned) {
                audit.append(handle, caller, "artifact.upload.abandon", object(id), Map.of(), outcome);
            }
            return abandoned;
        });
        if (gone) {
            files.delete(caller.tenant(), id);
        }
        return gone;
    }

    /** When the upload is forgotten, if nothing more comes. */
    Instant expires(OpenUpload upload) {
        return upload.changedAt().plus(config.uploads().keep());
    }

    private Instant alive() {
        return clock.instant().minus(config.uploads().keep());
    }

    private OpenUpload require(Handle handle, UUID id) {
        return store.find(handle, id, alive()).orElseThrow(() -> notFound(id));
    }

    private OpenUpload mine(Handle handle, Caller caller, UUID id) {
        OpenUpload upload = require(handle, id);
        if (!upload.createdBy().equals(caller.actor())) {
            throw new ProblemException(
                    ProblemCode.FORBIDDEN,
                    "upload `" + id + "` was begun by " + upload.createdByName() + ", who sends it");
        }
        return upload;
    }

    private static String object(UUID id) {
        return "artifact-upload/" + id;
    }

    private static ProblemException notFound(UUID id) {
        return new ProblemException(
                ProblemCode.UPLOAD_NOT_FOUND, "no upload `" + id + "`: it never was, was abandoned, or has expired");
    }
}
