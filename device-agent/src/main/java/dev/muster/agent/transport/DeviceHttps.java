package dev.muster.agent.transport;

import dev.muster.agent.update.ContentSource;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * HTTPS to the device port. The JDK's plain connection and not its newer client: one thread and four megabytes less on
 * a small board. Host names are checked by the JDK's default verifier. One thread at a time, except {@link #abort}.
 */
public final class DeviceHttps implements ContentSource {
    private static final int CONNECT_MS = (int) Duration.ofSeconds(15).toMillis();
    private static final int READ_MS = (int) Duration.ofSeconds(30).toMillis();
    private static final int MAX_ERROR_BYTES = 16 << 10;

    private final URI server;
    private final SSLSocketFactory sockets;
    private volatile @Nullable HttpsURLConnection running;

    /** Talks to {@code server}, {@code https://host:port}. */
    public DeviceHttps(URI server, SSLContext tls) {
        this.server = base(server);
        this.sockets = tls.getSocketFactory();
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
        HttpsURLConnection connection = open("GET", path);
        int status = connection.getResponseCode();
        if (status == 404) {
            drain(connection);
            return Optional.empty();
        }
        requireSuccess(connection, status, path);
        return Optional.of(readAll(connection.getInputStream(), maxBytes, path));
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
        int status = connection.getResponseCode();
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
        int status = connection.getResponseCode();
        requireSuccess(connection, status, path);
        return readAll(connection.getInputStream(), maxBytes, path);
    }

    @Override
    public Part open(String sha256, long offset) throws IOException {
        String path = "/device/v1/targets/" + sha256;
        HttpsURLConnection connection = open("GET", path);
        if (offset > 0) {
            connection.setRequestProperty("Range", "bytes=" + offset + "-");
            connection.setRequestProperty("If-Range", "\"" + sha256 + "\"");
        }
        int status = connection.getResponseCode();
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
        return new Body(start, connection);
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
        private final HttpsURLConnection connection;
        private final InputStream stream;

        Body(long offset, HttpsURLConnection connection) throws IOException {
            this.offset = offset;
            this.connection = connection;
            this.stream = connection.getInputStream();
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public InputStream stream() {
            return stream;
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
        HttpsURLConnection connection =
                (HttpsURLConnection) server.resolve(path).toURL().openConnection();
        connection.setSSLSocketFactory(sockets);
        connection.setRequestMethod(method);
        connection.setConnectTimeout(CONNECT_MS);
        connection.setReadTimeout(READ_MS);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        running = connection;
        return connection;
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

    private static byte[] readAll(InputStream in, long maxBytes, String path) throws IOException {
        try (in) {
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
