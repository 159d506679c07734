package dev.muster.control.deviceapi;

import dev.muster.protocol.trace.Traceparent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What a device gets. Build one with the static methods. */
public sealed interface DeviceAnswer {
    /** Status 200 with bytes held in memory. */
    static DeviceAnswer bytes(String mediaType, byte[] content) {
        return new Bytes(mediaType, content, Optional.empty(), Optional.empty());
    }

    /** Status 200 with JSON. */
    static DeviceAnswer json(byte[] content) {
        return new Bytes("application/json", content, Optional.empty(), Optional.empty());
    }

    /** The same with the trace of the change that it tells of. */
    static DeviceAnswer json(byte[] content, Optional<Traceparent> trace) {
        return new Bytes("application/json", content, Optional.empty(), trace);
    }

    /** Status 202 with JSON: not done yet, the device asks again after {@code wait}. */
    static DeviceAnswer later(byte[] content, Duration wait) {
        return new Bytes("application/json", content, Optional.of(wait), Optional.empty());
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
        return new Empty();
    }

    /** Bytes in memory. */
    final class Bytes implements DeviceAnswer {
        private final String mediaType;
        private final byte[] content;
        private final Optional<Duration> again;
        private final Optional<Traceparent> trace;

        private Bytes(String mediaType, byte[] content, Optional<Duration> again, Optional<Traceparent> trace) {
            this.trace = trace;
            this.mediaType = mediaType;
            this.content = content;
            this.again = again;
        }

        Optional<Traceparent> trace() {
            return trace;
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

    /** Nothing. */
    record Empty() implements DeviceAnswer {}
}
