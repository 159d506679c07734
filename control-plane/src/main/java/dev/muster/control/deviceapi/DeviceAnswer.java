package dev.muster.control.deviceapi;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.protocol.trace.Traceparent;
import dev.muster.trust.client.MetadataFiles;
import dev.muster.trust.metadata.Hashes;
import dev.muster.trust.metadata.Timestamp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What a device gets. Build one with the static methods. */
public sealed interface DeviceAnswer {
    /** The one file of metadata that changes under its name. */
    String TIMESTAMP = MetadataFiles.name(Timestamp.TYPE, OptionalLong.empty());

    /** Of a tag of content. */
    int TAG_CHARS = 32;

    /** Status 200 with bytes held in memory. */
    static DeviceAnswer bytes(String mediaType, byte[] content) {
        return new Bytes(mediaType, content, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Status 200 with JSON. */
    static DeviceAnswer json(byte[] content) {
        return new Bytes("application/json", content, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * A file of signed metadata, with the trace of the change that it tells of. The timestamp, the one file that changes under its name,
     * has a tag, and goes without its content to whoever has that ({@code If-None-Match}). That there is no next root is what nearly
     * every look hears, and so costs no document.
     *
     * @throws ProblemException if there is no such file, and there should be
     */
    static DeviceAnswer metadata(String file, Optional<byte[]> content, Optional<Traceparent> trace) {
        if (content.isEmpty() && file.endsWith(".root.json")) {
            return absent();
        }
        byte[] bytes = content.orElseThrow(
                () -> new ProblemException(ProblemCode.METADATA_NOT_FOUND, "no metadata file `" + file + "`"));
        // Half of a SHA-256 tells contents apart; who forges one cheats nobody but the cache that asked.
        Optional<String> tag =
                file.equals(TIMESTAMP) ? Optional.of(Hashes.sha256(bytes).substring(0, TAG_CHARS)) : Optional.empty();
        return new Bytes("application/json", bytes, Optional.empty(), tag, trace);
    }

    /** Status 202 with JSON: not done yet, the device asks again after {@code wait}. */
    static DeviceAnswer later(byte[] content, Duration wait) {
        return new Bytes("application/json", content, Optional.of(wait), Optional.empty(), Optional.empty());
    }

    /**
     * A file, never read into memory; {@code Range}, {@code If-Range} and {@code If-None-Match} are honoured here.
     *
     * @param etag without quotes; the same for the same bytes only
     */
    static DeviceAnswer file(Path file, String mediaType, String etag) {
        return new Content(file, mediaType, etag);
    }

    /**
     * Bytes that lie elsewhere, passed on as they come and as the device takes them; headers are honoured as for a file.
     *
     * @param length of the whole, in bytes
     * @param etag without quotes; the same for the same bytes only
     */
    static DeviceAnswer stream(long length, RangeSource source, String mediaType, String etag) {
        return new Stream(length, source, mediaType, etag);
    }

    /** Where a range of bytes is read from. */
    @FunctionalInterface
    interface RangeSource {
        /** {@code count} bytes from {@code from} on; closed by whoever asked. */
        InputStream open(long from, long count) throws IOException;
    }

    /** Status 204. */
    static DeviceAnswer empty() {
        return new Empty(204);
    }

    /** Status 404 without a word: what was asked for need not be there, and its absence is the usual answer. */
    static DeviceAnswer absent() {
        return new Empty(404);
    }

    /** Bytes in memory. */
    final class Bytes implements DeviceAnswer {
        private final String mediaType;
        private final byte[] content;
        private final Optional<Duration> again;
        private final Optional<String> etag;
        private final Optional<Traceparent> trace;

        private Bytes(
                String mediaType,
                byte[] content,
                Optional<Duration> again,
                Optional<String> etag,
                Optional<Traceparent> trace) {
            this.etag = etag;
            this.trace = trace;
            this.mediaType = mediaType;
            this.content = content;
            this.again = again;
        }

        Optional<Traceparent> trace() {
            return trace;
        }

        /** Without quotes. */
        Optional<String> etag() {
            return etag;
        }

        Optional<Duration> again() {
            return again;
        }

        String mediaType() {
            return mediaType;
        }

        byte[] content() {
            return content;
        }
    }

    /** A file. */
    record Content(Path file, String mediaType, String etag) implements DeviceAnswer {}

    /** Bytes from elsewhere. */
    record Stream(long length, RangeSource source, String mediaType, String etag) implements DeviceAnswer {}

    /** Nothing but a status. */
    record Empty(int status) implements DeviceAnswer {}
}
