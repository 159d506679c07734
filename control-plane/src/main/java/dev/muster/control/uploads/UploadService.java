package dev.muster.control.uploads;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.commands.CommandService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.live.ChangeFeed;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceRef;
import dev.muster.protocol.upload.UploadRequest;
import dev.muster.protocol.upload.UploadStatus;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Takes uploads in, piece by piece, and hands them to people. Thread-safe. */
@Singleton
public class UploadService {
    private final UploadStore store;
    private final UploadFiles files;
    private final CommandService commands;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final UploadConfig config;
    private final ChangeFeed feed;
    private final Clock clock;

    UploadService(
            UploadStore store,
            UploadFiles files,
            CommandService commands,
            AuditStore audit,
            TenantTransactions transactions,
            UploadConfig config,
            ChangeFeed feed,
            Clock clock) {
        this.store = store;
        this.files = files;
        this.commands = commands;
        this.audit = audit;
        this.transactions = transactions;
        this.config = config;
        this.feed = feed;
        this.clock = clock;
    }

    /** Announces an upload, or finds the one that was announced with the same words. */
    UploadStatus announce(DeviceRef device, UploadRequest request) {
        UUID command = id(request.command());
        if (request.length() > config.maxFile()) {
            throw tooLarge("an upload", config.maxFile(), request.length());
        }
        return transactions.in(device.tenant(), handle -> {
            if (!commands.asksUpload(handle, device, command)) {
                throw notFound(request.command());
            }
            UploadStore.Kept kept = store.lockKept(handle, device.device());
            Optional<Upload> known = store.of(handle, command, device.device());
            if (known.isPresent()) {
                return same(known.get(), request).status();
            }
            if (kept.device() + request.length() > config.maxDevice()) {
                throw tooLarge("all uploads of a device", config.maxDevice(), kept.device() + request.length());
            }
            if (kept.tenant() + request.length() > config.maxTenant()) {
                throw tooLarge("all uploads of a tenant", config.maxTenant(), kept.tenant() + request.length());
            }
            UUID id = UUID.randomUUID();
            store.insert(handle, id, command, device.device(), request, clock.instant());
            return new UploadStatus(id.toString(), 0, request.length(), false);
        });
    }

    private static Upload same(Upload known, UploadRequest request) {
        if (known.length() != request.length() || !known.sha256().equals(request.sha256())) {
            throw new ProblemException(
                    ProblemCode.ALREADY_EXISTS,
                    "expected the upload that was announced for this command (" + known.length() + " bytes, sha256 `"
                            + known.sha256() + "`), found another");
        }
        return known;
    }

    /** Takes in a piece; the last one makes it whole, if its SHA-256 is the announced one. */
    UploadStatus piece(DeviceRef device, String id, String contentRange, byte[] piece) {
        ContentRange range = ContentRange.parse(contentRange);
        // Bytes that are not what was announced must be forgotten in a transaction that commits, so the refusal comes
        // after.
        Taken taken = transactions.in(device.tenant(), handle -> take(handle, device, id(id), range, piece));
        if (taken.problem().isPresent()) {
            throw taken.problem().get();
        }
        if (taken.status().complete()) {
            feed.device(device.tenant(), device.device());
        }
        return taken.status();
    }

    private record Taken(UploadStatus status, Optional<ProblemException> problem) {}

    private Taken take(Handle handle, DeviceRef device, UUID id, ContentRange range, byte[] piece) {
        Upload upload = store.lock(handle, id, device.device()).orElseThrow(() -> notFound(id.toString()));
        range.check(piece.length, upload.length());
        if (upload.complete()) {
            return new Taken(upload.status(), Optional.empty());
        }
        if (range.from() != upload.received()) {
            throw new ProblemException(
                    ProblemCode.UPLOAD_OFFSET,
                    "expected a piece that begins at " + upload.received() + ", found one at " + range.from(),
                    Map.of("offset", upload.received()));
        }
        if (!commands.asksUpload(handle, device, upload.command())) {
            throw notFound(id.toString());
        }
        try {
            files.write(device.tenant(), id, range.from(), piece);
            long received = range.to() + 1;
            boolean whole = received == upload.length();
            if (whole) {
                String found = files.sha256(device.tenant(), id);
                if (!found.equals(upload.sha256())) {
                    files.delete(device.tenant(), id);
                    store.progress(handle, id, 0, false, clock.instant());
                    return new Taken(
                            upload.status(),
                            Optional.of(new ProblemException(
                                    ProblemCode.UPLOAD_INVALID,
                                    "expected bytes with sha256 `" + upload.sha256() + "`, found `" + found + "`")));
                }
            }
            store.progress(handle, id, received, whole, clock.instant());
            return new Taken(new UploadStatus(id.toString(), received, upload.length(), whole), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep a piece of upload `" + id + "`", e);
        }
    }

    /** What a person gets: the file, and a name to save it under. */
    record Download(Path file, String name) {}

    /** The bytes of a complete upload; the audit row says who took them. */
    Download download(Access access, UUID id) {
        return transactions.in(access.tenant(), handle -> {
            Upload upload = store.complete(handle, access.scope(), id).orElseThrow(() -> notFound(id.toString()));
            Path file = files.file(access.tenant(), id);
            if (!Files.isRegularFile(file)) {
                throw notFound(id.toString());
            }
            audit.append(
                    handle,
                    access.caller(),
                    "upload.download",
                    "upload/" + id,
                    Map.of(
                            "device",
                            upload.device().value(),
                            "command",
                            upload.command().toString(),
                            "length",
                            upload.length()));
            return new Download(file, upload.device().value().replaceAll("[^A-Za-z0-9._-]", "_") + "-" + id + ".zip");
        });
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw notFound(text);
        }
    }

    // One answer for what does not exist, what is another's, and what nobody asked for.
    private static ProblemException notFound(String id) {
        return new ProblemException(
                ProblemCode.UPLOAD_NOT_FOUND,
                "no upload, and no command that asks for one now, is known as `"
                        + id.substring(0, Math.min(64, id.length())) + "`");
    }

    private static ProblemException tooLarge(String what, long expected, long found) {
        return new ProblemException(
                ProblemCode.TOO_LARGE, "expected at most " + expected + " bytes for " + what + ", found " + found);
    }
}
