package dev.muster.simulator.net;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.desired.InstallLeases;
import dev.muster.protocol.json.JsonObject;
import dev.muster.protocol.manifest.SignedManifest;
import dev.muster.simulator.device.DeviceTrust;
import dev.muster.simulator.device.Document;
import dev.muster.simulator.device.Fetched;
import dev.muster.trust.TrustException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** One visit of one device at the device port. One thread. */
final class DeviceHttps {
    private static final int CONNECT_MS = (int) Duration.ofSeconds(15).toMillis();
    private static final int READ_MS = (int) Duration.ofSeconds(30).toMillis();
    private static final Duration MOST_QUIET = Duration.ofMinutes(5);
    private static final int MOST_BYTES = 5_000_000;
    private static final int MOST_ROOTS = 256;
    private static final InstallLeases NO_WINDOWS = new InstallLeases(Map.of());
    private static final String DIRECTOR = "/device/v1/director/";

    private final URI server;
    /** One, by which the JDK knows a connection that it keeps. */
    private final SSLSocketFactory sockets;

    DeviceHttps(URI server, OneKey key, X509ExtendedTrustManager trust) throws GeneralSecurityException {
        this.server = server;
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(new KeyManager[] {key}, new TrustManager[] {trust}, null);
        this.sockets = tls.getSocketFactory();
    }

    /** The server said no. */
    private static final class StatusException extends IOException {
        private final int status;
        private final Duration wait;

        StatusException(int status, Duration wait) {
            super("status " + status);
            this.status = status;
            this.wait = wait;
        }
    }

    /** Gets the document and verifies it, following the director's roots on the way. */
    Fetched fetch(DeviceTrust trust) {
        try {
            long root = trust.rootVersion();
            for (int i = 1; i <= MOST_ROOTS; i++) {
                Optional<byte[]> next = get("%d.root.json".formatted(root + i));
                if (next.isEmpty()) {
                    break;
                }
                trust.follow(next.get());
            }
            // Only the last of the three is verified: that is what partial verification means.
            long snapshot = version(required("timestamp.json"), "snapshot.json");
            long targets = version(required(snapshot + ".snapshot.json"), "targets.json");
            Document document = trust.accept(required(targets + ".targets.json"));
            InstallLeases leases = document.needsWindows()
                    ? answer("GET", "/device/v1/install-leases", null)
                            .map(InstallLeases::fromJson)
                            .orElse(NO_WINDOWS)
                    : NO_WINDOWS;
            return new Fetched.Fresh(document, leases);
        } catch (StatusException e) {
            return new Fetched.Unreachable("status " + e.status, e.wait);
        } catch (IOException e) {
            return new Fetched.Unreachable(e.getClass().getSimpleName(), Duration.ZERO);
        } catch (TrustException e) {
            return new Fetched.Refused(e.code());
        } catch (ProtocolException | IllegalArgumentException e) {
            return new Fetched.Refused("malformed");
        }
    }

    /** Sends the manifest; when to try again where it was not taken. */
    Optional<Duration> send(SignedManifest manifest) {
        try {
            var unused = answer("PUT", "/device/v1/manifest", manifest.toJson());
            return Optional.empty();
        } catch (StatusException e) {
            return Optional.of(e.wait);
        } catch (IOException e) {
            return Optional.of(Duration.ZERO);
        }
    }

    private static long version(byte[] document, String file) {
        return JsonObject.parse(document)
                .object("signed")
                .object("meta")
                .object(file)
                .number("version");
    }

    private byte[] required(String file) throws IOException {
        return get(file).orElseThrow(() -> new StatusException(HttpsURLConnection.HTTP_NOT_FOUND, Duration.ZERO));
    }

    private Optional<byte[]> get(String file) throws IOException {
        return answer("GET", DIRECTOR + file, null);
    }

    private Optional<byte[]> answer(String method, String path, byte @Nullable [] body) throws IOException {
        HttpsURLConnection connection =
                (HttpsURLConnection) server.resolve(path).toURL().openConnection();
        connection.setSSLSocketFactory(sockets);
        connection.setRequestMethod(method);
        connection.setConnectTimeout(CONNECT_MS);
        connection.setReadTimeout(READ_MS);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        if (body != null) {
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            connection.setRequestProperty("Content-Type", "application/json");
            try (var out = connection.getOutputStream()) {
                out.write(body);
            }
        }
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            byte[] answer = in == null ? new byte[0] : in.readNBytes(MOST_BYTES);
            if (status == HttpsURLConnection.HTTP_NOT_FOUND && body == null) {
                return Optional.empty();
            }
            if (status / 100 != 2) {
                throw new StatusException(status, retryAfter(connection));
            }
            return Optional.of(answer);
        }
    }

    private static Duration retryAfter(HttpsURLConnection connection) {
        String text = connection.getHeaderField("Retry-After");
        if (text == null || !text.trim().matches("[0-9]{1,9}")) {
            return Duration.ZERO;
        }
        Duration wait = Duration.ofSeconds(Long.parseLong(text.trim()));
        return wait.compareTo(MOST_QUIET) < 0 ? wait : MOST_QUIET;
    }
}
