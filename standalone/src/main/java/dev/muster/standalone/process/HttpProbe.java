package dev.muster.standalone.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Asks one address of a server on this machine whether it is ready: 200 means yes, all else not yet. Thread-safe. */
public final class HttpProbe implements AutoCloseable {
    /** How often to look: an answer costs the server something, and it needs its CPU to start. */
    public static final Duration STEP = Duration.ofMillis(250);

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final HttpClient client;
    private final HttpRequest request;

    /** {@code tls}: what to trust where {@code address} is https. */
    public HttpProbe(URI address, Optional<SSLContext> tls) {
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT);
        tls.ifPresent(builder::sslContext);
        this.client = builder.build();
        this.request = HttpRequest.newBuilder(address).timeout(ANSWER).build();
    }

    /** Whether it is ready now; also false when interrupted. */
    public boolean isReady() {
        return status().filter(status -> status == 200).isPresent();
    }

    /** The status it answers with; empty if it does not answer. */
    public Optional<Integer> status() {
        try {
            return Optional.of(
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
