package dev.muster.control.incoming;

import dev.muster.control.artifacts.Upload;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An upload that was announced.
 *
 * @param what it will be
 * @param fileName for people; empty where the client did not say
 * @param length of the whole, in bytes
 * @param sha256 as announced; empty where the client does not know it
 * @param received bytes that are on disk
 * @param artifact its hash, once the upload is finished
 * @param changedAt of its last byte
 * @param createdBy identity, {@code issuer#subject}; nobody else sends to it
 * @param createdByName name of that day, for people; proves nothing
 */
record OpenUpload(
        UUID id,
        Upload what,
        String fileName,
        long length,
        Optional<String> sha256,
        long received,
        Optional<String> artifact,
        Instant createdAt,
        Instant changedAt,
        String createdBy,
        String createdByName) {}
