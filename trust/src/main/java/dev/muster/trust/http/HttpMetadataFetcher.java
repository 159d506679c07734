package dev.muster.trust.http;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.MetadataFetcher;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Metadata files below a base address. Stops reading beyond the allowed length (endless data) and after a total time,
 * however slowly bytes drip in (slow retrieval). Safe for use by several threads.
 */
public final class HttpMetadataFetcher implements MetadataFetcher {
    private final HttpClient client;
    private final URI base;
    private final Duration timeout;

    /**
     * @param base of the repository; a missing slash at its end is added
     * @param timeout for one whole file, from the request to the last byte
     */
    public HttpMetadataFetcher(HttpClient client, URI base, Duration timeout) {
        this.client = client;
        this.base = base.toString().endsWith("/") ? base : URI.create(base + "/");
        this.timeout = timeout;
    }

    @Override
    public Optional<byte[]> fetch(String fileName, long maxLength) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(base.resolve("./" + fileName)).GET().build();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                request, info -> new BoundedBody(info.statusCode() == 200 ? maxLength : 0, info.statusCode() == 200));
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return switch (response.statusCode()) {
                case 200 -> Optional.of(response.body());
                // 403 is not "no such file": a suspended device must not take it for "no newer root".
                case 404 -> Optional.empty();
                default -> throw new IOException("expected status 200 or 404, found " + response.statusCode());
            };
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof BoundedBody.TooLong) {
                throw new TrustException.Length(fileName, maxLength, "more");
            }
            throw new IOException(cause == null ? "no reason given" : String.valueOf(cause.getMessage()), e);
        } catch (TimeoutException e) {
            throw new IOException("not complete after " + timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            answer.cancel(true);
        }
    }
}
