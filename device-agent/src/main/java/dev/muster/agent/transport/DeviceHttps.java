package dev.muster.agent.transport;

import dev.muster.agent.config.TransferLimits;
import dev.muster.agent.update.ContentSource;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.trace.Traceparent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTPS to the device port. The JDK's plain connection and not its newer client: one thread and four megabytes less on
 * a small board. Host names are checked by the JDK's default verifier. A server that asks to be left alone for a while
 * ({@code Retry-After}) is; one that hardly sends is given up. One thread at a time, except {@link #abort}.
 */
public final class DeviceHttps implements ContentSource {
    private static final int CONNECT_MS = (int) Duration.ofSeconds(15).toMillis();
    private static final int READ_MS = (int) Duration.ofSeconds(30).toMillis();
    // A server must not be able to silence a device, and a revocation comes with the document.
    private static final Duration MOST_QUIET = Duration.ofMinutes(5);
    private static final Duration MOST_QUIET_FOR_TARGETS = Duration.ofHours(1);
    private static final int MAX_ERROR_BYTES = 16 << 10;
    private static final int NOT_MODIFIED = 304;

    private final URI server;
    private final SSLSocketFactory sockets;
    private final Optional<HostnameVerifier> verifier;
    private final Meter meter;
    private final Optional<ChangeTrace> trace;
    private final Quiet everything;
    private final Quiet targets;
    private volatile @Nullable HttpsURLConnection running;

    /**
     * What transfers are measured with.
     *
     * @param nanos a clock that never goes back
     * @param scheduler for the bound of an answer's head; where it is empty only each single read is bounded
     */
    public record Meter(
            Supplier<TransferLimits> limits, LongSupplier nanos, Optional<ScheduledExecutorService> scheduler) {
        /** The usual limits. */
        static final Meter DEFAULT = new Meter(() -> TransferLimits.DEFAULT, System::nanoTime, Optional.empty());
    }

    /** Until when the server wants no requests of a kind. */
    private final class Quiet {
        private final Duration most;
        private volatile long until = meter.nanos.getAsLong();

        Quiet(Duration most) {
            this.most = most;
        }

        void begin(Duration wait) {
            until = meter.nanos.getAsLong() + (wait.compareTo(most) < 0 ? wait : most).toNanos();
        }

        Duration left() {
            return Duration.ofNanos(Math.max(0, until - meter.nanos.getAsLong()));
        }

        void requireOver() throws IOException {
            if (!left().isZero()) {
                throw new IOException(
                        "the server is busy and asked to be left alone for " + (left().toSeconds() + 1) + " s");
            }
        }
    }

    /** Talks to {@code server}, {@code https://host:port}, within the usual limits. */
    public DeviceHttps(URI server, SSLContext tls) {
        this(server, tls, Meter.DEFAULT);
    }

    /** The same within other limits. */
    public DeviceHttps(URI server, SSLContext tls, Meter meter) {
        this(server, tls, meter, Optional.empty(), Optional.empty());
    }

    /** The same for requests that a change makes, which bear its trace. */
    public DeviceHttps(URI server, SSLContext tls, Meter meter, ChangeTrace trace) {
        this(server, tls, meter, Optional.empty(), Optional.of(trace));
    }

    /** The same to somebody who is known by other things than a host name; {@code verifier} is asked instead. */
    public DeviceHttps(URI server, SSLContext tls, Meter meter, Optional<HostnameVerifier> verifier) {
        this(server, tls, meter, verifier, Optional.empty());
    }

    private DeviceHttps(
            URI server, SSLContext tls, Meter meter, Optional<HostnameVerifier> verifier, Optional<ChangeTrace> trace) {
        this.trace = trace;
        this.verifier = verifier;
        this.meter = meter;
        this.server = base(server);
        this.sockets = tls.getSocketFactory();
        this.everything = new Quiet(MOST_QUIET);
        this.targets = new Quiet(MOST_QUIET_FOR_TARGETS);
    }

    /** How long the server asked to be left alone; zero where it did not. */
    public Duration untilWelcome() {
        return everything.left().compareTo(targets.left()) > 0 ? everything.left() : targets.left();
    }

    private static URI base(URI server) {
        if (!"https".equals(server.getScheme()) || server.getHost() == null) {
            throw new IllegalArgumentException("expected a server `https://host:port`, found `" + server + "`");
        }
        String port = server.getPort() < 0 ? "" : ":" + server.getPort();
        return URI.create("https://" + server.getHost() + port);
    }

    /** The document at {@code path}, or empty for 404; more than {@code maxBytes} is an error (endless data). */
    public Optional<byte[]> get(String path, long maxBytes) throws IOException {
        return getLatest(path, maxBytes, Optional.empty()).map(Latest::content);
    }

    /** What the server had last at a path, with its name of this content ({@code ETag}), where it gave one. */
    public static final class Latest {
        private final Optional<String> tag;
        private final byte[] content;

        private Latest(Optional<String> tag, byte[] content) {
            this.tag = tag;
            this.content = content;
        }

        byte[] content() {
            return content;
        }
    }

    /** The same of a document that changes under its name; content that the server still has ({@code before}) is not sent again. */
    public Optional<Latest> getLatest(String path, long maxBytes, Optional<Latest> before) throws IOException {
        HttpsURLConnection connection = open("GET", path);
        before.flatMap(latest -> latest.tag).ifPresent(tag -> connection.setRequestProperty("If-None-Match", tag));
        int status = status(connection, everything);
        if (status == 404) {
            drain(connection);
            return Optional.empty();
        }
        if (status == NOT_MODIFIED && before.isPresent()) {
            // Read to its end, which is at once: the connection then serves the next request.
            readAll(connection.getInputStream(), 0, path);
            return before;
        }
        requireSuccess(connection, status, path);
        return Optional.of(new Latest(
                Optional.ofNullable(connection.getHeaderField("ETag")),
                readAll(connection.getInputStream(), maxBytes, path)));
    }

    /** Sends {@code body} and returns the answer's body, which may be empty. */
    public byte[] send(String method, String path, byte[] body, long maxBytes) throws IOException {
        HttpsURLConnection connection = open(method, path);
        connection.setDoOutput(true);
        // Fixed length also switches off the JDK's silent second try of a POST.
        connection.setFixedLengthStreamingMode(body.length);
        connection.setRequestProperty("Content-Type", "application/json");
        try (var out = connection.getOutputStream()) {
            out.write(body);
        }
        int status = status(connection, everything);
        requireSuccess(connection, status, path);
        return readAll(connection.getInputStream(), maxBytes, path);
    }

    /** Sends a piece of something longer that begins at byte {@code from}, and returns the answer's body. */
    public byte[] putRange(String path, byte[] piece, long from, long total, long maxBytes) throws IOException {
        HttpsURLConnection connection = open("PUT", path);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(piece.length);
        connection.setRequestProperty("Content-Type", "application/octet-stream");
        connection.setRequestProperty("Content-Range", "bytes " + from + "-" + (from + piece.length - 1) + "/" + total);
        try (var out = connection.getOutputStream()) {
            out.write(piece);
        }
        int status = status(connection, everything);
        requireSuccess(connection, status, path);
        return readAll(connection.getInputStream(), maxBytes, path);
    }

    @Override
    public Part open(String sha256, long offset) throws IOException {
        String path = "/device/v1/targets/" + sha256;
        targets.requireOver();
        HttpsURLConnection connection = open("GET", path);
        if (offset > 0) {
            connection.setRequestProperty("Range", "bytes=" + offset + "-");
            connection.setRequestProperty("If-Range", "\"" + sha256 + "\"");
        }
        int status = status(connection, targets);
        if (status == 404 || status == 410) {
            drain(connection);
            throw new MissingException("the server does not have target `" + sha256 + "`");
        }
        if (status == 416 && offset > 0) {
            drain(connection);
            return open(sha256, 0);
        }
        requireSuccess(connection, status, path);
        long start = status == 206 ? rangeStart(connection, path) : 0;
        InputStream stream = new MeteredStream(
                connection.getInputStream(), meter.limits.get(), meter.nanos, TimeUnit.NANOSECONDS::sleep);
        long rest = connection.getContentLengthLong();
        return new Body(start, rest < 0 ? OptionalLong.empty() : OptionalLong.of(start + rest), connection, stream);
    }

    /** Breaks off what is running, from any thread; the call that waits for it fails. */
    public void abort() {
        HttpsURLConnection connection = running;
        if (connection != null) {
            connection.disconnect();
        }
    }

    private static final class Body implements Part {
        private final long offset;
        private final OptionalLong total;
        private final HttpsURLConnection connection;
        private final InputStream stream;

        Body(long offset, OptionalLong total, HttpsURLConnection connection, InputStream stream) {
            this.offset = offset;
            this.total = total;
            this.connection = connection;
            this.stream = stream;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public InputStream stream() {
            return stream;
        }

        @Override
        public OptionalLong total() {
            return total;
        }

        /** Drops the connection: a server that sends without end must not be listened to for politeness. */
        @Override
        public void close() {
            connection.disconnect();
        }
    }

    /** The server sent more than was allowed. */
    public static final class TooLargeException extends IOException {
        TooLargeException(long maxBytes, String path) {
            super("expected at most " + maxBytes + " bytes of `" + path + "`, found more");
        }
    }

    private static long rangeStart(HttpsURLConnection connection, String path) throws IOException {
        String range = connection.getHeaderField("Content-Range");
        if (range == null || !range.matches("bytes [0-9]{1,18}-.*")) {
            throw new IOException("expected `Content-Range: bytes N-...` of `" + path + "`, found `" + range + "`");
        }
        return Long.parseLong(range.substring(6, range.indexOf('-')));
    }

    private HttpsURLConnection open(String method, String path) throws IOException {
        everything.requireOver();
        HttpsURLConnection connection =
                (HttpsURLConnection) server.resolve(path).toURL().openConnection();
        connection.setSSLSocketFactory(sockets);
        verifier.ifPresent(connection::setHostnameVerifier);
        connection.setRequestMethod(method);
        connection.setConnectTimeout(CONNECT_MS);
        connection.setReadTimeout(READ_MS);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        // The JDK's own words for these two are longer than most of what a device asks.
        connection.setRequestProperty("User-Agent", "muster-agent");
        connection.setRequestProperty("Accept", "*/*");
        trace.flatMap(ChangeTrace::ofRequests)
                .ifPresent(change -> connection.setRequestProperty(Traceparent.NAME, change.text()));
        running = connection;
        return connection;
    }

    // A head that comes byte by byte keeps every single read within its time.
    private int status(HttpsURLConnection connection, Quiet quiet) throws IOException {
        AtomicBoolean late = new AtomicBoolean();
        Duration limit = meter.limits.get().answer();
        Optional<Future<?>> watch = meter.scheduler.map(timer -> timer.schedule(
                () -> {
                    late.set(true);
                    connection.disconnect();
                },
                limit.toMillis(),
                TimeUnit.MILLISECONDS));
        try {
            int status = connection.getResponseCode();
            // The JDK gives the status of a head that broke off behind its first line, too.
            requireInTime(late, limit);
            RetryAfter.of(status, connection).ifPresent(quiet::begin);
            hearTrace(connection);
            return status;
        } catch (IOException | RuntimeException e) {
            // Disconnecting it from beside can also trip the JDK's connection over what it no longer has.
            requireInTime(late, limit);
            throw e;
        } finally {
            watch.ifPresent(timer -> timer.cancel(false));
        }
    }

    private void hearTrace(HttpsURLConnection connection) {
        trace.ifPresent(change ->
                Traceparent.find(connection.getHeaderField(Traceparent.NAME)).ifPresent(change::heard));
    }

    private static void requireInTime(AtomicBoolean late, Duration limit) throws IOException {
        if (late.get()) {
            throw new IOException("expected an answer within " + limit.toSeconds() + " s, found none");
        }
    }

    private static void requireSuccess(HttpsURLConnection connection, int status, String path) throws IOException {
        if (status >= 200 && status < 300) {
            return;
        }
        throw new HttpStatusException(status, path, problem(connection));
    }

    private static String problem(HttpsURLConnection connection) throws IOException {
        try (InputStream error = connection.getErrorStream()) {
            if (error == null) {
                return "";
            }
            JsonObject problem = JsonObject.parse(error.readNBytes(MAX_ERROR_BYTES));
            String title = problem.optionalString("title").orElse("");
            return problem.optionalString("detail").orElse(title);
        } catch (ProtocolException e) {
            return ""; // not a problem document; the status says enough
        }
    }

    private static void drain(HttpsURLConnection connection) throws IOException {
        try (InputStream error = connection.getErrorStream()) {
            if (error != null) {
                error.readNBytes(MAX_ERROR_BYTES);
            }
        }
    }

    private byte[] readAll(InputStream body, long maxBytes, String path) throws IOException {
        try (InputStream in =
                new MeteredStream(body, meter.limits.get().unbounded(), meter.nanos, TimeUnit.NANOSECONDS::sleep)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            int count;
            while ((count = in.read(buffer)) >= 0) {
                if (out.size() + count > maxBytes) {
                    throw new TooLargeException(maxBytes, path);
                }
                out.write(buffer, 0, count);
            }
            return out.toByteArray();
        }
    }
}
